"""Sets the weights of the rule (``kb.deciding``) on questions whose answers are known, and tells what it gives.

Every figure printed is of questions that had no part in the weights they were judged by: fifths of the questions in
turn, the views of one question together, shuffled several times over. The weights written are those of all questions.
"""

import asyncio
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb import evaluation
from kb.deciding import RULE, Features, Judged, Verdict, Weights, features_of, judged_by, verdict
from kb.evaluation import Asked, Outcome, Seen, StoreOf
from kb.servers import address
from kb.store import Passage, SearchStore

ALONE = ("score", "score_lead", "coverage", "few", "few_lead", "said")
WITH_CATEGORY = (*ALONE, "category")
FOLDS, SHUFFLES = 5, 3
STRENGTH = 1.0
"""Inverse of the penalty on large weights, features on one scale."""

MOST_WRONG = 0.01
"""Wrong answers given, of everything asked: the first article is told from the lowest likelihood that keeps to it. Two
in a hundred were agreed to; of some hundred questions one in a hundred stays below that nineteen times in twenty."""

WORTH_ASKING = 0.35
"""A question back that ends with "neither" costs a turn, a person five minutes: it is asked where one in three
helps."""

LINES = tuple(round(0.5 + step / 100, 2) for step in range(50))
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question as it was sent, with the features of what it found and which of that answers it."""

    asked: Asked
    features: tuple[Features, ...]
    right: tuple[bool, ...]


def sample_of(asked: Asked) -> Sample:
    features = features_of(asked.text, asked.candidates)
    right = (asked.question.is_answered_by(one.article_id) for one in asked.candidates)
    return Sample(asked, tuple(features), tuple(right))


def weights_of(samples: Sequence[Sample], names: Sequence[str], *, sure: float = 1.0) -> Weights:
    """Logistic regression of "this article answers", on what may be answered at all."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow, and nobody who answers needs it

    asked = [sample for sample in samples if sample.asked.may_be_answered]
    table = np.array([[getattr(row, name) for name in names] for sample in asked for row in sample.features])
    right = np.array([one for sample in asked for one in sample.right])
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    learner: Any = LogisticRegression
    model = learner(C=STRENGTH, max_iter=2000).fit((table - middle) / spread, right)
    weights: Vector = model.coef_[0] / spread
    rest = float(model.intercept_[0] - weights @ middle)
    return Weights(dict(zip(names, map(float, weights), strict=True)), rest, sure)


# --- judged by what others taught -------------------------------------------------------------------------------------

Unseen = list[tuple[Asked, list[Judged]]]


def unseen(samples: Sequence[Sample], names: Sequence[str]) -> Unseen:
    """Every sample judged by weights from other questions, once for each shuffle."""
    return [one for shuffle in range(SHUFFLES) for one in _shuffled(samples, names, shuffle)]


def _shuffled(samples: Sequence[Sample], names: Sequence[str], shuffle: int) -> Iterator[tuple[Asked, list[Judged]]]:
    ids = sorted({sample.asked.question.id for sample in samples})
    random.Random(shuffle).shuffle(ids)  # noqa: S311 - no secret
    fold = {key: place % FOLDS for place, key in enumerate(ids)}
    for out in range(FOLDS):
        weights = weights_of([one for one in samples if fold[one.asked.question.id] != out], names)
        for sample in samples:
            if fold[sample.asked.question.id] == out:
                yield sample.asked, judged_by(weights, sample.asked.candidates, sample.features)


def outcomes_at(judged: Unseen, line: float) -> list[Outcome]:
    """What is told and asked back when the first article is told from ``line`` on."""
    return [evaluation.outcome_of(asked, ranked, _verdict(asked, ranked, line)) for asked, ranked in judged]


def _verdict(asked: Asked, judged: Sequence[Judged], line: float) -> Verdict:
    if not asked.may_be_answered:
        return Verdict()
    return verdict(judged, asked.titled_alike, sure=line, together=WORTH_ASKING)


def line_for(judged: Unseen) -> float:
    """The lowest line at and above which no more is told wrong than was agreed to."""
    lowest = LINES[-1]
    for line in reversed(LINES):
        if sum(one.is_wrong for one in outcomes_at(judged, line)) > MOST_WRONG * len(judged):
            break
        lowest = line
    return lowest


# --- the command ------------------------------------------------------------------------------------------------------


def command(
    backend: str, store_of: StoreOf, articles: Path, questions: Path, seen: Seen | None, *, into: Path = RULE
) -> str:
    """Write the rule to ``into`` and return the table it was chosen from. Without ``seen`` the weights for whoever
    knows the category stay as they are. Raises ``ValueError`` for questions about articles that are not there."""
    passages = list(evaluation.read_articles(articles))
    with address(backend) as url:
        asked = asyncio.run(_asked(store_of(backend, url, evaluation.INDEX), passages, questions, seen))
    samples = [sample_of(one) for one in asked]
    sets = {"alone": ALONE} | ({"with_category": WITH_CATEGORY} if seen else {})
    judged = {name: unseen(samples, features) for name, features in sets.items()}
    sure = {name: line_for(one) for name, one in judged.items()}
    raw = json.loads(RULE.read_text(encoding="utf-8")) | {"together": WORTH_ASKING}
    raw |= {name: _plain(weights_of(samples, features, sure=sure[name])) for name, features in sets.items()}
    raw["made"] = _made(backend, questions, passages) | {
        "unseen": {name: _figures(one, sure[name]) for name, one in judged.items()}
    }
    into.write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    return "\n".join(line for name, one in judged.items() for line in _table(name, one, sure[name])) + "\n"


async def _asked(
    opened: AbstractAsyncContextManager[SearchStore], passages: Sequence[Passage], questions: Path, seen: Seen | None
) -> list[Asked]:
    asked = evaluation.checked(evaluation.read_questions(questions), passages)
    async with opened as store:
        await store.rebuild(evaluation.each(passages))
        return await evaluation.ask(store, passages, asked, seen)


def _plain(weights: Weights) -> dict[str, Any]:
    of = {name: round(value, 3) for name, value in weights.of.items()}
    return {"of": of, "rest": round(weights.rest, 3), "sure": weights.sure}


def _made(backend: str, questions: Path, passages: Sequence[Passage]) -> dict[str, Any]:
    """Where the weights come from."""
    return {
        "by": "python -m kb fit",
        "store": backend,
        "questions": questions.name,
        "sha256": hashlib.sha256(questions.read_bytes()).hexdigest(),
        "articles": len({passage.article_id for passage in passages}),
        "asked": sum(len(passage.questions) for passage in passages),
    }


COLUMNS = ("recall_1", "answered", "offered", "right", "wrong", "asked")


def _figures(judged: Unseen, line: float) -> dict[str, float]:
    figures = evaluation.figures(outcomes_at(judged, line))[-1]
    return {column: getattr(figures, column) for column in COLUMNS}


def _table(name: str, judged: Unseen, sure: float) -> Iterator[str]:
    yield f"{name:14} {'told from':>10} " + " ".join(f"{column:>8}" for column in COLUMNS)
    for line in sorted({*LINES[::5], sure}):
        values = " ".join(f"{value:8.3f}" for value in _figures(judged, line).values())
        yield f"{'* ' if line == sure else '':>14} {line:10.2f} {values}"
