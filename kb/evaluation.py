"""How well the questions people ask find their article, and how often the first one found may be told them.

The questions were written by people who saw only the titles of the articles. The threshold of answering is set on one
half of them and judged on the other.
"""

import asyncio
import hashlib
import json
import math
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kb.confidence import lead
from kb.servers import address
from kb.store import Audience, Passage, Query, SearchStore
from kb.views import VIEWS, view

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"
ARTICLES = Path(__file__).parent.parent / "contact_center" / "knowledge" / "data"
INDEX = "evaluation"
DEPTH = 5
MOST_WRONG = 0.02
"""Of all questions asked, the part that may be told a wrong answer."""
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
    """What one question found: ``rank`` of its article from 1 on, None when not among the first five; how sure."""

    question: Question
    view: str
    rank: int | None
    first: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Figures:
    """``recall_1`` to ``mrr`` over questions that have an article. The rest over all, at the threshold: ``answered`` of
    those that have one, ``right`` of what was told, ``wrong`` of everything asked."""

    view: str
    questions: int
    recall_1: float
    recall_5: float
    mrr: float
    threshold: float
    answered: float
    right: float
    wrong: float


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
        )


# --- measuring --------------------------------------------------------------------------------------------------------


async def outcomes(store: SearchStore, questions: Iterable[Question]) -> list[Outcome]:
    return [await _asked(store, question, name) for question in questions for name in _views_of(question)]


def _views_of(question: Question) -> Sequence[str]:
    return (question.view,) if question.view else VIEWS


async def _asked(store: SearchStore, question: Question, name: str) -> Outcome:
    text = question.text if question.view else view(question.text, name)
    found = await store.search(Query(text, at=LATEST, limit=DEPTH))
    slugs = [one.article_id for one in found]
    rank = slugs.index(question.article) + 1 if question.article in slugs else None
    return Outcome(question, name, rank, slugs[0] if slugs else None, lead(found))


def figures(seen: Sequence[Outcome]) -> list[Figures]:
    """By view and over all of them, judged on the half of the questions the threshold was not set on."""
    threshold = threshold_of([outcome for outcome in seen if is_for_setting(outcome.question)])
    judged = [outcome for outcome in seen if not is_for_setting(outcome.question)]
    views = list(dict.fromkeys(outcome.view for outcome in judged))
    return [
        *(_figures(name, [one for one in judged if one.view == name], threshold) for name in views),
        _figures("all", judged, threshold),
    ]


def is_for_setting(question: Question) -> bool:
    """Half of the questions, the same ones every time."""
    return hashlib.sha256(question.id.encode()).digest()[0] % 2 == 0


def threshold_of(seen: Sequence[Outcome]) -> float:
    """The lowest confidence at which few enough wrong answers are told."""
    allowed = MOST_WRONG * len(seen)
    threshold, wrong = math.inf, 0
    for outcome in sorted(seen, key=lambda one: -one.confidence):
        wrong += outcome.first is not None and outcome.first != outcome.question.article
        if wrong > allowed:
            return threshold
        threshold = outcome.confidence
    return threshold


def _figures(name: str, seen: Sequence[Outcome], threshold: float) -> Figures:
    with_article = [one for one in seen if one.question.article]
    ranks = [one.rank for one in with_article]
    told = [one for one in seen if one.first and one.confidence >= threshold]
    right = [one for one in told if one.first == one.question.article]
    return Figures(
        view=name,
        questions=len(seen),
        recall_1=_part(sum(rank == 1 for rank in ranks), len(ranks)),
        recall_5=_part(sum(rank is not None for rank in ranks), len(ranks)),
        mrr=_part(sum(1 / rank for rank in ranks if rank), len(ranks)),
        threshold=round(threshold, 3),
        answered=_part(sum(1 for one in told if one.question.article), len(with_article)),
        right=_part(len(right), len(told)),
        wrong=_part(len(told) - len(right), len(seen)),
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
        return figures(await outcomes(store, questions))


async def each(passages: Iterable[Passage]) -> AsyncIterator[Passage]:
    for passage in passages:
        yield passage


def _table(measured: Mapping[str, Sequence[Figures]]) -> Iterator[str]:
    yield f"{'store':14} {'view':11} {'n':>5} {'R@1':>6} {'R@5':>6} {'MRR':>6} {'told':>9} {'right':>6} {'wrong':>6}"
    for backend, rows in measured.items():
        for row in rows:
            yield (
                f"{backend:14} {row.view:11} {row.questions:5} {row.recall_1:6.3f} {row.recall_5:6.3f} {row.mrr:6.3f} "
                f"{row.answered:9.3f} {row.right:6.3f} {row.wrong:6.3f}"
            )
        yield f"{backend:14} answers from a lead of {rows[-1].threshold:.1f} on"
