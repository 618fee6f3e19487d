"""What the other features ask of the articles: is there an answer, and in which words."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.knowledge import repository
from contact_center.knowledge.models import Article
from contact_center.knowledge.samples import DATA, load_articles
from kb import analysis
from kb.postgres import PostgresStore
from kb.store import Audience

__all__ = [
    "DATA",
    "Answer",
    "Article",
    "Hit",
    "answer",
    "by_slug",
    "is_good_enough",
    "listed",
    "load_articles",
    "part_of",
    "search",
    "short",
    "whole",
]

SURE = 0.5
"""Part of the question's weight an article must answer to. Below it nobody answers but a person."""

SURE_IN_CATEGORY = 0.38
"""The same when the classifier, asked separately, sees the article's own category in the question."""

CLEAR_OF_NEXT = 1.04
"""How much better than the next one the best must be when the category speaks for it too."""

STANDS_ALONE, ALONE_SCORE, ALONE_COVERAGE = 1.8, 30.0, 0.3
"""Nothing else comes near, and the match is strong: told in many words, with the matter in a few of them."""

CANDIDATES = 12
FAVOUR = 1.25

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
    """``score`` orders the hits of one question; ``coverage`` (0 to 1) compares between questions."""

    article: Article
    score: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An article and the words that answer, for the screen, the ear and 160 characters."""

    article: Article
    text: str
    spoken: str
    sms: str
    whole: bool = True


async def search(
    tx: Transaction, text: str, *, at: date, limit: int = 5, category: str = "", audience: Audience = "public"
) -> list[Hit]:
    """Articles valid on that day, best first. ``category`` favours articles of the kind the classifier saw."""
    scored = await PostgresStore(tx.session).search(text, limit=CANDIDATES)
    articles = await repository.valid_by_ids(tx, [uuid.UUID(found.id) for found in scored], at=at, audience=audience)
    hits = [
        Hit(article, found.score * (FAVOUR if category in article.category_codes else 1.0), found.coverage)
        for found in scored
        if (article := articles.get(uuid.UUID(found.id))) is not None
    ]
    return sorted(hits, key=lambda hit: hit.score, reverse=True)[:limit]


async def by_slug(tx: Transaction, slug: str, *, at: date) -> Article:
    """A page of its own. Raises ``NotFound`` when it is not in force on that day."""
    article = await repository.valid_by_slug(tx, slug, at=at)
    if article is None:
        raise NotFound(what="article")
    return article


async def listed(tx: Transaction, *, at: date, limit: int = 100) -> Sequence[Article]:
    """Everything in force on that day, by title."""
    return await repository.list_valid(tx, at=at, limit=limit)


async def answer(tx: Transaction, text: str, *, at: date, category: str = "", about: str = "") -> Answer | None:
    """The answer to a question, or None when no article is good enough: then a person answers.

    ``about`` is the slug of the article told last: a short question that leans on it ("cần giấy tờ gì?") is answered
    from the same article.
    """
    if about:
        told = await repository.valid_by_slug(tx, about, at=at)
        if told is not None:
            return part_of(told, text)
    hits = await search(tx, text, at=at, category=category)
    return whole(hits[0].article) if is_good_enough(hits, category) else None


def is_good_enough(hits: Sequence[Hit], category: str) -> bool:
    if not hits:
        return False
    best = hits[0]
    if best.coverage >= SURE:
        return True
    next_score = hits[1].score if len(hits) > 1 else 0.0
    if best.score >= max(ALONE_SCORE, STANDS_ALONE * next_score) and best.coverage >= ALONE_COVERAGE:
        return True
    is_clear = best.score >= CLEAR_OF_NEXT * next_score
    return is_clear and category in best.article.category_codes and best.coverage >= SURE_IN_CATEGORY


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
