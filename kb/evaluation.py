"""How well the questions people ask find their article, and what the rule of answering (``kb.deciding``) makes of it.

The questions were written by people who saw only the titles of the articles. The rule was set on ``questions.jsonl``;
``held_out.jsonl`` is measured and never looked at. A question comes with the communes it names, as the hotline reads
them; its category only where somebody says what they saw (``Seen``).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from kb.deciding import LOOKED_AT, WEIGHED, Candidate, Judged, Verdict, decide, judge, may_be_answered, titled_alike
from kb.servers import address
from kb.store import Audience, Found, Passage, Query, SearchStore
from kb.views import VIEWS, view

DATA = Path(__file__).parent / "data"
QUESTIONS, HELD_OUT = DATA / "questions.jsonl", DATA / "held_out.jsonl"
ARTICLES = Path(__file__).parent.parent / "contact_center" / "knowledge" / "data"
INDEX = "evaluation"
HOME = ("Đồng Tháp", "Tiền Giang")
"""The province of the sample articles, and the one merged into it."""

EITHER = (
    {"tre-bi-bo-roi", "lang-thang-tam-than"},
    {"xin-so-nha", "ap-khu-pho-so-nha"},
    {"san-pham-ocop", "gia-nong-san"},
    {"doi-noi-nhan-tro-cap", "tai-khoan-an-sinh-vneid"},
    {"tro-giup-khan-cap", "ho-tro-thiet-hai-thien-tai"},
)
"""Articles that answer one another's questions: when one is told for the other, nobody is told anything wrong."""
LATEST = date(2999, 1, 1)

ASKED_WITH = "answer"
SECTIONS = ("answer", "papers", "steps", "days", "fees", "where", "who", "forms", "legal_basis", "internal")

StoreOf = Callable[[str, str, str], AbstractAsyncContextManager[SearchStore]]
Seen = Mapping[str, Mapping[str, float]]
"""By a question's id, the likelihoods of categories as a classifier sees them that looked at the question alone."""


@dataclass(frozen=True, slots=True)
class Question:
    """``article`` is the slug of what answers it, None when nothing does. ``view`` empty: all views are made of it.
    ``places`` are the communes it names, all of them where a name is that of several."""

    id: str
    text: str
    article: str | None
    register: str = ""
    view: str = ""
    places: tuple[str, ...] = ()

    def is_answered_by(self, slug: str) -> bool:
        return slug == self.article or any({slug, self.article} == both for both in EITHER)


