"""Many articles at once: in with a report for each row, tried first and then done; out as they are."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete

from contact_center.actors import Actor
from contact_center.clock import local
from contact_center.db import Transaction, new_id
from contact_center.errors import NotAllowed, NotFound
from contact_center.knowledge import editing, reading, references, repository
from contact_center.knowledge.content import Content, copied, from_json
from contact_center.knowledge.loading import Draft, draft_of, faults_of
from contact_center.knowledge.models import Article, ArticleImport, ArticleVersion
from contact_center.knowledge.repository import Wanted
from contact_center.knowledge.tables import MOST_ROWS, TableRow, as_json, dated, raw_of
from contact_center.knowledge.workflow import State, Step, may_edit
from contact_center.staff import service as staff
from contact_center.units import service as units

KEPT_FOR = timedelta(days=1)
Outcome = Literal["new", "changed", "same", "refused"]


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row, or would. ``faults``: field -> error key."""

    place: str
    slug: str
    title: str
    outcome: Outcome
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Known:
    """What the rows are held against, read in a few queries."""

    articles: dict[str, Article]
    under_way: dict[uuid.UUID, ArticleVersion]
    owners: dict[str, uuid.UUID]
    unknown_codes: dict[str, dict[str, str]]
    twice: set[str]


async def bring_in(tx: Transaction, actor: Actor, rows: Sequence[TableRow], *, dry_run: bool) -> list[RowReport]:
    """A draft for every row that is new or differs; refused rows change nothing. ``dry_run`` only reports.

    Drafts go through review like any other: a table is no way round it.
    """
    faults = [faults_of(row.raw) for row in rows]
    drafts = [None if wrong else draft_of(row.raw) for row, wrong in zip(rows, faults, strict=True)]
    known = await _known(tx, [draft for draft in drafts if draft])
    reports = [
        _report(row, draft, _refusal(draft, actor, known) if draft else wrong, known)
        for row, wrong, draft in zip(rows, faults, drafts, strict=True)
    ]
    if not dry_run:
        done = [
            draft
            for draft, report in zip(drafts, reports, strict=True)
            if draft and report.outcome in ("new", "changed")
        ]
        await _keep(tx, actor, done, known)
    return reports


async def _known(tx: Transaction, drafts: Sequence[Draft]) -> _Known:
    articles = await repository.by_slugs(tx, [draft.slug for draft in drafts])
    owners = await units.units_by_code(tx, {draft.owner for draft in drafts} - {""})
    counted = Counter(draft.slug for draft in drafts)
    return _Known(
        articles=articles,
        under_way=await repository.versions_under_way(tx, [article.id for article in articles.values()]),
        owners={code: unit.id for code, unit in owners.items()},
        unknown_codes=dict(
            zip((draft.slug for draft in drafts), await references.unknown_codes(tx, drafts), strict=True)
        ),
        twice={slug for slug, times in counted.items() if times > 1},
    )


def _refusal(draft: Draft, actor: Actor, known: _Known) -> dict[str, str]:
    wrong = {
        ("categories" if name == "category_codes" else name): key
        for name, key in known.unknown_codes[draft.slug].items()
    }
    if draft.slug in known.twice:
        wrong["slug"] = "twice"
    if draft.owner and draft.owner not in known.owners:
        wrong["owner"] = "unknown"
    article = known.articles.get(draft.slug)
    owner = article.owner_unit_id if article else _owner(draft, actor, known)
    if not may_edit(actor, owner):
        wrong["owner"] = "not_yours"
    version = known.under_way.get(article.id) if article else None
    if version is not None and version.state != "draft":
        wrong["slug"] = "in_review"
    return wrong


def _owner(draft: Draft, actor: Actor, known: _Known) -> uuid.UUID | None:
    return known.owners.get(draft.owner) if draft.owner else actor.unit_id


def _report(row: TableRow, draft: Draft | None, wrong: Mapping[str, str], known: _Known) -> RowReport:
    slug, title = str(row.raw.get("slug") or ""), str(row.raw.get("title") or "")
    if draft is None or wrong:
        return RowReport(row.place, slug, title, "refused", wrong)
    article = known.articles.get(slug)
    if article is None:
        return RowReport(row.place, slug, title, "new")
    now = editing.content_now(article, known.under_way.get(article.id))
    return RowReport(row.place, slug, title, "same" if now == copied(draft) else "changed")


