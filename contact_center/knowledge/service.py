"""What the other features ask of the articles: is there an answer, and in which words."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contact_center.actors import Actor
from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.knowledge import reading, repository, searching
from contact_center.knowledge.answers import Answer, Asking, Between, Choice, answer, chosen
from contact_center.knowledge.browsing import FieldCount, fields, of_field
from contact_center.knowledge.gaps import forget_unanswered, note_unanswered
from contact_center.knowledge.models import Article
from contact_center.knowledge.parts import says_something
from contact_center.knowledge.passages import section_of
from contact_center.knowledge.reading import unit_codes
from contact_center.knowledge.samples import DATA, load_articles
from contact_center.knowledge.telling import Deflection, Listener, deflection, note_helped, note_told, note_used
from contact_center.knowledge.wrong_answers import say_wrong
from contact_center.settings import get_settings
from kb.deciding import LOOKED_AT, WEIGHED, Candidate, judge
from kb.store import Audience, Query, Span

__all__ = [
    "DATA",
    "Answer",
    "Article",
    "Asking",
    "Between",
    "Choice",
    "Deflection",
    "FieldCount",
    "Hit",
    "Listener",
    "Looked",
    "Suggested",
    "answer",
    "by_slug",
    "chosen",
    "deflection",
    "did_you_mean",
    "fields",
    "forget_unanswered",
    "link_of",
    "load_articles",
    "look",
    "may_see_attachment",
    "note_helped",
    "note_told",
    "note_unanswered",
    "note_used",
    "of_field",
    "related",
    "say_wrong",
    "says_something",
    "search",
    "suggest",
    "unit_codes",
]


@dataclass(frozen=True, slots=True)
class Hit:
    """``coverage`` (0 to 1) is the part of the question it answers to.

    ``section`` names the field of the article that answers best (``passages.SECTIONS``), ``highlights`` are places in
    that field's text.
    """

    article: Article
    score: float
    coverage: float
    section: str = "answer"
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggested:
    """A title or a question, and the article it leads to."""

    text: str
    article: Article


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search found. ``degraded``: the search server is away and PostgreSQL answered in its place."""

    hits: list[Hit]
    degraded: bool


async def look(
    tx: Transaction,
    text: str,
    *,
    at: date,
    limit: int = 5,
    category: str = "",
    audience: Audience = "public",
    places: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
) -> Looked:
    """Articles in force on that day, best first. ``category`` favours articles of the kind the classifier saw.

    ``places`` are communes the matter is in, ``units`` the codes of those the asker belongs to.
    """
    outcome = await searching.find(
        tx,
        Query(
            text=text,
            at=at,
            audience=audience,
            places=places,
            units=units,
            kinds=kinds,
            favour=(category,) if category else (),
            limit=max(limit, LOOKED_AT),
        ),
    )
    # Whatever the index says, only what the articles themselves allow is shown.
    ids = [uuid.UUID(found.article_id) for found in outcome.found]
    articles = await repository.valid_by_ids(tx, ids, at=at, audience=audience, units=units)
    hits = [
        Hit(article, found.score, found.coverage, section_of(found.passage_id), found.highlights)
        for found in outcome.found
        if (article := articles.get(uuid.UUID(found.article_id))) is not None
    ]
    return Looked(_likeliest_first(text, hits)[:limit], outcome.degraded)


def _likeliest_first(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The best of them by the rule the machine answers by, which also reads titles and questions as wholes."""
    weighed = {str(hit.article.id): hit for hit in hits[:WEIGHED]}
    candidates = [
        Candidate(key, hit.score, hit.coverage, (hit.article.title, *hit.article.questions))
        for key, hit in weighed.items()
    ]
    return [*(weighed[one.article_id] for one in judge(text, candidates)), *hits[WEIGHED:]]


async def search(
    tx: Transaction, text: str, *, at: date, limit: int = 5, category: str = "", audience: Audience = "public"
) -> list[Hit]:
    """``look`` for those who only want the hits."""
    return (await look(tx, text, at=at, limit=limit, category=category, audience=audience)).hits


async def suggest(
    tx: Transaction, prefix: str, *, at: date, audience: Audience = "public", limit: int = 8
) -> list[Suggested]:
    """Titles and questions for what somebody is typing."""
    found = await searching.suggest(tx, prefix, audience, at, limit=limit)
    articles = await repository.valid_by_ids(tx, [uuid.UUID(one.article_id) for one in found], at=at, audience=audience)
    return [
        Suggested(one.text, articles[uuid.UUID(one.article_id)])
        for one in found
        if uuid.UUID(one.article_id) in articles
    ]


async def did_you_mean(tx: Transaction, text: str) -> str | None:
    """The same with likely typing mistakes mended; None where nothing would change."""
    return await searching.did_you_mean(tx, text)


async def related(tx: Transaction, article: Article, *, at: date, limit: int = 4) -> list[Article]:
    """Articles about what is near to this one, for readers of it."""
    hits = await search(tx, article.title, at=at, limit=limit + 1, category=next(iter(article.category_codes), ""))
    return [hit.article for hit in hits if hit.article.id != article.id][:limit]


async def by_slug(tx: Transaction, slug: str, *, at: date) -> Article:
    """A page of its own. Raises ``NotFound`` when it is not in force on that day."""
    article = await repository.valid_by_slug(tx, slug, at=at)
    if article is None:
        raise NotFound(what="article")
    return article


async def may_see_attachment(tx: Transaction, article_id: uuid.UUID, *, actor: Actor | None, internal: bool) -> bool:
    """Citizens see the public attachments of what answers them; staff see those of every article they read."""
    if actor is not None and actor.kind == "staff":
        codes = await reading.unit_codes(tx, actor)
        return await repository.find_readable(tx, actor, article_id, codes) is not None
    return not internal and bool(await repository.valid_by_ids(tx, [article_id], at=local(tx.now).date()))


def link_of(article: Article) -> str:
    """Its public page, in full."""
    return f"{get_settings().public_base_url.rstrip('/')}/hoi-dap/{article.slug}"
