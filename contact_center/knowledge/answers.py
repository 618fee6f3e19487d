"""Whether a question has an answer, which article gives it, and in which words for the screen, the ear and 160
characters. Nothing is said that the article does not say.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contact_center.db import Transaction
from contact_center.knowledge import parts, repository, searching
from contact_center.knowledge.models import Article
from contact_center.knowledge.parts import Told
from contact_center.settings import get_settings
from kb import analysis
from kb.deciding import LOOKED_AT, WEIGHED, Candidate, Verdict, decide
from kb.store import Found, Query

SPOKEN_SENTENCES = 2
"""Sentences one listens to before being asked whether to go on."""

READ_OUT = 3
"""Items of a list one can keep in mind while listening."""

IN_FRONT = ("fees", "days", "who")
"""Parts that are told first where they were asked for and the summary leaves them out."""

SMS_LENGTH = 160
FORMER_NAMES = ("Tiền Giang",)
"""What people of the province still call it (merged on 1 July 2025)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An article and the words that answer. ``part`` names the part that was asked for ("fees"), and then ``text`` is
    that part alone; ``more`` is what a listener may hear on, piece by piece. ``silent``: the article says nothing of
    what was asked, and nothing is told."""

    article: Article
    text: str
    spoken: str
    sms: str
    part: str = ""
    more: tuple[str, ...] = ()
    silent: bool = False

    @property
    def whole(self) -> bool:
        return not self.part


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the articles that compete, by what tells it from the other: "quá hạn"."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Between:
    """Articles that compete. ``about`` is what their titles have in common, empty when that is nothing."""

    about: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and what is known of whoever asks it.

    ``categories`` are codes with their likelihoods as the classifier sees them; ``about`` is the slug of the article
    told last, ``places`` are communes named or known from the talk.
    """

    text: str
    at: date
    categories: Mapping[str, float] | None = None
    about: str = ""
    places: tuple[str, ...] = ()


async def answer(tx: Transaction, asking: Asking) -> Answer | Between | None:
    """The answer, the articles between which one question must decide, or None: then a person answers."""
    told = await repository.valid_by_slug(tx, asking.about, at=asking.at) if asking.about else None
    if parts.leans_on_nothing(asking.text):
        return part_of(told, asking.text) if told else None
    verdict, articles = await _judged(tx, asking)
    if told and verdict.tell in ("", str(told.id)):
        # They go on about it, unless another article answers surely.
        return part_of(told, asking.text)
    if verdict.tell:
        return answering(articles[verdict.tell], asking.text)
    return between([articles[key] for key in verdict.ask]) if verdict.ask else None


async def chosen(tx: Transaction, slug: str, asking: Asking) -> Answer | None:
    """The answer of the article they chose; None when it went out of force meanwhile."""
    article = await repository.valid_by_slug(tx, slug, at=asking.at)
    return answering(article, asking.text) if article else None


async def _judged(tx: Transaction, asking: Asking) -> tuple[Verdict, Mapping[str, Article]]:
    # Categories count in the rule, which was set on scores that favour none.
    outcome = await searching.find(tx, Query(asking.text, at=asking.at, places=asking.places, limit=LOOKED_AT))
    ids = [uuid.UUID(one.article_id) for one in outcome.found]
    valid = await repository.valid_by_ids(tx, ids, at=asking.at)
    articles = {str(key): article for key, article in valid.items() if is_for(article, asking.places)}
    found = [one for one in outcome.found if one.article_id in articles][:WEIGHED]
    candidates = [_candidate(one, articles[one.article_id], asking.categories) for one in found]
    return decide(asking.text, candidates, home=(get_settings().province_name, *FORMER_NAMES)), articles


def is_for(article: Article, places: Collection[str]) -> bool:
    """A notice for one commune answers only who named that commune, or is known to speak of it."""
    return not article.places or not set(places).isdisjoint(article.places)


def _candidate(found: Found, article: Article, categories: Mapping[str, float] | None) -> Candidate:
    likely = None
    if categories is not None:
        likely = max((categories.get(code, 0.0) for code in article.category_codes), default=0.0)
    return Candidate(
        found.article_id, found.score, found.coverage, names=(article.title, *article.questions), category=likely
    )


# --- in words ---------------------------------------------------------------------------------------------------------


def whole(article: Article) -> Answer:
    """What is told to whoever asks for no part of it."""
    spoken = parts.sentences(article.spoken or article.answer)
    first, rest = spoken[:SPOKEN_SENTENCES], spoken[SPOKEN_SENTENCES:]
    return Answer(
        article,
        article.answer,
        " ".join(first),
        article.sms or short(article.answer),
        more=(*_pieces(rest), *_lists_aloud(article)),
    )


def answering(article: Article, text: str) -> Answer:
    """The whole, with the part that was asked for in front where the summary leaves it out."""
    answer = whole(article)
    part = parts.asked_for(text)
    told = parts.told_of(article, part) if part and part.label in IN_FRONT else None
    if told is None or told.words.rstrip(".") in answer.text:
        return answer
    return replace(answer, text=f"{told.words} {answer.text}")


def part_of(article: Article, text: str) -> Answer:
    """The part they ask for; silent when the article does not say it, or when they name none."""
    part = parts.asked_for(text)
    told = parts.told_of(article, part) if part else None
    if told is None:
        return Answer(article, "", "", "", part=part.label if part else "", silent=True)
    first, *rest = _aloud(told)
    return Answer(article, told.words, first, short(told.words), part=told.label, more=tuple(rest))


def _lists_aloud(article: Article) -> tuple[str, ...]:
    """Papers and steps for the ear, a few at a time."""
    lists = (Told("papers", tuple(article.papers)), Told("steps", tuple(article.steps)))
    return tuple(piece for told in lists if told.items for piece in _aloud(told))


def _aloud(told: Told) -> list[str]:
    if len(told.items) == 1:
        return list(_pieces(parts.sentences(told.words)))
    return [
        Told(told.label, told.items[start : start + READ_OUT]).words for start in range(0, len(told.items), READ_OUT)
    ]


def _pieces(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        " ".join(sentences[start : start + SPOKEN_SENTENCES]) for start in range(0, len(sentences), SPOKEN_SENTENCES)
    )


def short(text: str) -> str:
    """One SMS of it: unaccented, cut between words."""
    plain = analysis.fold(text)
    if len(plain) <= SMS_LENGTH:
        return plain
    return plain[: SMS_LENGTH - 3].rsplit(" ", 1)[0].rstrip(",;:") + "..."


# --- which of them ----------------------------------------------------------------------------------------------------


def between(articles: Sequence[Article]) -> Between:
    """What the titles share, and what tells them apart: "Đăng ký khai sinh": "đúng hạn", "quá hạn"."""
    titles = [_plain(article.title) for article in articles]
    shared = _shared([title.split() for title in titles])
    labels = [" ".join(title.split()[shared:]) for title in titles]
    if shared < 2 or not all(labels):
        return Between("", tuple(Choice(one.slug, one.title) for one in articles))
    about = " ".join(titles[0].split()[:shared])
    return Between(about, tuple(Choice(one.slug, label) for one, label in zip(articles, labels, strict=True)))


def _plain(title: str) -> str:
    return " ".join(title.replace("(", " ").replace(")", " ").replace(",", " ").split())


def _shared(titles: Sequence[Sequence[str]]) -> int:
    """How many words all titles begin with."""
    count = 0
    for words in zip(*titles, strict=False):
        if len({word.lower() for word in words}) > 1:
            break
        count += 1
    return count
