"""Every query on articles."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from contact_center.db import Transaction
from contact_center.knowledge.models import Article


def valid_at(day: date) -> ColumnElement[bool]:
    """Published and in force on that day."""
    ended = and_(Article.valid_to.is_not(None), Article.valid_to < day)
    return and_(Article.state == "published", Article.valid_from <= day, ~ended)


async def by_slugs(tx: Transaction, slugs: Sequence[str]) -> dict[str, Article]:
    rows = await tx.session.scalars(select(Article).where(Article.slug.in_(slugs)))
    return {article.slug: article for article in rows}


async def valid_by_ids(tx: Transaction, ids: Sequence[uuid.UUID], *, at: date) -> dict[uuid.UUID, Article]:
    rows = await tx.session.scalars(select(Article).where(Article.id.in_(ids), valid_at(at)))
    return {article.id: article for article in rows}


async def valid_by_slug(tx: Transaction, slug: str, *, at: date) -> Article | None:
    return await tx.session.scalar(select(Article).where(Article.slug == slug, valid_at(at)))


async def list_published(tx: Transaction, *, query_prefix: str = "", limit: int = 200) -> Sequence[Article]:
    statement = select(Article).where(Article.state == "published")
    if query_prefix:
        statement = statement.where(or_(Article.slug.startswith(query_prefix), Article.title.icontains(query_prefix)))
    return (await tx.session.scalars(statement.order_by(Article.title).limit(limit))).all()


async def list_valid(tx: Transaction, *, at: date, limit: int) -> Sequence[Article]:
    rows = await tx.session.scalars(select(Article).where(valid_at(at)).order_by(Article.title).limit(limit))
    return rows.all()
