"""Elasticsearch 9 as a search store: behind an alias, with external versions, in bounded time."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError, TransportError
from elasticsearch.helpers import async_scan
from elasticsearch.serializer import OrjsonSerializer

from kb import analysis, elastic_index, fields, highlights, spelling
from kb.breaker import Breaker
from kb.fields import Asked, Key, Weighed
from kb.frequencies import Frequencies
from kb.highlights import Wanted
from kb.store import (
    Audience,
    Found,
    Passage,
    Progress,
    Query,
    Ranked,
    SearchUnavailable,
    Suggestion,
)
from kb.suggesting import best_names
from kb.synonyms import SynonymTable

SEARCH_TIMEOUT_S = 2.0
WRITE_TIMEOUT_S = 30.0
MERGE_TIMEOUT_S = 600.0
BULK_PASSAGES = 200
PASSAGES_AN_ARTICLE = 4
"""Passages looked at for each article asked for; when some articles take more, it looks again, wider."""
WIDER = 10
NAMES_LOOKED_AT = 60
CONFLICT, MISSING, BUSY = 409, 404, frozenset({429, 502, 503, 504})
NO_INDEX = "there is no index"

T = TypeVar("T")


def connect(
    url: str, *, timeout_s: float = SEARCH_TIMEOUT_S, ca_certs: str | None = None, api_key: str | None = None
) -> AsyncElasticsearch:
    """A client for one event loop. It never retries by itself: whoever asks knows whether there is time for that."""
    options: dict[str, Any] = {"ca_certs": ca_certs} if ca_certs else {}
    return AsyncElasticsearch(
        url,
        request_timeout=timeout_s,
        max_retries=0,
        retry_on_timeout=False,
        api_key=api_key,
        serializer=OrjsonSerializer(),
        **options,
    )


class Memory:
    """What is known of an index between questions. An index keeps one as long as it lives.

    Frequencies only weigh and guess, so it does not matter that they are a little old; a rebuild forgets them.
    """

    def __init__(self) -> None:
        self.frequencies = Frequencies()
        self.total = 0

    def learn(self, asked: Iterable[Key], found: Mapping[Key, int], total: int) -> None:
        """A collection of another size has other frequencies."""
        if total > self.total * 1.1 or total < self.total * 0.9:
            self.frequencies.forget()
        self.total = total or self.total
        self.frequencies.learn(asked, found)


class ElasticsearchStore:
    """Implements ``kb.store.SearchStore``. ``name`` is the alias; indices behind it are called ``<name>-<number>``.

    ``breaker`` and ``memory`` are shared between the stores of one process that speak to the same alias.
    """

    def __init__(
        self,
        client: AsyncElasticsearch,
        name: str,
        *,
        synonyms: SynonymTable | None = None,
        breaker: Breaker | None = None,
        memory: Memory | None = None,
    ) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", name):
            raise ValueError("an index is named in lower-case letters, digits, - and _")
        self._client = client
        self._slow = client.options(request_timeout=WRITE_TIMEOUT_S)
        self._name = name
        self._next = f"{name}.next"
        self._synonyms = synonyms or SynonymTable()
        self._breaker = breaker or Breaker()
        self._memory = memory or Memory()

    async def ready(self) -> None:
        """Make an empty index where there is none, or one that an older or newer program laid out. Call once before
        the first use."""
        layouts = await self._guarded(self._layouts())
        old = [index for index, layout in layouts.items() if layout != elastic_index.LAYOUT]
        if layouts and not old:
            return
        if old:
            await self._drop_unfinished()
        await self._guarded(self._create_first(old))

    async def _layouts(self) -> dict[str, str]:
        """By index."""
        try:
            answer = await self._client.indices.get_mapping(index=self._name)
        except NotFoundError:
            return {}
        return {index: found["mappings"].get("_meta", {}).get("layout", "") for index, found in answer.body.items()}

    async def _create_first(self, old: Sequence[str]) -> None:
        """Under one name for everybody, so that of several processes that start at once one makes it."""
        try:
            await self._create(f"{self._name}-first-{elastic_index.LAYOUT}", [self._name])
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        for index in old:
            await self._slow.indices.delete(index=index, ignore_unavailable=True)

    # --- writing ---

    async def put(self, passages: Sequence[Passage]) -> None:
        await self._write(
            [_operation(passage.id, elastic_index.version_of_put(passage.version), passage) for passage in passages]
        )

    async def remove(self, ids: Sequence[str], version: int) -> None:
        await self._write([_operation(key, elastic_index.version_of_removal(version), None) for key in ids])

    async def _write(self, operations: Sequence["_Operation"]) -> None:
        """To the index in service and to the one being built beside it, so that a rebuild misses nothing."""
        for batch in _batches(operations, BULK_PASSAGES):
            if await self._guarded(self._client.indices.exists_alias(name=self._next)):
                await self._guarded(self._bulk(self._next, batch))
            # Last: should the next one have gone into service meanwhile, it is the one that answers to this name.
            if not await self._guarded(self._bulk(self._name, batch)):
                raise SearchUnavailable(NO_INDEX)
        if operations:
            await self._guarded(self._slow.indices.refresh(index=self._name))

    async def _bulk(self, alias: str, operations: Sequence["_Operation"]) -> bool:
        """Whether there is such an alias; what is older than what the index has changes nothing."""
        answer = await self._slow.bulk(
            operations=[line for operation in operations for line in operation], index=alias, require_alias=True
        )
        if not answer["errors"]:
            return True
        failures = [item["index"] for item in answer["items"] if item["index"]["status"] >= 400]
        failures = [failure for failure in failures if failure["status"] != CONFLICT]
        if any(failure["status"] == MISSING for failure in failures):
            return False
        if failures:
            raise SearchUnavailable(f"{len(failures)} passages refused: {failures[0]['error'].get('type')}")
        return True

    async def rebuild(self, passages: AsyncIterable[Passage], progress: Progress = lambda done: None) -> int:
        await self._drop_unfinished()
        index = f"{self._name}-{secrets.token_hex(4)}"
        await self._guarded(self._create(index, [self._next], refresh_interval="-1"))
        done = 0
        async for batch in _collected(passages, BULK_PASSAGES):
            operations = [
                _operation(passage.id, elastic_index.version_of_put(passage.version), passage) for passage in batch
            ]
            await self._guarded(self._bulk(self._next, operations))
            done += len(batch)
            progress(done)
        await self._guarded(self._into_service(index))
        self._memory.frequencies.forget()
        counted = await self._guarded(self._client.count(index=self._name, query={"term": {"gone": False}}))
        return int(counted["count"])

    async def _into_service(self, index: str) -> None:
        await self._slow.indices.put_settings(index=index, settings={"refresh_interval": None})
        await self._slow.indices.refresh(index=index)
        # Every term of a question is looked up in every segment; later changes are few beside what was built at once.
        await self._client.options(request_timeout=MERGE_TIMEOUT_S).indices.forcemerge(index=index, max_num_segments=1)
        old = await self._indices_of(self._name)
        await self._slow.indices.update_aliases(
            actions=[
                {"add": {"index": index, "alias": self._name}},
                {"remove": {"index": index, "alias": self._next}},
                *({"remove_index": {"index": name}} for name in old),
            ]
        )

    async def _create(self, index: str, aliases: Sequence[str], *, refresh_interval: str | None = None) -> None:
        settings = elastic_index.BODY["settings"] | ({"refresh_interval": refresh_interval} if refresh_interval else {})
        await self._slow.indices.create(
            index=index,
            settings=settings,
            mappings=elastic_index.BODY["mappings"],
            aliases={alias: {} for alias in aliases},
        )

    async def _drop_unfinished(self) -> None:
        for index in await self._guarded(self._indices_of(self._next)):
            await self._guarded(self._slow.indices.delete(index=index, ignore_unavailable=True))

    async def _indices_of(self, alias: str) -> list[str]:
        try:
            answer = await self._client.indices.get_alias(name=alias)
        except NotFoundError:
            return []
        return list(answer.body)

    async def drop(self) -> None:
        """Forget the whole index."""
        await self._drop_unfinished()
        for index in await self._guarded(self._indices_of(self._name)):
            await self._guarded(self._slow.indices.delete(index=index))

    # --- asking ---

    async def search(self, query: Query) -> list[Found]:
        asked = await self._asked(query)
        if not asked:
            return []
        hits, frequencies = await asyncio.gather(
            self._hits(query, asked, shown=True), self._frequencies([term.key for term in asked.meaning])
        )
        rarities = {key: fields.rarity(self._memory.total, count) for key, count in frequencies.items()}
        weighed = fields.weigh(asked, rarities, unknown=fields.rarity(self._memory.total, 0))
        marked = highlights.wanted(asked)
        return [_found(hit, weighed, marked) for hit in hits]

    async def rank(self, query: Query) -> list[Ranked]:
        asked = await self._asked(query)
        hits = await self._hits(query, asked, shown=False) if asked else []
        return [Ranked(elastic_index.passage_id_of(hit), elastic_index.article_of(hit), hit["_score"]) for hit in hits]

    async def _asked(self, query: Query) -> Asked:
        asked = fields.ask(query.text, self._synonyms)
        return await spelling.with_mistypings(asked, self._frequencies) if asked else asked

    async def _hits(self, query: Query, asked: Asked, *, shown: bool) -> list[Mapping[str, Any]]:
        """The best passage of each article, as many articles as are asked for if there are."""
        size = query.limit * PASSAGES_AN_ARTICLE
        searched = elastic_index.query_of(query, asked)
        while True:
            answer = await self._guarded(
                self._client.search(
                    index=self._name,
                    query=searched,
                    size=size,
                    track_total_hits=False,
                    **elastic_index.columns(shown=shown),
                )
            )
            passages = answer["hits"]["hits"]
            best: dict[str, Mapping[str, Any]] = {}
            for hit in passages:
                best.setdefault(elastic_index.article_of(hit), hit)
            if len(best) >= query.limit or len(passages) < size or size >= elastic_index.WINDOW:
                return list(best.values())[: query.limit]
            size = min(size * WIDER, elastic_index.WINDOW)

    async def _frequencies(self, keys: Iterable[Key]) -> Mapping[Key, int]:
        wanted = list(keys)
        missing = self._memory.frequencies.missing(wanted)
        if missing:
            answer = await self._guarded(
                self._client.termvectors(
                    index=self._name,
                    doc=elastic_index.frequency_document(missing),
                    term_statistics=True,
                    field_statistics=True,
                    positions=False,
                    offsets=False,
                    payloads=False,
                )
            )
            total, found = elastic_index.frequencies_in(answer.body)
            self._memory.learn(missing, found, total)
        return self._memory.frequencies.of(wanted)

    async def suggest(self, prefix: str, audience: Audience, at: date, *, limit: int = 8) -> list[Suggestion]:
        words = [syllable.folded for syllable, _, _ in analysis.located(prefix)]
        if not words:
            return []
        answer = await self._guarded(
            self._client.search(
                index=self._name,
                query=elastic_index.names_query(words, audience, at),
                collapse={"field": "article_id"},
                size=NAMES_LOOKED_AT,
                track_total_hits=False,
                **elastic_index.columns(shown=True),
            )
        )
        passages = [elastic_index.passage_of(hit) for hit in answer["hits"]["hits"]]
        names = [(passage.article_id, (passage.title, *passage.questions)) for passage in passages]
        return best_names(words, names, limit=limit)

    async def did_you_mean(self, text: str) -> str | None:
        return await spelling.mended(text, self._frequencies, self._texts_answering)

    async def _texts_answering(self, text: str) -> list[str]:
        query = {"match": {"pairs": " ".join(fields.of_text(text)["pairs"])}}
        answer = await self._guarded(
            self._client.search(index=self._name, query=query, size=3, **elastic_index.columns(shown=True))
        )
        passages = [elastic_index.passage_of(hit) for hit in answer["hits"]["hits"]]
        return [" ".join([passage.title, *passage.questions, passage.text]) for passage in passages]

    async def inventory(self) -> AsyncIterator[tuple[str, int]]:
        rows = async_scan(
            self._slow,
            index=self._name,
            query={"query": {"term": {"gone": False}}, "version": True},
            size=1000,
        )
        try:
            async for row in rows:
                yield row["_id"], row["_version"] // 2
        except (TransportError, ApiError) as error:
            raise SearchUnavailable("inventory") from error

    async def _guarded(self, call: Awaitable[T]) -> T:
        """One call under the breaker. Raises ``SearchUnavailable`` for what waiting may cure, else what it raises."""
        if not self._breaker.let_through():
            _never_awaited(call)
            raise SearchUnavailable("left alone for a while")
        try:
            answer = await call
        except TransportError as error:
            self._breaker.failed()
            raise SearchUnavailable(type(error).__name__) from error
        except ApiError as error:
            if error.status_code in BUSY:
                self._breaker.failed()
                raise SearchUnavailable(f"status {error.status_code}") from error
            if error.status_code == MISSING:  # it answers, and has lost or never had our index
                raise SearchUnavailable(NO_INDEX) from error
            raise
        self._breaker.succeeded()
        return answer


def _found(hit: Mapping[str, Any], weighed: Weighed, marked: Wanted) -> Found:
    passage = elastic_index.passage_of(hit)
    return Found(
        passage_id=passage.id,
        article_id=passage.article_id,
        score=hit["_score"],
        coverage=weighed.coverage(fields.line_of(passage)),
        highlights=highlights.spans(passage.text, marked),
    )


_Operation = tuple[dict[str, Any], dict[str, Any]]


def _operation(key: str, version: int, passage: Passage | None) -> _Operation:
    """``external_gte``: the same version may be written again, an older one is refused."""
    action = {"index": {"_id": key, "version": version, "version_type": "external_gte"}}
    return action, elastic_index.document_of(passage) if passage else elastic_index.GONE


def _never_awaited(call: Awaitable[object]) -> None:
    if asyncio.iscoroutine(call):
        call.close()


def _batches(items: Sequence[T], size: int) -> Iterable[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


async def _collected(items: AsyncIterable[T], size: int) -> AsyncIterator[list[T]]:
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
