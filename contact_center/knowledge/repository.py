"""Every query on articles; who may see what is part of the query."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, exists, false, func, literal, or_, select, true

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.knowledge.models import (
    Article,
    ArticleEvent,
    ArticleVersion,
    SynonymGroup,
    UnansweredQuestion,
    WrongAnswer,
)
from contact_center.knowledge.workflow import EVERY_ARTICLE, UNDER_WAY
from kb.store import Audience
from nlu.text import fold

# --- what answers -----------------------------------------------------------------------------------------------------


def valid_at(day: date, audience: Audience = "public", units: Sequence[str] = ()) -> ColumnElement[bool]:
    """Published, in force on that day, and for these readers."""
    ended = and_(Article.valid_to.is_not(None), Article.valid_to < day)
    seen_by = true() if audience == "internal" else Article.audience == "public"
    for_them = or_(func.cardinality(Article.units) == 0, Article.units.overlap(list(units)) if units else false())
    return and_(Article.state == "published", Article.valid_from <= day, ~ended, seen_by, for_them)


async def by_slugs(tx: Transaction, slugs: Sequence[str]) -> dict[str, Article]:
    rows = await tx.session.scalars(select(Article).where(Article.slug.in_(slugs)))
    return {article.slug: article for article in rows}


async def valid_by_ids(
    tx: Transaction, ids: Sequence[uuid.UUID], *, at: date, audience: Audience = "public", units: Sequence[str] = ()
) -> dict[uuid.UUID, Article]:
    rows = await tx.session.scalars(select(Article).where(Article.id.in_(ids), valid_at(at, audience, units)))
    return {article.id: article for article in rows}


async def valid_by_slug(tx: Transaction, slug: str, *, at: date, audience: Audience = "public") -> Article | None:
    return await tx.session.scalar(select(Article).where(Article.slug == slug, valid_at(at, audience)))


# --- what is edited ---------------------------------------------------------------------------------------------------


def editable_by(actor: Actor) -> ColumnElement[bool]:
    """Articles somebody may change: see ``workflow.may_edit``."""
    if actor.has_role(*EVERY_ARTICLE):
        return true()
    if actor.has_role(Role.OFFICER) and actor.unit_id is not None:
        return Article.owner_unit_id == actor.unit_id
    return false()


def readable_by(actor: Actor, unit_codes: Sequence[str]) -> ColumnElement[bool]:
    """Staff read what is published for them; editors also what they may change, in every state."""
    if actor.kind != "staff":
        return false()
    for_them = or_(
        func.cardinality(Article.units) == 0, Article.units.overlap(list(unit_codes)) if unit_codes else false()
    )
    return or_(editable_by(actor), and_(Article.state == "published", for_them))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of articles is narrowed to. ``under_way`` is the state of the version in work."""

    words: str = ""
    ids: tuple[uuid.UUID, ...] | None = None
    state: str = ""
    under_way: str = ""
    kind: str = ""
    owner_unit_id: uuid.UUID | None = None
    stale: bool = False
    limit: int = 100


def is_stale(day: date) -> ColumnElement[bool]:
    return and_(Article.state == "published", Article.review_by.is_not(None), Article.review_by < day)


def _in_order(wanted: Wanted) -> list[ColumnElement[Any]]:
    if wanted.ids is None:
        return [ArticleVersion.id.is_(None), Article.title.asc()]
    place = func.array_position(literal(list(wanted.ids), ARRAY(Uuid)), Article.id)
    return [place.asc().nulls_first(), Article.title.asc()]


