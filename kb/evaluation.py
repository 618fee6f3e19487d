"""How well the questions people ask find their article, and what the rule of answering (``kb.deciding``) makes of it.

The questions were written by people who saw only the titles of the articles. Nobody knows the category or the place
here, as the hotline does: there the rule answers a little more.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kb.deciding import Candidate, Verdict, decide
from kb.servers import address
from kb.store import Audience, Passage, Query, SearchStore
from kb.views import VIEWS, view

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"
ARTICLES = Path(__file__).parent.parent / "contact_center" / "knowledge" / "data"
INDEX = "evaluation"
DEPTH = 5
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

SECTIONS = ("answer", "papers", "steps", "days", "fees", "where", "who", "forms", "legal_basis", "internal")

StoreOf = Callable[[str, str, str], AbstractAsyncContextManager[SearchStore]]


@dataclass(frozen=True, slots=True)
class Question:
    """``article`` is the slug of what answers it, None when nothing does. ``view`` empty: all views are made of it."""

    id: str
    text: str
    article: str | None
    register: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question found: ``rank`` of its article from 1 on, None when not among the first five; what the rule
    makes of it."""

    question: Question
    view: str
    rank: int | None
    verdict: Verdict

    def fits(self, slug: str) -> bool:
        """Whether this article answers the question."""
        article = self.question.article
        return slug == article or any({slug, article} == both for both in EITHER)

    @property
    def is_right(self) -> bool:
        return bool(self.verdict.tell) and self.fits(self.verdict.tell)

    @property
    def is_wrong(self) -> bool:
        return bool(self.verdict.tell) and not self.fits(self.verdict.tell)

    @property
    def is_offered(self) -> bool:
        return any(self.fits(slug) for slug in self.verdict.ask)


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
    return [Question(**{name: raw[name] for name in names & raw.keys()}) for raw in raws]


def read_articles(folder: Path) -> Iterator[Passage]:
    """The passages of the sample articles, cut as the core cuts them; the slug stands for the article."""
    for file in sorted(folder.glob("*.yaml")):
        for raw in yaml.safe_load(file.read_text(encoding="utf-8")) or []:
            yield from _passages(raw)


def _passages(raw: Mapping[str, Any]) -> Iterator[Passage]:
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
            questions=tuple(raw.get("questions", ())),
            kind=raw["kind"],
            categories=tuple(raw.get("categories", ())),
            audience=audience,
            places=tuple(raw.get("places", ())),
        )


# --- measuring --------------------------------------------------------------------------------------------------------


async def outcomes(store: SearchStore, passages: Iterable[Passage], questions: Iterable[Question]) -> list[Outcome]:
    """``passages`` are those of the store."""
    known = {passage.article_id: passage for passage in passages}
    return [await _asked(store, known, question, name) for question in questions for name in _views_of(question)]


def _views_of(question: Question) -> Sequence[str]:
    return (question.view,) if question.view else VIEWS


async def _asked(store: SearchStore, known: Mapping[str, Passage], question: Question, name: str) -> Outcome:
    text = question.text if question.view else view(question.text, name)
    found = await store.search(Query(text, at=LATEST, limit=DEPTH))
    slugs = [one.article_id for one in found]
    rank = slugs.index(question.article) + 1 if question.article in slugs else None
    candidates = [
        Candidate(one.article_id, one.score, one.coverage, (passage.title, *passage.questions))
        for one in found
        if not (passage := known[one.article_id]).places  # what holds in one commune answers who named it
    ]
    return Outcome(question, name, rank, decide(text, candidates, HOME))


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
        recall_5=_part(sum(rank is not None for rank in ranks), len(ranks)),
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


def command(backends: Sequence[str], store_of: StoreOf, articles: Path, questions: Path, as_json: bool) -> int:
    asked = read_questions(questions)
    passages = list(read_articles(articles))
    unknown = {one.article for one in asked if one.article} - {passage.article_id for passage in passages}
    if unknown:
        raise ValueError(f"questions name articles that are not there: {', '.join(sorted(unknown))}")
    measured = {}
    for backend in dict.fromkeys(backends):
        with address(backend) as url:
            measured[backend] = asyncio.run(_measure(store_of(backend, url, INDEX), passages, asked))
    if as_json:
        plain = {backend: [asdict(one) for one in rows] for backend, rows in measured.items()}
        sys.stdout.write(json.dumps(plain, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_table(measured)) + "\n")
    return 0


async def _measure(
    opened: AbstractAsyncContextManager[SearchStore], passages: Sequence[Passage], questions: Sequence[Question]
) -> list[Figures]:
    async with opened as store:
        await store.rebuild(each(passages))
        return figures(await outcomes(store, passages, questions))


async def each(passages: Iterable[Passage]) -> AsyncIterator[Passage]:
    for passage in passages:
        yield passage


COLUMNS = ("recall_1", "recall_5", "mrr", "answered", "offered", "right", "wrong", "asked")


def _table(measured: Mapping[str, Sequence[Figures]]) -> Iterator[str]:
    yield f"{'store':14} {'view':11} {'n':>5} " + " ".join(f"{name:>8}" for name in COLUMNS)
    for backend, rows in measured.items():
        for row in rows:
            values = " ".join(f"{getattr(row, name):8.3f}" for name in COLUMNS)
            yield f"{backend:14} {row.view:11} {row.questions:5} {values}"
