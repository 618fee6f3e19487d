# ruff: noqa: PLC0415 - numpy is slow to import and loads only when used
"""Why a message was understood as it was: the words behind each ranking, the places with all they can mean, what was
heard of danger, and the thresholds that decided. Plain data for a page people read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from nlu.understanding import Understanding

if TYPE_CHECKING:
    from nlu.classifier import Bag, Classifier

REASONS = 8
"""Words shown for each label."""

RANKINGS = {"intent": 3, "category": 5, "case_type": 3, "urgency": 3}
"""Heads explained, and how many of the best labels of each."""

KINDS = {
    "a": "words",
    "f": "words without accents",
    "s": "words around another",
    "c": "letters",
    "x": "words of danger",
    "y": "way of speaking",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Something of the message that spoke for a label (or, below 0, against it).

    `points` are the label's score; the score of a label is the sum of all points and a constant.
    """

    said: str
    kind: str
    points: float


@dataclass(frozen=True, slots=True)
class LabelWhy:
    """One label of a ranking with its probability and the strongest reasons, those against last."""

    code: str
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DangerWhy:
    """What was heard of danger. `probability` under `asked_from` is calm; from `sure_from` nobody asks first."""

    probability: float
    asked_from: float
    sure_from: float
    heads: tuple[tuple[str, float], ...]
    cue: str
    cue_number: str | None
    cue_strength: float
    ways_of_speaking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`understood` is exactly what the engine answers; `decisions` says in short codes which rule settled what."""

    understood: Understanding
    rankings: dict[str, tuple[LabelWhy, ...]]
    danger: DangerWhy
    decisions: tuple[tuple[str, str], ...]
    features: int
    """How many features of the message the model knows; few means that it read words it has never seen."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def reasons_for(
    classifier: Classifier, bag: Bag, head_name: str, label: str, best: int = REASONS
) -> tuple[Reason, ...]:
    """The strongest reasons for a label, three quarters of them for it, the rest against."""
    import numpy as np

    points = classifier.points(bag, head_name, label)
    order = np.argsort(-points)
    speaking_for = [i for i in order[: best * 3 // 4] if points[i] > 0]
    against = [i for i in order[::-1][: best - best * 3 // 4] if points[i] < 0]
    return tuple(_reason(classifier.vocabulary[bag.rows[i]], float(points[i])) for i in (*speaking_for, *against[::-1]))


def _reason(name: str, points: float) -> Reason:
    return Reason(name[1:].strip(), KINDS[name[0]], round(points, 4))


def rankings_of(classifier: Classifier, bag: Bag) -> dict[str, tuple[LabelWhy, ...]]:
    """Each ranking with the reasons of its best labels."""
    return {
        head: tuple(
            LabelWhy(ranked.code, ranked.probability, reasons_for(classifier, bag, head, ranked.code))
            for ranked in classifier.ranking(bag, head, best)
        )
        for head, best in RANKINGS.items()
    }
