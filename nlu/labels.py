# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""The taxonomy's codes as understanding sees them: what may be answered, and what a label implies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

MATTER_INTENTS = frozenset({"bao_su_viec", "hoi_thu_tuc"})
"""Intents that name a matter and so have a category; the others have none."""


@dataclass(frozen=True, slots=True)
class CategoryLabel:
    code: str
    name: str
    urgency: str
    case_types: tuple[str, ...]
    emergency_number: str | None
    asks_if_ongoing: bool


@dataclass(frozen=True, slots=True)
class ConfusableGroup:
    """Categories people's words often cannot tell apart, and the question that does."""

    codes: frozenset[str]
    ask: str


@dataclass(frozen=True)
class Labels:
    taxonomy_version: str
    intents: tuple[str, ...]
    case_types: tuple[str, ...]
    urgencies: tuple[str, ...]
    emergency_numbers: frozenset[str]
    categories: dict[str, CategoryLabel]
    confusable: tuple[ConfusableGroup, ...]

    def question_between(self, first: str, second: str) -> str | None:
        """The clarifying question for two categories, or None when they are no known confusable pair."""
        return next((group.ask for group in self.confusable if {first, second} <= group.codes), None)


@cache
def load_labels(path: Path = DATA / "labels.yaml") -> Labels:
    import yaml

    raw = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    categories = {
        c["code"]: CategoryLabel(
            code=c["code"],
            name=c["name"],
            urgency=c["urgency"],
            case_types=tuple(c["case_types"]),
            emergency_number=c.get("emergency_number"),
            asks_if_ongoing=c.get("emergency_policy") == "ask_if_ongoing",
        )
        for c in raw["categories"]
    }
    return Labels(
        taxonomy_version=str(raw["taxonomy_version"]),
        intents=tuple(raw["intents"]),
        case_types=tuple(raw["case_types"]),
        urgencies=tuple(raw["urgencies"]),
        emergency_numbers=frozenset(raw["emergency_numbers"]),
        categories=categories,
        confusable=tuple(ConfusableGroup(frozenset(g["codes"]), g["ask"]) for g in raw["confusable"]),
    )
