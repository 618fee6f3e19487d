"""PostgreSQL as a search store: inside the caller's transaction, so as fresh as what that transaction reads."""

from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    Row,
    TextClause,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from kb import analysis, fields, highlights, postings, spelling
from kb import postgres_statements as statements
from kb.fields import FIELDS, Asked, Key, Weighed
from kb.highlights import Wanted
from kb.postgres_memory import Memory, Snapshot, memory_of
from kb.postgres_tables import ENTRY, PASSAGES, POSTINGS, SEGMENTS
from kb.postings import Collection, Impacts, Ranking
from kb.store import Audience, Found, Passage, Progress, Query, Ranked, Suggestion
from kb.suggesting import best_names
from kb.synonyms import SynonymTable

FAVOUR = 1.25
FIRST_LOOK, WIDER = 60, 10
"""Of the ranked passages, how many are first looked at for what the asker may see, and how much wider then."""
MANY_PASSAGES, LONGEST_GRAM_LIST = 5_000, 1_000
SEGMENT_PASSAGES = 2_000
MERGED_AT_ONCE = 8
"""Segments of about one size that are merged into one."""
NAMES_LOOKED_AT = 1_000
CODES: Mapping[str, int] = {**{field: code for code, field in enumerate(FIELDS)}, postings.NAMES: len(FIELDS)}
FIELD_OF = dict(enumerate(FIELDS))

NOTHING = np.empty(0, dtype=ENTRY)