@dataclass(frozen=True)
class Asked:
    """A question as it was sent, and what the search found."""

    question: Question
    view: str
    text: str
    candidates: tuple[Candidate, ...]

    @cached_property
    def may_be_answered(self) -> bool:
        return may_be_answered(self.text, HOME)

    @cached_property
    def titled_alike(self) -> frozenset[str]:
        return titled_alike(self.text, self.candidates)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``rank`` of the question's article from 1 on, in the order in which the rule puts what was found, None when it
    was not; what the rule makes of it."""

    question: Question
    view: str
    rank: int | None
    verdict: Verdict

    @property
    def is_right(self) -> bool:
        return bool(self.verdict.tell) and self.question.is_answered_by(self.verdict.tell)

    @property
    def is_wrong(self) -> bool:
        return bool(self.verdict.tell) and not self.question.is_answered_by(self.verdict.tell)

    @property
    def is_offered(self) -> bool:
        return any(self.question.is_answered_by(slug) for slug in self.verdict.ask)


@dataclass(frozen=True, slots=True)
class Figures:
    """``recall_1`` to ``offered`` over questions that have an article: ``answered`` rightly, or ``offered`` the right
    one of two by a question back. ``right`` of what was told; ``wrong`` and ``asked`` back of everything asked."""

    view: str
    questions: int
    recall_1: float
    recall_5: float
    mrr: float
    answered: float
    offered: float
    right: float
    wrong: float
    asked: float


# --- what is measured on ----------------------------------------------------------------------------------------------


def read_questions(path: Path) -> list[Question]:
    names = Question.__dataclass_fields__.keys()
    with path.open(encoding="utf-8") as lines:
        raws = [json.loads(line) for line in lines if line.strip()]
    return [Question(**{name: _frozen(raw[name]) for name in names & raw.keys()}) for raw in raws]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def read_seen(path: Path) -> Seen:
    """Lines of ``{"id", "categories": [[code, likelihood], ...]}``, as ``python -m nlu predict`` writes them."""
    with path.open(encoding="utf-8") as lines:
        return {raw["id"]: dict(raw["categories"]) for raw in map(json.loads, lines)}


def read_articles(folder: Path) -> Iterator[Passage]:
    """The passages of the sample articles, cut as the core cuts them; the slug stands for the article."""
    for file in sorted(folder.glob("*.yaml")):
        asked = _read_yaml(file.parent / "asked" / file.name) or {}
        for raw in _read_yaml(file) or []:
            yield from _passages(raw, (*raw.get("questions", ()), *asked.get(raw["slug"], ())))


def _read_yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None


def _passages(raw: Mapping[str, Any], asked: tuple[str, ...]) -> Iterator[Passage]:
    for section in SECTIONS:
        value = raw.get(section)
        if not value:
            continue
        audience: Audience = "internal" if "internal" in (section, raw.get("audience")) else "public"
        yield Passage(
            id=f"{raw['slug']}:{section}",
            article_id=raw["slug"],
            version=1,
            title=raw["title"],
            heading="",
            text="\n".join(map(str, value)) if isinstance(value, list) else str(value),
            questions=asked if section == ASKED_WITH else (),
            kind=raw["kind"],
            categories=tuple(raw.get("categories", ())),
            audience=audience,
            places=tuple(raw.get("places", ())),
        )


# --- measuring --------------------------------------------------------------------------------------------------------


async def ask(
    store: SearchStore, passages: Iterable[Passage], questions: Iterable[Question], seen: Seen | None = None
) -> list[Asked]:
    """Every question in every view. ``passages`` are those of the store."""
    answers = {passage.article_id: passage for passage in passages if passage.id.endswith(f":{ASKED_WITH}")}
    return [
        await _asked(store, answers, question, name, (seen or {}).get(question.id))
        for question in questions
        for name in _views_of(question)
    ]


def _views_of(question: Question) -> Sequence[str]:
    return (question.view,) if question.view else VIEWS


async def _asked(
    store: SearchStore, answers: Mapping[str, Passage], question: Question, name: str, seen: Mapping[str, float] | None
) -> Asked:
    text = question.text if question.view else view(question.text, name)
    found = await store.search(Query(text, at=LATEST, places=question.places, limit=LOOKED_AT))
    candidates = [
        _candidate(one, answers[one.article_id], seen)
        for one in found
        # What holds in one commune answers who named it.
        if not (places := answers[one.article_id].places) or not set(places).isdisjoint(question.places)
    ]
    return Asked(question, name, text, tuple(candidates[:WEIGHED]))


def _candidate(found: Found, answer: Passage, seen: Mapping[str, float] | None) -> Candidate:
    category = None if seen is None else max((seen.get(code, 0.0) for code in answer.categories), default=0.0)
    return Candidate(found.article_id, found.score, found.coverage, (answer.title, *answer.questions), category)


def outcome(asked: Asked) -> Outcome:
    """What the rule in force makes of it."""
    return outcome_of(asked, judge(asked.text, asked.candidates), decide(asked.text, asked.candidates, HOME))


def outcome_of(asked: Asked, judged: Sequence[Judged], verdict: Verdict) -> Outcome:
    ranks = (rank for rank, one in enumerate(judged, start=1) if asked.question.is_answered_by(one.article_id))
    return Outcome(asked.question, asked.view, next(ranks, None), verdict)


def figures(seen: Sequence[Outcome]) -> list[Figures]:
    """By view and over all of them."""
    views = list(dict.fromkeys(outcome.view for outcome in seen))
    return [*(_figures(name, [one for one in seen if one.view == name]) for name in views), _figures("all", seen)]


def _figures(name: str, seen: Sequence[Outcome]) -> Figures:
    ranks = [one.rank for one in seen if one.question.article]
    told = sum(bool(one.verdict.tell) for one in seen)
    right = sum(one.is_right for one in seen)
    return Figures(
        view=name,
        questions=len(seen),
        recall_1=_part(sum(rank == 1 for rank in ranks), len(ranks)),
        recall_5=_part(sum(rank is not None and rank <= 5 for rank in ranks), len(ranks)),
        mrr=_part(sum(1 / rank for rank in ranks if rank), len(ranks)),
        answered=_part(right, len(ranks)),
        offered=_part(sum(one.is_offered for one in seen), len(ranks)),
        right=_part(right, told),
        wrong=_part(sum(one.is_wrong for one in seen), len(seen)),
        asked=_part(sum(bool(one.verdict.ask) for one in seen), len(seen)),
    )


def _part(some: float, all_of_them: int) -> float:
    return round(some / all_of_them, 3) if all_of_them else 0.0


# --- the command ------------------------------------------------------------------------------------------------------


def command(
    backends: Sequence[str], store_of: StoreOf, articles: Path, files: Sequence[Path], seen: Seen | None
) -> str:
    """A table for each file of questions. Raises ``ValueError`` for questions about articles that are not there."""
    passages = list(read_articles(articles))
    asked = {file.stem: checked(read_questions(file), passages) for file in files}
    tables: dict[str, dict[str, list[Figures]]] = {name: {} for name in asked}
    for backend in dict.fromkeys(backends):
        with address(backend) as url:
            measured = asyncio.run(_measure(store_of(backend, url, INDEX), passages, asked, seen))
        for name, rows in measured.items():
            tables[name][backend] = rows
    return "\n".join(line for name, measured in tables.items() for line in _table(name, measured)) + "\n"


def checked(questions: list[Question], passages: Iterable[Passage]) -> list[Question]:
    unknown = {one.article for one in questions if one.article} - {passage.article_id for passage in passages}
    if unknown:
        raise ValueError(f"questions name articles that are not there: {', '.join(sorted(unknown))}")
    return questions


async def _measure(
    opened: AbstractAsyncContextManager[SearchStore],
    passages: Sequence[Passage],
    asked: Mapping[str, Sequence[Question]],
    seen: Seen | None,
) -> dict[str, list[Figures]]:
    async with opened as store:
        await store.rebuild(each(passages))
        return {name: await measured(store, passages, questions, seen) for name, questions in asked.items()}


async def measured(
    store: SearchStore, passages: Sequence[Passage], questions: Sequence[Question], seen: Seen | None = None
) -> list[Figures]:
    """By view and over all of them. ``passages`` are those of the store."""
    return figures([outcome(one) for one in await ask(store, passages, questions, seen)])


async def each(passages: Iterable[Passage]) -> AsyncIterator[Passage]:
    for passage in passages:
        yield passage


COLUMNS = ("recall_1", "recall_5", "mrr", "answered", "offered", "right", "wrong", "asked")


def _table(name: str, measured: Mapping[str, Sequence[Figures]]) -> Iterator[str]:
    yield f"{name:14} {'view':11} {'n':>5} " + " ".join(f"{column:>8}" for column in COLUMNS)
    for backend, rows in measured.items():
        for row in rows:
            values = " ".join(f"{getattr(row, column):8.3f}" for column in COLUMNS)
            yield f"{backend:14} {row.view:11} {row.questions:5} {values}"