def _narrowed(wanted: Wanted, day: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.ids is not None:
        slug = "-".join(fold(wanted.words).split())
        conditions.append(or_(Article.id.in_(wanted.ids), Article.slug.contains(slug, autoescape=True)))
    if wanted.state:
        conditions.append(Article.state == wanted.state)
    if wanted.under_way:
        conditions.append(ArticleVersion.state == wanted.under_way)
    if wanted.kind:
        conditions.append(Article.kind == wanted.kind)
    if wanted.owner_unit_id is not None:
        conditions.append(Article.owner_unit_id == wanted.owner_unit_id)
    if wanted.stale:
        conditions.append(is_stale(day))
    return conditions


async def list_readable(
    tx: Transaction, actor: Actor, wanted: Wanted, *, at: date, unit_codes: Sequence[str] = ()
) -> list[tuple[Article, ArticleVersion | None]]:
    """Articles with the version under way, if there is one; those with work to do first, then by title. What words
    found stands as the words fit, with what only the identifier says before it."""
    rows = await tx.session.execute(
        select(Article, ArticleVersion)
        .outerjoin(ArticleVersion, and_(ArticleVersion.article_id == Article.id, ArticleVersion.state.in_(UNDER_WAY)))
        .where(readable_by(actor, unit_codes), *_narrowed(wanted, at))
        .order_by(*_in_order(wanted))
        .limit(wanted.limit)
    )
    return [(row[0], row[1]) for row in rows]


async def count_work(tx: Transaction, actor: Actor, *, at: date) -> dict[str, int]:
    """How many of the articles somebody may change wait for something: a review, an hour, a fresh look, an answer."""
    mine = editable_by(actor)
    states = await tx.session.execute(
        select(ArticleVersion.state, func.count())
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(mine, ArticleVersion.state.in_(UNDER_WAY))
        .group_by(ArticleVersion.state)
    )
    counts = {row[0]: row[1] for row in states}
    counts["stale"] = await tx.session.scalar(select(func.count()).select_from(Article).where(mine, is_stale(at))) or 0
    counts["wrong"] = (
        await tx.session.scalar(
            select(func.count())
            .select_from(WrongAnswer)
            .join(Article, Article.id == WrongAnswer.article_id)
            .where(mine, WrongAnswer.closed_at.is_(None))
        )
        or 0
    )
    # Nobody's yet: no unit answers for what has no article.
    counts["unanswered"] = (
        await tx.session.scalar(
            select(func.count()).select_from(UnansweredQuestion).where(UnansweredQuestion.state == "open")
        )
        or 0
    )
    return counts


async def find_readable(
    tx: Transaction, actor: Actor, article_id: uuid.UUID, unit_codes: Sequence[str] = ()
) -> Article | None:
    return await tx.session.scalar(select(Article).where(Article.id == article_id, readable_by(actor, unit_codes)))


async def lock_editable(tx: Transaction, actor: Actor, article_id: uuid.UUID) -> Article | None:
    """The article, kept from everybody else until the transaction ends."""
    return await tx.session.scalar(
        select(Article)
        .where(Article.id == article_id, editable_by(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def version_under_way(tx: Transaction, article_id: uuid.UUID) -> ArticleVersion | None:
    return await tx.session.scalar(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article_id, ArticleVersion.state.in_(UNDER_WAY))
        .execution_options(populate_existing=True)
    )


async def versions_under_way(tx: Transaction, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, ArticleVersion]:
    """By article."""
    rows = await tx.session.scalars(
        select(ArticleVersion).where(ArticleVersion.article_id.in_(ids), ArticleVersion.state.in_(UNDER_WAY))
    )
    return {version.article_id: version for version in rows}


async def published_version(tx: Transaction, article_id: uuid.UUID) -> ArticleVersion | None:
    return await tx.session.scalar(
        select(ArticleVersion).where(ArticleVersion.article_id == article_id, ArticleVersion.state == "published")
    )


async def published_versions(tx: Transaction, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, ArticleVersion]:
    """By article."""
    rows = await tx.session.scalars(
        select(ArticleVersion).where(ArticleVersion.article_id.in_(ids), ArticleVersion.state == "published")
    )
    return {version.article_id: version for version in rows}


async def versions(tx: Transaction, article_id: uuid.UUID) -> Sequence[ArticleVersion]:
    rows = await tx.session.scalars(
        select(ArticleVersion).where(ArticleVersion.article_id == article_id).order_by(ArticleVersion.number.desc())
    )
    return rows.all()


async def last_numbers(tx: Transaction, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The highest version number of each article that has one."""
    rows = await tx.session.execute(
        select(ArticleVersion.article_id, func.max(ArticleVersion.number))
        .where(ArticleVersion.article_id.in_(ids))
        .group_by(ArticleVersion.article_id)
    )
    return {row[0]: row[1] for row in rows}


async def events(tx: Transaction, article_id: uuid.UUID) -> Sequence[ArticleEvent]:
    rows = await tx.session.scalars(
        select(ArticleEvent).where(ArticleEvent.article_id == article_id).order_by(ArticleEvent.id.desc())
    )
    return rows.all()


async def due(tx: Transaction, *, now: datetime, limit: int) -> Sequence[tuple[Article, ArticleVersion]]:
    """Approved versions whose hour has come, with their articles, locked."""
    rows = await tx.session.execute(
        select(Article, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(ArticleVersion.state == "scheduled", ArticleVersion.publish_at <= now)
        .order_by(ArticleVersion.publish_at)
        .limit(limit)
        .with_for_update(of=Article, skip_locked=True)
    )
    return [(row[0], row[1]) for row in rows]


async def past(tx: Transaction, *, day: date, limit: int) -> Sequence[Article]:
    """Published articles whose last day is over, locked."""
    rows = await tx.session.scalars(
        select(Article)
        .where(Article.state == "published", Article.valid_to < day)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


async def published_after(tx: Transaction, after: uuid.UUID, *, limit: int) -> Sequence[Article]:
    """A batch of published articles in order of id, for going through all of them."""
    rows = await tx.session.scalars(
        select(Article).where(Article.state == "published", Article.id > after).order_by(Article.id).limit(limit)
    )
    return rows.all()


# --- tasks and words --------------------------------------------------------------------------------------------------


async def wrong_answers(
    tx: Transaction, actor: Actor, *, closed: bool, limit: int, article_id: uuid.UUID | None = None
) -> list[tuple[WrongAnswer, Article]]:
    """Oldest open ones first; closed ones newest first."""
    state = WrongAnswer.closed_at.is_not(None) if closed else WrongAnswer.closed_at.is_(None)
    order = WrongAnswer.closed_at.desc() if closed else WrongAnswer.id
    of_one = WrongAnswer.article_id == article_id if article_id else true()
    rows = await tx.session.execute(
        select(WrongAnswer, Article)
        .join(Article, Article.id == WrongAnswer.article_id)
        .where(editable_by(actor), state, of_one)
        .order_by(order)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def lock_wrong_answer(tx: Transaction, actor: Actor, task_id: uuid.UUID) -> WrongAnswer | None:
    return await tx.session.scalar(
        select(WrongAnswer)
        .where(
            WrongAnswer.id == task_id,
            exists().where(Article.id == WrongAnswer.article_id, editable_by(actor)),
        )
        .with_for_update()
    )


async def synonym_groups(tx: Transaction) -> Sequence[SynonymGroup]:
    return (await tx.session.scalars(select(SynonymGroup).order_by(SynonymGroup.id))).all()