async def _keep(tx: Transaction, actor: Actor, drafts: Sequence[Draft], known: _Known) -> None:
    for draft in drafts:
        if draft.slug not in known.articles:
            owner = _owner(draft, actor, known)
            known.articles[draft.slug] = editing.new_article(tx, draft.slug, owner, copied(draft))
    await tx.session.flush()
    numbers = await repository.last_numbers(tx, [known.articles[draft.slug].id for draft in drafts])
    for draft in drafts:
        article = known.articles[draft.slug]
        version = _version(tx, actor, article, copied(draft), known, numbers)
        await editing.note(tx, actor, version, Step.SAVE)
    await staff.audit(tx, actor, action="articles_imported", subject_kind="article", subject_id="", count=len(drafts))


def _version(
    tx: Transaction, actor: Actor, article: Article, content: Content, known: _Known, numbers: Mapping[uuid.UUID, int]
) -> ArticleVersion:
    article.edited = True
    version = known.under_way.get(article.id)
    if version is None:
        return editing.new_version(tx, article, content, actor, number=numbers.get(article.id, 0) + 1)
    editing.rewrite(tx, version, content, actor, "")
    editing.show_first_draft(article, content)
    return version


async def keep_tried(tx: Transaction, actor: Actor, rows: Sequence[TableRow]) -> uuid.UUID:
    """Hold the rows of a file that was tried, until they are brought in or a day is over; returns under which id."""
    if actor.id is None:
        raise NotAllowed(action="import", reason="knowledge")
    drafts = [draft_of(row.raw) for row in rows if not faults_of(row.raw)]
    kept = ArticleImport(
        id=new_id(), account_id=actor.id, rows=[as_json(raw_of(draft)) for draft in drafts], created_at=tx.now
    )
    tx.session.add(kept)
    await tx.session.flush()
    return kept.id


async def tried(tx: Transaction, actor: Actor, import_id: uuid.UUID) -> list[TableRow]:
    """The rows held, which are forgotten with this. Raises ``NotFound`` for those of somebody else, or of yesterday."""
    kept = await tx.session.scalar(
        delete(ArticleImport)
        .where(ArticleImport.id == import_id, ArticleImport.account_id == actor.id)
        .returning(ArticleImport)
    )
    if kept is None:
        raise NotFound(what="import")
    return [TableRow(str(number), dated(raw)) for number, raw in enumerate(kept.rows, start=1)]


async def sweep(tx: Transaction) -> int:
    """Forget what was tried and never brought in."""
    gone = await tx.session.scalars(
        delete(ArticleImport).where(ArticleImport.created_at < tx.now - KEPT_FOR).returning(ArticleImport.id)
    )
    return len(gone.all())


async def publish_at_once(tx: Transaction, actor: Actor, slugs: Sequence[str]) -> int:
    """For an installer at the command line, who answers for what is in the file: drafts brought in are published."""
    articles = await repository.by_slugs(tx, slugs)
    versions = await repository.versions_under_way(tx, [article.id for article in articles.values()])
    ready = [article for article in articles.values() if article.id in versions]
    for article in ready:
        version = versions[article.id]
        version.state = State.SCHEDULED.value
        await editing.publish(tx, article, version, actor)
    return len(ready)


async def taken_out(tx: Transaction, actor: Actor) -> list[Draft]:
    """Every article somebody may read, as it is now: the draft under way where they edit it."""
    found = await repository.list_readable(
        tx,
        actor,
        Wanted(limit=MOST_ROWS),
        at=local(tx.now).date(),
        unit_codes=await reading.unit_codes(tx, actor),
    )
    owners = await units.units_by_id(tx, {article.owner_unit_id for article, _ in found if article.owner_unit_id})
    drafts = []
    for article, version in found:
        edits = may_edit(actor, article.owner_unit_id)
        content = from_json(version.content) if version and edits else copied(article)
        owner = owners[article.owner_unit_id].code if article.owner_unit_id in owners else ""
        drafts.append(draft_from(article.slug, owner, content))
    return drafts


def draft_from(slug: str, owner: str, content: Content) -> Draft:
    return Draft(slug=slug, owner=owner, **{name: getattr(content, name) for name in Content.__dataclass_fields__})
