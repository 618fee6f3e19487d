"""What the other features ask of the articles: is there an answer, and in which words."""

import math
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contact_center.actors import Actor
from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.knowledge import reading, repository, searching
from contact_center.knowledge.models import Article
from contact_center.knowledge.passages import section_of
from contact_center.knowledge.samples import DATA, load_articles
from contact_center.knowledge.wrong_answers import say_wrong
from kb import analysis
from kb.store import Audience, Query, Span

__all__ = [
    "DATA",
    "Answer",
    "Article",
    "Hit",
    "Looked",
    "Suggested",
    "answer",
    "by_slug",
    "did_you_mean",
    "is_good_enough",
    "listed",
    "load_articles",
    "look",
    "may_see_picture",
    "part_of",
    "related",
    "say_wrong",
    "search",
    "short",
    "suggest",
    "sureness",
    "whole",
]

OF_SCORE, OF_LEAD, OF_COVERAGE, AT_REST = 2.02, 2.91, 3.43, -9.42
"""How likely the best article is the right one, from its score, its lead over the next one and the part of the question
it answers to: logistic regression on ``kb/data/questions.jsonl``, halves agreeing."""

SURE = 0.7
"""Below it nobody answers but a person. On those questions: 39 % answered, 3 % wrongly, before the category helps."""

SURE_IN_CATEGORY = 0.55
"""The same when the classifier, asked separately, sees the article's own category in the question."""

CANDIDATES = 12

_PAPERS = re.compile(r"\b(giay to|ho so (gom|gi|can)|can gi|mang (theo )?gi|chuan bi)\b")
_STEPS = re.compile(r"\b(lam sao|cach nao|the nao|nop (o dau|dau|cho nao|sao)|o dau|qua mang|online|buoc|quy trinh)\b")
_FEE = re.compile(r"\b(le phi|phi|(bao nhieu|may|nhieu|ton|mat|het) tien|ton kem|gia bao nhieu|mien phi)\b")
_FEE_TOLD = re.compile(r"\b(phi|mien|tien|dong)\b")
_TIME = re.compile(r"\b(bao lau|may (ngay|bua|hom|tuan|thang|gio)|chung nao (co|xong)|khi nao (co|xong)|thoi han)\b")
_TIME_TOLD = re.compile(
    r"\b(giai quyet|xong|tra ket qua|co ket qua|nhan ket qua|cap|xu ly) .{0,30}\b(ngay|tuan|thang|gio|phut)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """``score`` orders the hits of one question; ``coverage`` (0 to 1) compares between questions.

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


@dataclass(frozen=True, slots=True)
class Answer:
    """An article and the words that answer, for the screen, the ear and 160 characters."""

    article: Article
    text: str
    spoken: str
    sms: str
    whole: bool = True


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
            limit=max(limit, CANDIDATES),
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
    return Looked(hits[:limit], outcome.degraded)


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


async def listed(tx: Transaction, *, at: date, limit: int = 100) -> Sequence[Article]:
    """Everything in force on that day, by title."""
    return await repository.list_valid(tx, at=at, limit=limit)


async def may_see_picture(tx: Transaction, article_id: uuid.UUID, *, actor: Actor | None, internal: bool) -> bool:
    """Citizens see the public pictures of what answers them; staff see those of every article they read."""
    if actor is not None and actor.kind == "staff":
        codes = await reading.unit_codes(tx, actor)
        return await repository.find_readable(tx, actor, article_id, codes) is not None
    return not internal and bool(await repository.valid_by_ids(tx, [article_id], at=local(tx.now).date()))


async def answer(tx: Transaction, text: str, *, at: date, category: str = "", about: str = "") -> Answer | None:
    """The answer to a question, or None when no article is good enough: then a person answers.

    ``about`` is the slug of the article told last: a short question that leans on it ("cần giấy tờ gì?") is answered
    from the same article.
    """
    if about:
        told = await repository.valid_by_slug(tx, about, at=at)
        if told is not None:
            return part_of(told, text)
    if leans_on_nothing(text):
        return None
    hits = await search(tx, text, at=at, category=category)
    return whole(hits[0].article) if is_good_enough(hits, category) else None


def leans_on_nothing(text: str) -> bool:
    """ "Cần giấy tờ gì?" asks for a part of a matter nobody has named: every procedure has papers."""
    asked = " ".join(syllable.folded for syllable in analysis.syllables(text))
    for pattern in (_PAPERS, _STEPS, _FEE, _TIME):
        asked = pattern.sub(" ", asked)
    return not set(asked.split()) - analysis.STOP


def is_good_enough(hits: Sequence[Hit], category: str) -> bool:
    if not hits:
        return False
    needed = SURE_IN_CATEGORY if category and category in hits[0].article.category_codes else SURE
    return sureness(hits) >= needed


def sureness(hits: Sequence[Hit]) -> float:
    """0 to 1: how likely the first of them answers the question."""
    best = hits[0]
    lead = math.log(best.score / max(hits[1].score if len(hits) > 1 else 0.0, 1.0))
    weighed = AT_REST + OF_SCORE * math.log1p(best.score) + OF_LEAD * lead + OF_COVERAGE * best.coverage
    return 1 / (1 + math.exp(-weighed))


def whole(article: Article) -> Answer:
    return Answer(article, article.answer, article.spoken, article.sms)


def part_of(article: Article, text: str) -> Answer:
    """The papers, the steps, the fee or the time when they ask for just these, else the whole answer."""
    asked = " ".join(syllable.folded for syllable in analysis.syllables(text))
    for pattern, told in ((_FEE, _FEE_TOLD), (_TIME, _TIME_TOLD)):
        if pattern.search(asked):
            return _sentences(article, told) or whole(article)
    for pattern, parts in ((_PAPERS, article.papers), (_STEPS, article.steps)):
        if parts and pattern.search(asked):
            said = "; ".join(parts)
            return Answer(
                article, f"{article.title}: {said}.", f"{said}.", short(f"{article.title}: {said}."), whole=False
            )
    return whole(article)


def _sentences(article: Article, told: re.Pattern[str]) -> Answer | None:
    """The sentences of the answer that speak of it; None when none does."""
    found = " ".join(one for one in _SENTENCE.split(article.answer) if told.search(analysis.fold(one)))
    return Answer(article, found, found, short(found), whole=False) if found else None


def short(text: str) -> str:
    """One SMS of it: unaccented, cut between words."""
    plain = analysis.fold(text)
    if len(plain) <= 160:
        return plain
    return plain[:157].rsplit(" ", 1)[0].rstrip(",;:") + "..."
