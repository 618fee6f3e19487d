"""Writing articles: drafts, reviews, publishing, taking back. The only writer of versions."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contact_center.actors import SYSTEM, Actor
from contact_center.clock import local
from contact_center.db import Transaction, new_id
from contact_center.errors import Conflict, InvalidInput, NotAllowed, NotFound
from contact_center.knowledge import indexing, repository
from contact_center.knowledge.content import Content, copied, from_json, problems_of, put_into, to_json
from contact_center.knowledge.models import Article, ArticleEvent, ArticleVersion
from contact_center.knowledge.references import unknown_codes
from contact_center.knowledge.workflow import Standing, State, Step, may_edit, parties_of, take
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.staff import service as staff
from nlu.text import fold

BATCH = 100
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step somebody takes. ``revision`` is what they saw; ``publish_at`` None publishes at once."""

    step: Step
    revision: int
    words: str = ""
    publish_at: datetime | None = None


def slug_of(title: str) -> str:
    """``Đăng ký khai sinh`` -> ``dang-ky-khai-sinh``."""
    return _NO_SLUG.sub("-", fold(title)).strip("-")[:80].strip("-")


async def create(
    tx: Transaction,
    actor: Actor,
    content: Content,
    *,
    slug: str = "",
    owner_unit_id: uuid.UUID | None = None,
    why: str = "",
) -> ArticleVersion:
    """A new article with its first draft. A draft may be unfinished, but it needs a title.

    Raises ``InvalidInput``, ``NotAllowed`` for another unit's article, ``Conflict`` when the slug is taken.
    """
    slug = slug or slug_of(content.title)
    if not content.title.strip() or not _SLUG.fullmatch(slug):
        raise InvalidInput(**({"slug": "ascii_slug"} if content.title.strip() else {"title": "required"}))
    if not may_edit(actor, owner_unit_id):
        raise NotAllowed(action="create", reason="knowledge")
    if slug in await repository.by_slugs(tx, [slug]):
        raise Conflict(what="article", reason="slug_taken")
    article = new_article(tx, slug, owner_unit_id, content)
    article.edited = True
    await tx.session.flush()
    version = new_version(tx, article, content, actor, number=1, why=why)
    await tx.session.flush()
    await note(tx, actor, version, Step.SAVE, why)
    return version


def new_article(tx: Transaction, slug: str, owner_unit_id: uuid.UUID | None, content: Content) -> Article:
    article = Article(
        id=new_id(),
        slug=slug,
        owner_unit_id=owner_unit_id,
        state="draft",
        version=0,
        edited=False,
        created_at=tx.now,
        updated_at=tx.now,
    )
    put_into(article, content)
    tx.session.add(article)
    return article