class PostgresSearch:
    """Implements ``kb.store.SearchStore`` on a session whose transaction the caller commits."""

    def __init__(
        self, session: AsyncSession, *, synonyms: SynonymTable | None = None, memory: Memory | None = None
    ) -> None:
        self._session = session
        self._synonyms = synonyms or SynonymTable()
        self._memory = memory or memory_of(session)

    # --- writing ---

    async def put(self, passages: Sequence[Passage]) -> None:
        newest: dict[str, Passage] = {}
        for passage in passages:
            if passage.id not in newest or passage.version >= newest[passage.id].version:
                newest[passage.id] = passage
        if newest:
            numbers = await self._written([_row(passage) for passage in newest.values()])
            await self._add_segment([(number, newest[key]) for key, number in numbers.items()])
            await self._merge_small_segments()

    async def remove(self, ids: Sequence[str], version: int) -> None:
        """The mark that stays has the passage's place and nothing of its words."""
        if ids:
            nothing = Passage(id="", article_id="", version=version, title="", heading="", text="")
            await self._written([_row(replace(nothing, id=key)) | {"gone": True} for key in dict.fromkeys(ids)])

    async def _written(self, rows: list[dict[str, Any]]) -> dict[str, int]:
        """Id and new number of each row that was not older than what was there."""
        statement = upsert(PASSAGES)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=[PASSAGES.c.id],
            set_={name: new[name] for name in rows[0]} | {"number": text("DEFAULT")},
            where=tuple_(new.version, new.gone) >= tuple_(PASSAGES.c.version, PASSAGES.c.gone),
        )
        written = await self._session.execute(statement.returning(PASSAGES.c.id, PASSAGES.c.number), rows)
        return {row.id: row.number for row in written}

    async def _add_segment(self, numbered: Sequence[tuple[int, Passage]]) -> None:
        if not numbered:
            return
        segment = postings.segment_of(numbered)
        number = await self._new_segment(segment.collection)
        keys = list(segment.lists)
        await self._session.execute(
            statements.PUT_LISTS,
            {
                "segment": number,
                "fields": [CODES[field] for field, _ in keys],
                "terms": [term for _, term in keys],
                "entries": [segment.lists[key] for key in keys],
            },
        )

    async def _new_segment(self, collection: Collection) -> int:
        row = await self._session.execute(
            insert(SEGMENTS).values({"passages": collection.passages, **collection.lengths}).returning(SEGMENTS.c.id)
        )
        return int(row.scalar_one())

    async def _merge_small_segments(self) -> None:
        tiers: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        for row in await self._session.execute(select(SEGMENTS).with_for_update(skip_locked=True)):
            tiers[row.passages.bit_length() // 3].append(row)
        for rows in tiers.values():
            if len(rows) >= MERGED_AT_ONCE:
                await self._merge(rows)

    async def _merge(self, rows: Sequence[Row[Any]]) -> None:
        lengths = {field: sum(int(getattr(row, field)) for row in rows) for field in FIELDS}
        merged = [row.id for row in rows]
        number = await self._new_segment(Collection(sum(row.passages for row in rows), lengths))
        await self._session.execute(statements.MERGE, {"segment": number, "merged": merged})
        await self._session.execute(delete(POSTINGS).where(POSTINGS.c.segment.in_(merged)))
        await self._session.execute(delete(SEGMENTS).where(SEGMENTS.c.id.in_(merged)))

    async def rebuild(self, passages: AsyncIterable[Passage], progress: Progress = lambda done: None) -> int:
        """Others go on reading the old index until the caller commits."""
        for table in (POSTINGS, SEGMENTS, PASSAGES):
            await self._session.execute(delete(table))
        batch: list[Passage] = []
        done = 0
        async for passage in passages:
            batch.append(passage)
            if len(batch) == SEGMENT_PASSAGES:
                done += await self._put_and_tell(batch, done, progress)
                batch = []
        await self._put_and_tell(batch, done, progress)
        return int(await self._session.scalar(select(func.count()).where(~PASSAGES.c.gone)) or 0)

    async def _put_and_tell(self, batch: Sequence[Passage], done: int, progress: Progress) -> int:
        await self.put(batch)
        progress(done + len(batch))
        return len(batch)

    # --- asking ---

    async def search(self, query: Query) -> list[Found]:
        snapshot, asked, lists = await self._read(query)
        rows = await self._best(query, postings.rank(asked.boosts(), lists), statements.BEST_SHOWN)
        passages = snapshot.collection.passages
        rarities = {key: fields.rarity(passages, len(one)) for key, one in lists.items() if len(one)}
        weighed = fields.weigh(asked, rarities, unknown=fields.rarity(passages, 0))
        marked = highlights.wanted(asked)
        return [_found(row, weighed, marked) for row in rows]

    async def rank(self, query: Query) -> list[Ranked]:
        _, asked, lists = await self._read(query)
        rows = await self._best(query, postings.rank(asked.boosts(), lists), statements.BEST_NAMED)
        return [Ranked(row.id, row.article_id, row.score) for row in rows]

    async def _read(self, query: Query) -> tuple[Snapshot, Asked, Mapping[Key, Impacts]]:
        """The question, mended, and the lists of its terms. They are read at once: mostly nothing is mistyped, and a
        list tells by itself how frequent its term is."""
        snapshot = self._memory.of((await self._session.execute(statements.ALL_SEGMENTS)).all())
        asked = fields.ask(query.text, self._synonyms)
        if not asked:
            return snapshot, asked, {}
        lists = await self._lists(snapshot, asked.boosts())

        async def frequencies(keys: Iterable[Key]) -> Mapping[Key, int]:
            wanted = set(keys)
            elsewhere = await self._remembered_frequencies(snapshot, wanted - lists.keys())
            return {key: len(lists[key]) for key in wanted & lists.keys() if len(lists[key])} | dict(elsewhere)

        asked = await spelling.with_mistypings(asked, frequencies)
        more = await self._worth_reading(snapshot, asked.boosts().keys() - lists.keys())
        return snapshot, asked, lists | await self._lists(snapshot, more)

    async def _worth_reading(self, snapshot: Snapshot, keys: Set[Key]) -> Set[Key]:
        """In a large collection without the commonest letter grams: long lists that tell little."""
        if snapshot.collection.passages <= MANY_PASSAGES:
            return keys
        found = await self._remembered_frequencies(snapshot, [key for key in keys if key[0] == "grams"])
        return {key for key in keys if found.get(key, 0) <= LONGEST_GRAM_LIST}

    async def _lists(self, snapshot: Snapshot, keys: Iterable[Key]) -> dict[Key, Impacts]:
        """Of every key; empty where no passage has the term."""
        wanted = list(keys)
        known = snapshot.lists(wanted)
        missing = [key for key in wanted if key not in known]
        if not missing:
            return known
        entries = await self._entries(missing)
        read = {key: postings.impacts(key, entries.get(key, NOTHING), snapshot.collection) for key in missing}
        snapshot.remember(read)
        return known | read

    async def _entries(self, keys: Iterable[Key]) -> dict[Key, npt.NDArray[np.void]]:
        rows = await self._session.execute(statements.READ_LISTS, _columns(keys))
        lists: defaultdict[Key, list[bytes]] = defaultdict(list)
        for code, term, entries in rows:
            lists[FIELD_OF[code], term].append(entries)
        return {key: postings.read(parts) for key, parts in lists.items()}

    async def _remembered_frequencies(self, snapshot: Snapshot, keys: Iterable[Key]) -> dict[Key, int]:
        wanted = list(keys)
        missing = snapshot.frequencies.missing(wanted)
        snapshot.frequencies.learn(missing, await self._frequencies(missing))
        return snapshot.frequencies.of(wanted)

    async def _frequencies(self, keys: Iterable[Key]) -> Mapping[Key, int]:
        wanted = list(keys)
        if not wanted:
            return {}
        rows = await self._session.execute(statements.COUNT_LISTS, _columns(wanted))
        return {(FIELD_OF[code], term): int(size) // ENTRY.itemsize for code, term, size in rows}

    async def _best(self, query: Query, ranking: Ranking, statement: TextClause) -> Sequence[Row[Any]]:
        """The best passage of each article among those the asker may see, looking further down until there are enough.

        A favoured article further down than what was looked at stays there: it is a favour, not a filter.
        """
        size = FIRST_LOOK
        while True:
            numbers, scores = ranking.top(size)
            if not numbers:
                return []
            looked_at = {"numbers": numbers, "scores": scores, **_narrowed(query)}
            rows = (await self._session.execute(statement, looked_at)).all()
            if len(rows) == query.limit or len(numbers) < size:
                return rows
            size *= WIDER

    async def suggest(self, prefix: str, audience: Audience, at: date, *, limit: int = 8) -> list[Suggestion]:
        words = [syllable.folded for syllable, _, _ in analysis.located(prefix)]
        if not words:
            return []
        numbers = await self._named(words)
        seen = {"numbers": numbers, "internal": audience == "internal", "at": at}
        rows = await self._session.execute(statements.NAMED, seen)
        return best_names(words, [(row.article_id, (row.title, *row.questions)) for row in rows], limit=limit)

    async def _named(self, words: Sequence[str]) -> list[int]:
        """Passages whose title and questions have all whole words and one that begins like the last."""
        *whole, beginning = words
        conditions = [POSTINGS.c.term == word for word in whole]
        conditions.append(and_(POSTINGS.c.term >= beginning, POSTINGS.c.term < beginning + "\uffff"))
        rows = await self._session.execute(
            select(POSTINGS.c.term, POSTINGS.c.entries).where(
                POSTINGS.c.field == CODES[postings.NAMES], or_(*conditions)
            )
        )
        having: defaultdict[str, list[bytes]] = defaultdict(list)
        for term, entries in rows:
            for word in whole:
                if term == word:
                    having[word].append(entries)
            if term.startswith(beginning):
                having[""].append(entries)
        sets = [set(postings.read(having[word])["number"].tolist()) for word in ("", *whole)]
        return sorted(set.intersection(*sets), reverse=True)[:NAMES_LOOKED_AT]

    async def did_you_mean(self, text: str) -> str | None:
        return await spelling.mended(text, self._frequencies, self._texts_answering)

    async def _texts_answering(self, text: str) -> list[str]:
        found = await self.search(Query(text, at=date.max, audience="internal", limit=3))
        rows = await self._session.execute(
            select(PASSAGES.c.title, PASSAGES.c.questions, PASSAGES.c.text).where(
                PASSAGES.c.id.in_([one.passage_id for one in found])
            )
        )
        return [" ".join([row.title, *row.questions, row.text]) for row in rows]

    async def inventory(self) -> AsyncIterator[tuple[str, int]]:
        rows = await self._session.stream(select(PASSAGES.c.id, PASSAGES.c.version).where(~PASSAGES.c.gone))
        async for row in rows:
            yield row.id, row.version


def _row(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "article_id": passage.article_id,
        "version": passage.version,
        "gone": False,
        "title": passage.title,
        "heading": passage.heading,
        "text": passage.text,
        "questions": list(passage.questions),
        "kind": passage.kind,
        "categories": list(passage.categories),
        "audience": passage.audience,
        "places": list(passage.places),
        "units": list(passage.units),
        "valid_from": passage.valid_from,
        "valid_to": passage.valid_to,
    }


def _passage(row: Row[Any]) -> Passage:
    """As far as its words go."""
    return Passage(
        id=row.id,
        article_id=row.article_id,
        version=row.version,
        title=row.title,
        heading=row.heading,
        text=row.text,
        questions=tuple(row.questions),
    )


def _found(row: Row[Any], weighed: Weighed, marked: Wanted) -> Found:
    return Found(
        passage_id=row.id,
        article_id=row.article_id,
        score=row.score,
        coverage=weighed.coverage(fields.line_of(_passage(row))),
        highlights=highlights.spans(row.text, marked),
    )


def _narrowed(query: Query) -> dict[str, Any]:
    """The parameters of ``statements.BEST_SHOWN`` that say what the asker may see."""
    return {
        "internal": query.audience == "internal",
        "at": query.at,
        "units": list(query.units),
        "anywhere": not query.places,
        "places": list(query.places),
        "any_kind": not query.kinds,
        "kinds": list(query.kinds),
        "favoured": list(query.favour),
        "favour": FAVOUR,
        "limit": query.limit,
    }


def _columns(keys: Iterable[Key]) -> dict[str, Any]:
    """Fields and terms side by side, as ``statements.READ_LISTS`` takes them."""
    distinct = list(keys)
    return {"fields": [CODES[field] for field, _ in distinct], "terms": [term for _, term in distinct]}
