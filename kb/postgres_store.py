"""PostgreSQL as a search store: inside the caller's transaction, so as fresh as what that transaction reads."""

from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    SmallInteger,
    String,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from kb import analysis, fields, highlights, postings, spelling
from kb.fields import FIELDS, Asked, Key
from kb.postgres_tables import ENTRY, PASSAGES, POSTINGS, SEGMENTS
from kb.postings import Collection
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

Lists = dict[Key, npt.NDArray[np.void]]

_PUT_LISTS = text(
    "insert into kb_passage_posting (field, term, segment, entries) "
    "select field, term, :segment, entries from unnest(:fields, :terms, :entries) as list (field, term, entries)"
).bindparams(
    bindparam("fields", type_=ARRAY(SmallInteger)),
    bindparam("terms", type_=ARRAY(String)),
    bindparam("entries", type_=ARRAY(BYTEA)),
)
_MERGE = text(
    "insert into kb_passage_posting (field, term, segment, entries) "
    "select field, term, :segment, string_agg(entries, ''::bytea) from kb_passage_posting "
    "where segment = any(:merged) group by field, term"
)


class PostgresSearch:
    """Implements ``kb.store.SearchStore`` on a session whose transaction the caller commits."""

    def __init__(self, session: AsyncSession, *, synonyms: SynonymTable | None = None) -> None:
        self._session = session
        self._synonyms = synonyms or SynonymTable()

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
            _PUT_LISTS,
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
        await self._session.execute(_MERGE, {"segment": number, "merged": merged})
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
        collection = await self._collection()
        asked, lists = await self._read(query, collection)
        best = await self._allowed(query, *postings.rank(asked.boosts(), lists, collection))
        if not best:
            return []
        rarities = {key: fields.rarity(collection.passages, len(entries)) for key, entries in lists.items()}
        return await self._found(best, asked, rarities, unknown=fields.rarity(collection.passages, 0))

    async def rank(self, query: Query) -> list[Ranked]:
        collection = await self._collection()
        asked, lists = await self._read(query, collection)
        return await self._allowed(query, *postings.rank(asked.boosts(), lists, collection))

    async def _read(self, query: Query, collection: Collection) -> tuple[Asked, Lists]:
        """The question, mended, and the lists of its terms. They are read at once: mostly nothing is mistyped, and a
        list tells by itself how frequent its term is."""
        asked = fields.ask(query.text, self._synonyms)
        if not asked:
            return asked, {}
        read = {key for key in asked.boosts() if key[0] != "grams"}
        lists = await self._lists(read)

        async def frequencies(keys: Iterable[Key]) -> Mapping[Key, int]:
            wanted = set(keys)
            elsewhere = await self._frequencies(wanted - read)
            return {key: len(lists[key]) for key in wanted & lists.keys()} | dict(elsewhere)

        asked = await spelling.with_mistypings(asked, frequencies)
        more = await self._worth_reading(asked.boosts().keys() - read, collection)
        return asked, (lists | await self._lists(more) if more else lists)

    async def _worth_reading(self, keys: Set[Key], collection: Collection) -> Set[Key]:
        """In a large collection without the commonest letter grams: long lists that tell little."""
        if collection.passages <= MANY_PASSAGES:
            return keys
        found = await self._frequencies([key for key in keys if key[0] == "grams"])
        return {key for key in keys if found.get(key, 0) <= LONGEST_GRAM_LIST}

    async def _collection(self) -> Collection:
        sums = [func.coalesce(func.sum(SEGMENTS.c[name]), 0).label(name) for name in ("passages", *FIELDS)]
        row = (await self._session.execute(select(*sums))).one()
        return Collection(int(row.passages), {field: int(getattr(row, field)) for field in FIELDS})

    async def _lists(self, keys: Iterable[Key]) -> Lists:
        rows = await self._session.execute(
            select(POSTINGS.c.field, POSTINGS.c.term, POSTINGS.c.entries).where(_is_one_of(keys))
        )
        lists: defaultdict[Key, list[bytes]] = defaultdict(list)
        for code, term, entries in rows:
            lists[FIELD_OF[code], term].append(entries)
        return {key: postings.read(parts) for key, parts in lists.items()}

    async def _frequencies(self, keys: Iterable[Key]) -> Mapping[Key, int]:
        wanted = list(keys)
        if not wanted:
            return {}
        size = func.sum(func.octet_length(POSTINGS.c.entries)) / ENTRY.itemsize
        rows = await self._session.execute(
            select(POSTINGS.c.field, POSTINGS.c.term, size)
            .where(_is_one_of(wanted))
            .group_by(POSTINGS.c.field, POSTINGS.c.term)
        )
        return {(FIELD_OF[code], term): int(count) for code, term, count in rows}

    async def _allowed(self, query: Query, numbers: postings.Numbers, scores: postings.Scores) -> list[Ranked]:
        """The best passage of each article among those the asker may see, looking further down until there are enough.

        A favoured article further down than what was looked at stays there: it is a favour, not a filter.
        """
        best: dict[str, Ranked] = {}
        start, size = 0, FIRST_LOOK
        while start < len(numbers) and len(best) < query.limit:
            looked_at = dict(
                zip(numbers[start : start + size].tolist(), scores[start : start + size].tolist(), strict=True)
            )
            rows = await self._session.execute(
                select(PASSAGES.c.number, PASSAGES.c.id, PASSAGES.c.article_id, PASSAGES.c.categories).where(
                    PASSAGES.c.number == func.any(literal(list(looked_at), ARRAY(Integer))), *_filters(query)
                )
            )
            candidates = [
                Ranked(row.id, row.article_id, looked_at[row.number] * _favour(query, row.categories)) for row in rows
            ]
            for candidate in sorted(candidates, key=lambda one: (-one.score, one.passage_id)):
                best.setdefault(candidate.article_id, candidate)
            start, size = start + size, size * WIDER
        return list(best.values())[: query.limit]

    async def _found(
        self, candidates: Sequence[Ranked], asked: Asked, rarities: Mapping[Key, float], *, unknown: float
    ) -> list[Found]:
        rows = await self._session.execute(
            select(PASSAGES).where(PASSAGES.c.id.in_([candidate.passage_id for candidate in candidates]))
        )
        passages = {row.id: _passage(row) for row in rows}
        return [
            Found(
                passage_id=one.passage_id,
                article_id=one.article_id,
                score=one.score,
                coverage=fields.coverage(asked, rarities, fields.present_in(passages[one.passage_id]), unknown=unknown),
                highlights=highlights.spans(passages[one.passage_id].text, asked),
            )
            for one in candidates
        ]

    async def suggest(self, prefix: str, audience: Audience, at: date, *, limit: int = 8) -> list[Suggestion]:
        words = [syllable.folded for syllable, _, _ in analysis.located(prefix)]
        if not words:
            return []
        numbers = await self._named(words)
        rows = await self._session.execute(
            select(PASSAGES.c.article_id, PASSAGES.c.title, PASSAGES.c.questions)
            .ext(distinct_on(PASSAGES.c.article_id))
            .where(
                PASSAGES.c.number.in_(numbers), *_visible(audience, at), PASSAGES.c.units == literal([], ARRAY(String))
            )
        )
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


