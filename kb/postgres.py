"""BM25 over postings kept in PostgreSQL: no other server, and always as fresh as the transaction that reads it."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kb import analysis
from kb.store import Document, Scored

K1, B = 1.2, 0.6

metadata = MetaData()
DOCUMENTS = Table(
    "kb_document",
    metadata,
    Column("id", String, primary_key=True),
    Column("length", Integer, nullable=False),
)
POSTINGS = Table(
    "kb_posting",
    metadata,
    Column("term", String, primary_key=True),
    Column("document_id", String, ForeignKey("kb_document.id", ondelete="CASCADE"), primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_kb_posting_document_id", "document_id"),
)


class PostgresStore:
    """Implements ``kb.store.Store`` on a session whose transaction the caller commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        await self.remove([document.id for document in documents])
        counts = {document.id: terms_of(document) for document in documents}
        await self._session.execute(
            insert(DOCUMENTS), [{"id": key, "length": sum(terms.values())} for key, terms in counts.items()]
        )
        await self._session.execute(
            insert(POSTINGS),
            [
                {"term": term, "document_id": key, "count": count}
                for key, terms in counts.items()
                for term, count in terms.items()
            ],
        )

    async def remove(self, ids: Sequence[str]) -> None:
        await self._session.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id.in_(ids)))

    async def search(self, text: str, *, limit: int = 5) -> list[Scored]:
        weights = analysis.query_terms(text)
        if not weights:
            return []
        total, average = await self._collection()
        if not total:
            return []
        rows = await self._session.execute(
            select(POSTINGS.c.term, POSTINGS.c.document_id, POSTINGS.c.count, DOCUMENTS.c.length)
            .join(DOCUMENTS, DOCUMENTS.c.id == POSTINGS.c.document_id)
            .where(POSTINGS.c.term.in_(weights))
        )
        return rank(weights, [tuple(row) for row in rows], total=total, average=average)[:limit]

    async def _collection(self) -> tuple[int, float]:
        row = (await self._session.execute(select(func.count(), func.avg(DOCUMENTS.c.length)))).one()
        return int(row[0]), float(row[1] or 0)


def terms_of(document: Document) -> Counter[str]:
    terms: Counter[str] = Counter()
    for text, weight in document.fields:
        terms.update(analysis.document_terms(text, weight))
    return terms


def rank(weights: dict[str, float], postings: Sequence[tuple[Any, ...]], *, total: int, average: float) -> list[Scored]:
    """BM25 (Robertson) with query weights; pure, so that the arithmetic is tested without a database."""
    frequency = Counter(term for term, *_ in postings)
    idf = {term: _idf(total, frequency[term]) for term in weights}
    whole = sum(weight * idf[term] for term, weight in weights.items())
    scores: defaultdict[str, float] = defaultdict(float)
    covered: defaultdict[str, float] = defaultdict(float)
    for term, document, count, length in postings:
        gain = weights[term] * idf[term]
        scores[document] += gain * count * (K1 + 1) / (count + K1 * (1 - B + B * length / average))
        covered[document] += gain
    return [
        Scored(key, score, covered[key] / whole) for key, score in sorted(scores.items(), key=lambda item: -item[1])
    ]


def _idf(total: int, frequency: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
