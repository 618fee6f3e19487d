"""Public articles by field, for whoever looks around instead of asking."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from contact_center.db import Transaction
from contact_center.knowledge import repository
from contact_center.knowledge.models import Article
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import Taxonomy

MOST = 500
"""Articles of one field on one page; a field has some dozens."""


@dataclass(frozen=True, slots=True)
class FieldCount:
    code: str
    name: str
    articles: int


async def fields(tx: Transaction, *, at: date) -> list[FieldCount]:
    """Fields that have something to read, most first."""
    known = await taxonomy.snapshot(tx)
    rows = await tx.session.scalars(select(Article.category_codes).where(repository.valid_at(at)))
    counts = Counter(field for codes in rows for field in _fields_of(codes, known))
    names = {field.code: field.name for field in known.fields}
    return [FieldCount(code, names[code], count) for code, count in counts.most_common() if code in names]


def _fields_of(codes: Iterable[str], known: Taxonomy) -> set[str]:
    return {known.by_code[code].field_code for code in codes if code in known.by_code}


async def of_field(tx: Transaction, field: str, *, at: date) -> Sequence[Article]:
    """By title."""
    known = await taxonomy.snapshot(tx)
    codes = [category.code for category in known.categories if category.field_code == field]
    rows = await tx.session.scalars(
        select(Article)
        .where(repository.valid_at(at), Article.category_codes.overlap(codes))
        .order_by(Article.title)
        .limit(MOST)
    )
    return rows.all()


async def page_of(tx: Transaction, *, at: date, after: str, limit: int) -> tuple[Sequence[Article], int]:
    """Articles whose slug comes after ``after``, and how many there are in all."""
    rows = await tx.session.scalars(
        select(Article).where(repository.valid_at(at), Article.slug > after).order_by(Article.slug).limit(limit)
    )
    total = await tx.session.scalar(select(func.count()).select_from(Article).where(repository.valid_at(at)))
    return rows.all(), total or 0