def _is_one_of(keys: Iterable[Key]) -> ColumnElement[bool]:
    by_field: defaultdict[str, list[str]] = defaultdict(list)
    for field, term in keys:
        by_field[field].append(term)
    return or_(
        *(
            and_(POSTINGS.c.field == CODES[field], POSTINGS.c.term == func.any(literal(terms, ARRAY(String))))
            for field, terms in by_field.items()
        )
    )


def _filters(query: Query) -> list[ColumnElement[bool]]:
    wanted = [*_visible(query.audience, query.at), _anyone_or(PASSAGES.c.units, query.units)]
    if query.places:
        wanted.append(_anyone_or(PASSAGES.c.places, query.places))
    if query.kinds:
        wanted.append(PASSAGES.c.kind.in_(query.kinds))
    return wanted


def _visible(audience: Audience, at: date) -> list[ColumnElement[bool]]:
    shown = [PASSAGES.c.audience == "public"] if audience == "public" else []
    in_force = [PASSAGES.c.valid_from <= at, or_(PASSAGES.c.valid_to.is_(None), PASSAGES.c.valid_to >= at)]
    return [~PASSAGES.c.gone, *shown, *in_force]


def _anyone_or(column: Any, codes: Sequence[str]) -> ColumnElement[bool]:
    """An empty list stands for everybody."""
    empty: ColumnElement[bool] = column == literal([], ARRAY(String))
    return or_(empty, column.overlap(literal(list(codes), ARRAY(String)))) if codes else empty


def _favour(query: Query, categories: Sequence[str]) -> float:
    return FAVOUR if set(query.favour) & set(categories) else 1.0
