"""What the editors' pages show, read in a fixed number of queries."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contact_center.actors import Actor
from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.knowledge import editing, repository, searching, wrong_answers
from contact_center.knowledge.content import Change, Content, copied, diff, from_json
from contact_center.knowledge.models import Article, ArticleEvent, ArticleVersion, WrongAnswer
from contact_center.knowledge.repository import Wanted
from contact_center.knowledge.workflow import Standing, State, Step, allowed_steps, may_edit, parties_of
from contact_center.media import service as media
from contact_center.media.service import MediaFile
from contact_center.staff import service as staff
from contact_center.taxonomy import service as taxonomy
from contact_center.units import service as units
from kb.store import Query

FOUND_BY_WORDS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``stale``: somebody should have looked at it again by now."""

    article: Article
    under_way: ArticleVersion | None
    owner: str
    stale: bool

    @property
    def title(self) -> str:
        return self.article.title


@dataclass(frozen=True, slots=True)
class Names:
    """Words for the codes an article holds."""

    categories: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with everything somebody may see and do."""

    article: Article
    content: Content  # what is said now, or would be if the draft were published
    published: ArticleVersion | None
    under_way: ArticleVersion | None
    owner: str
    steps: Sequence[Step]
    may_edit: bool
    may_withdraw: bool
    stale: bool
    changes: Sequence[Change]
    versions: Sequence[ArticleVersion]
    events: Sequence[ArticleEvent]
    authors: Mapping[uuid.UUID, str]
    names: Names
    tasks: Sequence[WrongAnswer]
    attachments: Sequence[MediaFile]


async def unit_codes(tx: Transaction, actor: Actor) -> tuple[str, ...]:
    """Codes of the units somebody belongs to."""
    return ((await units.unit(tx, actor.unit_id)).code,) if actor.unit_id else ()


async def rows(tx: Transaction, actor: Actor, wanted: Wanted) -> list[Row]:
    """The list, narrowed. Words are looked up as citizens' words are: with or without accents."""
    today = local(tx.now).date()
    found = await repository.list_readable(tx, actor, wanted, at=today, unit_codes=await unit_codes(tx, actor))
    owners = await units.units_by_id(tx, {article.owner_unit_id for article, _ in found if article.owner_unit_id})
    return [
        Row(
            article,
            version if may_edit(actor, article.owner_unit_id) else None,
            owners[article.owner_unit_id].short_name if article.owner_unit_id in owners else "",
            is_stale(article, tx),
        )
        for article, version in found
    ]


def is_stale(article: Article, tx: Transaction) -> bool:
    return article.state == "published" and article.review_by is not None and article.review_by < local(tx.now).date()


async def counts(tx: Transaction, actor: Actor) -> dict[str, int]:
    return await repository.count_work(tx, actor, at=local(tx.now).date())


async def ids_for(tx: Transaction, actor: Actor, words: str) -> tuple[tuple[uuid.UUID, ...] | None, bool]:
    """Articles the words find (None where there are no words), and whether the search is degraded.

    Drafts and what is out of force are not in the index: they are found by their identifier.
    """
    if not words.strip():
        return None, False
    looked = await searching.find(
        tx,
        Query(
            words,
            at=local(tx.now).date(),
            audience="internal",
            units=await unit_codes(tx, actor),
            limit=FOUND_BY_WORDS,
        ),
    )
    return tuple(uuid.UUID(one.article_id) for one in looked.found), looked.degraded


async def view(tx: Transaction, actor: Actor, article_id: uuid.UUID) -> ArticleView:
    """Raises ``NotFound``, also for what the actor may not see."""
    article = await repository.find_readable(tx, actor, article_id, await unit_codes(tx, actor))
    if article is None:
        raise NotFound(what="article")
    edits = may_edit(actor, article.owner_unit_id)
    under_way = await repository.version_under_way(tx, article_id) if edits else None
    versions = await repository.versions(tx, article_id) if edits else ()
    events = await repository.events(tx, article_id) if edits else ()
    content = editing.content_now(article, under_way)
    before = copied(article) if article.state != "draft" else None
    owner = await units.unit(tx, article.owner_unit_id) if article.owner_unit_id else None
    tasks = await wrong_answers.listed(tx, actor, article_id=article_id) if edits else ()
    return ArticleView(
        article=article,
        content=copied(article),
        published=next((version for version in versions if version.state == "published"), None),
        under_way=under_way,
        owner=owner.name if owner else "",
        steps=steps_of(actor, article, under_way),
        may_edit=edits,
        may_withdraw=edits and article.state == "published",
        stale=is_stale(article, tx),
        changes=diff(before, content) if under_way else (),
        versions=versions,
        events=events,
        authors=await staff.names_of(tx, list(_people(versions, events))),
        names=await names_of(tx, content, copied(article)),
        tasks=[task for task, _ in tasks],
        attachments=await media.of_article(tx, article_id),
    )


def steps_of(actor: Actor, article: Article, version: ArticleVersion | None) -> list[Step]:
    if version is None:
        return []
    standing = Standing(article.owner_unit_id, version.author_id, version.author_unit_id)
    return allowed_steps(State(version.state), parties_of(actor, standing))


def _people(versions: Iterable[ArticleVersion], events: Iterable[ArticleEvent]) -> set[uuid.UUID]:
    people = {version.author_id for version in versions} | {event.account_id for event in events}
    return {one for one in people if one is not None}


async def names_of(tx: Transaction, *contents: Content) -> Names:
    known = await taxonomy.snapshot(tx)
    codes = {code for content in contents for code in content.category_codes}
    communes = await units.communes_by_code(tx, {code for content in contents for code in content.places})
    return Names(
        categories={code: known.by_code[code].name for code in codes if code in known.by_code},
        places={code: commune.full_name for code, commune in communes.items()},
    )


async def compared(
    tx: Transaction, actor: Actor, article_id: uuid.UUID, number: int
) -> tuple[ArticleView, ArticleVersion, list[Change]]:
    """A version and what it changed against the one before it. Raises ``NotFound``."""
    seen = await view(tx, actor, article_id)
    by_number = {version.number: version for version in seen.versions}
    version = by_number.get(number)
    if version is None:
        raise NotFound(what="version")
    earlier = [one for one in seen.versions if one.number < number and one.state not in ("discarded", "draft")]
    before = from_json(earlier[0].content) if earlier else None
    return seen, version, diff(before, from_json(version.content))
