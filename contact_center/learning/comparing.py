"""A candidate beside the model that serves: on the development set, and on corrected tickets neither has learned from.

Four figures are guarded, each on its worst view (as people type: accented or not, half, with slips, as heard): a
candidate with any of them lower is not promoted, however good the rest.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from contact_center.learning.lessons import Lesson
from contact_center.learning.training import Progress
from nlu.corpus import corpus_files
from nlu.engine import Engine
from nlu.evaluate import evaluate
from nlu.labels import DATA
from nlu.views import VIEWS

GUARDED = {
    "top1": "category, first",
    "emergency_recall": "emergencies found",
    "sealed_recall": "legal track found",
    "intent": "intent",
}
"""Figures of ``nlu.evaluate`` that must not drop, and what people call them."""

SHOWN = (*GUARDED, "top3", "case_type", "urgency", "lookalike_alarms", "coverage", "precision", "calibration_error")
LOWER_IS_BETTER = frozenset({"lookalike_alarms", "calibration_error"})

ENOUGH_CORRECTED = 20
"""Below this many held-back corrected tickets one of them is five points, which says nothing."""

DIGITS = 3
"""Figures are compared as they are printed."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """How a model does on corrected tickets that were held back from learning."""

    messages: int
    top1: float
    top3: float


@dataclass(frozen=True, slots=True)
class Scores:
    """``worst`` has each figure on its worst view; ``data`` names the development set they are of."""

    data: str
    worst: Mapping[str, float]
    views: Mapping[str, Mapping[str, float]]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of both models."""

    name: str
    present: float
    candidate: float
    guarded: bool

    @property
    def change(self) -> float:
        """How much more the candidate has, as it is printed."""
        return round(round(self.candidate, DIGITS) - round(self.present, DIGITS), DIGITS)

    @property
    def better(self) -> bool:
        return self.change < 0 if self.name in LOWER_IS_BETTER else self.change > 0

    @property
    def dropped(self) -> bool:
        return self.guarded and round(self.candidate, DIGITS) < round(self.present, DIGITS)


@dataclass(frozen=True, slots=True)
class Comparison:
    present: str
    candidate: str
    lines: tuple[Line, ...]
    corrected: int

    @property
    def dropped(self) -> tuple[str, ...]:
        """Guarded figures in which the candidate is worse; none means that it may serve."""
        return tuple(line.name for line in self.lines if line.dropped)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"data": development_data()}


def comparison_from_json(kept: Mapping[str, Any]) -> Comparison | None:
    """A comparison made earlier, if it was on the present development set."""
    if kept.get("data") != development_data():
        return None
    lines = tuple(Line(**line) for line in kept["lines"])
    return Comparison(kept["present"], kept["candidate"], lines, kept["corrected"])


@cache
def development_data() -> str:
    """Which development set this is; it comes with the program."""
    digest = hashlib.sha256()
    for path in [*corpus_files(development=True), DATA / "labels.yaml"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def score(engine: Engine, progress: Progress, *, views: Sequence[str] = VIEWS) -> Scores:
    """Measure a model on the development set; half a minute."""
    measured: dict[str, dict[str, float]] = {}
    for name in views:
        figures = asdict(evaluate(engine, [name])[0])
        measured[name] = {figure: round(figures[figure], 6) for figure in SHOWN if not math.isnan(figures[figure])}
        progress(f"nlu: {name} measured, category first {figures['top1']:.{DIGITS}f}")
    return Scores(development_data(), _worst(measured), measured)


def _worst(views: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for figure in SHOWN:
        values = [view[figure] for view in views.values() if figure in view]
        if values:
            found[figure] = max(values) if figure in LOWER_IS_BETTER else min(values)
    return found


def from_json(kept: Mapping[str, Any]) -> Scores | None:
    """Figures measured earlier, if they are of the present development set."""
    if kept.get("data") != development_data():
        return None
    return Scores(kept["data"], kept["worst"], kept["views"])


def lines_between(present: Mapping[str, float], candidate: Mapping[str, float]) -> list[Line]:
    """Each figure both models have, on its worst view."""
    both = [name for name in SHOWN if name in present and name in candidate]
    return [Line(name, present[name], candidate[name], name in GUARDED) for name in both]


def on_corrected(engine: Engine, lessons: Sequence[Lesson]) -> Corrected:
    """How often the label people settled on is first, or among the first three, of those held back."""
    held = [lesson for lesson in lessons if lesson.held_back]
    ranks = [[one.code for one in engine.understand(lesson.told.text, "web").categories] for lesson in held]
    first = sum(codes[:1] == [lesson.category] for lesson, codes in zip(held, ranks, strict=True))
    third = sum(lesson.category in codes[:3] for lesson, codes in zip(held, ranks, strict=True))
    total = max(len(held), 1)
    return Corrected(len(held), first / total, third / total)


def compare(
    present: tuple[str, Scores, Corrected], candidate: tuple[str, Scores, Corrected], *, corrected: int
) -> Comparison:
    """``corrected`` is the number of held-back tickets; from ``ENOUGH_CORRECTED`` on they are guarded too."""
    (old, before, before_corrected), (new, after, after_corrected) = present, candidate
    lines = lines_between(before.worst, after.worst)
    if corrected:
        enough = corrected >= ENOUGH_CORRECTED
        lines.append(Line("corrected_top1", before_corrected.top1, after_corrected.top1, enough))
        lines.append(Line("corrected_top3", before_corrected.top3, after_corrected.top3, False))
    return Comparison(old, new, tuple(lines), corrected)


def as_table(comparison: Comparison) -> str:
    """One figure a line, worst view of each; what is guarded is marked, what dropped is said."""
    lines = [f"{'worst view':<20}{comparison.present:>14}{comparison.candidate:>14}"]
    for line in comparison.lines:
        mark = " DROPPED" if line.dropped else " guarded" if line.guarded else ""
        lines.append(f"{line.name:<20}{line.present:>14.{DIGITS}f}{line.candidate:>14.{DIGITS}f}{mark}")
    lines.append(f"corrected tickets held back from learning: {comparison.corrected}")
    return "\n".join(lines)