def new_version(
    tx: Transaction, article: Article, content: Content, actor: Actor, *, number: int, why: str = ""
) -> ArticleVersion:
    version = ArticleVersion(
        id=new_id(),
        article_id=article.id,
        number=number,
        state=State.DRAFT.value,
        content=to_json(content),
        revision=1,
        author_id=actor.id if actor.kind == "staff" else None,
        author_unit_id=actor.unit_id,
        why=why,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(version)
    return version


async def edit(
    tx: Transaction, actor: Actor, article_id: uuid.UUID, content: Content, *, revision: int, why: str = ""
) -> ArticleVersion:
    """Keep a draft: the one under way, or a new one on top of what is published (``revision`` 0).

    Raises ``NotFound``, ``Conflict`` when somebody else saved first or the draft is in review.
    """
    article = await _locked(tx, actor, article_id)
    version = await repository.version_under_way(tx, article_id)
    if version is None:
        if revision:
            raise Conflict(what="article", reason="article_moved", state=article.state)
        number = (await repository.last_numbers(tx, [article_id])).get(article_id, 0) + 1
        version = new_version(tx, article, content, actor, number=number, why=why)
    else:
        take(Step.SAVE, State(version.state), parties_of(actor, _standing(article, version)))
        _same_revision(version, revision)
        rewrite(tx, version, content, actor, why)
    article.edited = True
    show_first_draft(article, content)
    await tx.session.flush()
    await note(tx, actor, version, Step.SAVE, why)
    return version


def rewrite(tx: Transaction, version: ArticleVersion, content: Content, actor: Actor, why: str) -> None:
    """Whoever wrote last is the author: they are the one who may not approve it."""
    version.content = to_json(content)
    version.revision += 1
    version.author_id, version.author_unit_id = actor.id, actor.unit_id
    version.why = why or version.why
    version.updated_at = tx.now


def show_first_draft(article: Article, content: Content) -> None:
    if article.state == "draft":
        put_into(article, content)


async def step(tx: Transaction, actor: Actor, article_id: uuid.UUID, instruction: Instruction) -> ArticleVersion:
    """Submit, send back, approve (and publish, now or later) or discard the version under way.

    Raises ``NotFound``, ``NotAllowed``, ``Conflict``; ``InvalidInput`` by field while the words are not in order.
    """
    article = await _locked(tx, actor, article_id)
    version = await repository.version_under_way(tx, article_id)
    if version is None:
        raise Conflict(what="article", reason="article_moved", state=article.state)
    parties = parties_of(actor, _standing(article, version))
    edge = take(instruction.step, State(version.state), parties)
    _same_revision(version, instruction.revision)
    if edge.needs_words and not instruction.words.strip():
        raise InvalidInput(words="required")
    if instruction.step in (Step.SUBMIT, Step.APPROVE):
        await _refuse_unfinished(tx, version)
    _move(version, edge.to, tx.now)
    await note(tx, actor, version, instruction.step, instruction.words)
    if instruction.step is Step.APPROVE:
        version.publish_at = max(instruction.publish_at or tx.now, tx.now)
        if version.publish_at <= tx.now:
            await publish(tx, article, version, actor)
    return version


async def _refuse_unfinished(tx: Transaction, version: ArticleVersion) -> None:
    content = from_json(version.content)
    wrong = problems_of(content) | (await unknown_codes(tx, [content]))[0]
    if wrong:
        raise InvalidInput(**wrong)


def _same_revision(version: ArticleVersion, revision: int) -> None:
    if version.revision != revision:
        raise Conflict(what="article", reason="article_changed", state=version.state)


def _move(version: ArticleVersion, state: State, now: datetime) -> None:
    version.state = state.value
    version.revision += 1
    version.updated_at = now


async def publish(tx: Transaction, article: Article, version: ArticleVersion, actor: Actor = SYSTEM) -> None:
    """The version is what is said from now on, everywhere."""
    earlier = await repository.published_version(tx, article.id)
    if earlier is not None:
        _move(earlier, State.SUPERSEDED, tx.now)
        await tx.session.flush()
    _move(version, State.PUBLISHED, tx.now)
    put_into(article, from_json(version.content))
    article.state = "published"
    await indexing.index(tx, [article])
    await note(tx, actor, version, Step.PUBLISH)


async def withdraw(tx: Transaction, actor: Actor, article_id: uuid.UUID, *, words: str) -> Article:
    """Nobody is answered from it any more. Raises ``NotFound``, ``Conflict``, ``InvalidInput`` without a reason."""
    article = await _locked(tx, actor, article_id)
    version = await repository.published_version(tx, article_id)
    if version is None:
        raise Conflict(what="article", reason="article_moved", state=article.state)
    take(Step.WITHDRAW, State(version.state), parties_of(actor, _standing(article, version)))
    if not words.strip():
        raise InvalidInput(words="required")
    _move(version, State.WITHDRAWN, tx.now)
    article.state, article.edited = "withdrawn", True
    await indexing.index(tx, [article])
    await note(tx, actor, version, Step.WITHDRAW, words)
    return article


async def assign(tx: Transaction, actor: Actor, article_id: uuid.UUID, owner_unit_id: uuid.UUID | None) -> None:
    """Another unit answers for it from now on. Raises ``NotAllowed`` unless the actor edits every unit's articles."""
    article = await _locked(tx, actor, article_id)
    if article.owner_unit_id == owner_unit_id:
        return
    if not may_edit(actor, None):
        raise NotAllowed(action="assign", reason="knowledge")
    article.owner_unit_id = owner_unit_id
    await staff.audit(
        tx,
        actor,
        action="article_assigned",
        subject_kind="article",
        subject_id=article.id,
        unit_id=str(owner_unit_id or ""),
    )


async def add_attachment(
    tx: Transaction,
    actor: Actor,
    storage: MediaStorage,
    article_id: uuid.UUID,
    *,
    data: bytes,
    name: str,
    internal: bool = False,
) -> None:
    """A picture or a document, shown at once with every version. Raises ``NotFound``; ``InvalidInput`` for what is
    neither."""
    await _locked(tx, actor, article_id)
    await media.store_for_article(
        tx, storage, article_id, data=data, name=name, audience="internal" if internal else "result"
    )
    await staff.audit(tx, actor, action="article_attachment_added", subject_kind="article", subject_id=article_id)


async def remove_attachment(tx: Transaction, actor: Actor, article_id: uuid.UUID, media_id: uuid.UUID) -> None:
    """Raises ``NotFound``."""
    await _locked(tx, actor, article_id)
    await media.take_off_article(tx, article_id, media_id)
    await staff.audit(tx, actor, action="article_attachment_removed", subject_kind="article", subject_id=article_id)


async def sweep(tx: Transaction) -> int:
    """Publish what has its hour, and end what had its last day; returns how many articles changed."""
    ready = await repository.due(tx, now=tx.now, limit=BATCH)
    for article, version in ready:
        await publish(tx, article, version)
    today = local(tx.now).date()
    ended = await repository.past(tx, day=today, limit=BATCH)
    await _expire(tx, ended)
    return len(ready) + len(ended)


async def _expire(tx: Transaction, articles: Sequence[Article]) -> None:
    versions = await repository.published_versions(tx, [article.id for article in articles])
    for article in articles:
        article.state = "expired"
    for version in versions.values():
        _move(version, State.EXPIRED, tx.now)
        await note(tx, SYSTEM, version, Step.EXPIRE)
    await indexing.index(tx, articles)


# --- what files say ---------------------------------------------------------------------------------------------------


def publish_unread(tx: Transaction, article: Article, content: Content, actor: Actor, *, number: int) -> ArticleVersion:
    """A version nobody has to read first, from a file. The caller ends the earlier one and indexes the article."""
    version = new_version(tx, article, content, actor, number=number)
    version.state = State.PUBLISHED.value
    put_into(article, content)
    article.state = "published"
    return version


# --- pieces -----------------------------------------------------------------------------------------------------------


async def _locked(tx: Transaction, actor: Actor, article_id: uuid.UUID) -> Article:
    article = await repository.lock_editable(tx, actor, article_id)
    if article is None:
        raise NotFound(what="article")
    return article


def _standing(article: Article, version: ArticleVersion) -> Standing:
    return Standing(article.owner_unit_id, version.author_id, version.author_unit_id)


def content_now(article: Article, version: ArticleVersion | None) -> Content:
    """What an editor goes on from: the draft under way, else what the article says."""
    return from_json(version.content) if version is not None else copied(article)


async def note(tx: Transaction, actor: Actor, version: ArticleVersion, step: Step, words: str = "") -> None:
    """For the article's own history, with words; for the audit log, without."""
    tx.session.add(
        ArticleEvent(
            id=new_id(),
            article_id=version.article_id,
            number=version.number,
            action=step.value,
            actor_kind=actor.kind,
            account_id=actor.id if actor.kind == "staff" else None,
            words=words.strip(),
            at=tx.now,
        )
    )
    await staff.audit(
        tx,
        actor,
        action=f"article_{step.value}",
        subject_kind="article",
        subject_id=version.article_id,
        version=version.number,
    )
