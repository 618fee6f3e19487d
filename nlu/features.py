"""What the linear models see of a message: words and word pairs, accented and folded, and letters for slips.

Word 1-2-grams over both readings, trained with accent-dropped copies, cost an unaccented message 0-1 points where
accented words alone cost 10-35; letters inside folded words are there for typing slips and glued syllables.
Second readings of chat spelling are added beside what was written, never instead of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from nlu.emergency import Evidence, evidence
from nlu.emergency_context import ways_of_speaking
from nlu.teencode import READINGS
from nlu.text import TextView, Token, fold

LONGEST_MESSAGE = 2000
"""Characters looked at; the matter is named long before, and time must not grow with the message."""

EVIDENCE = "x"
CONTEXT = "y"
DANGER_KINDS = frozenset({EVIDENCE, CONTEXT})
"""Kinds of features that only the heads of danger see, at a fixed value each."""


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """Which features are made; part of the model's version."""

    skip_pairs: bool = True
    letters_from: int = 4
    letters_to: int = 4
    chat_readings: bool = True
    danger_words: bool = True
    letters_weight: float = 0.25
    skip_pairs_weight: float = 0.5
    evidence_value: float = 0.2
    context_value: float = 0.1

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def block_weight(name: str, settings: FeatureSettings) -> float:
    """How much a kind of feature counts beside words; those of danger count by a fixed value instead (0 here)."""
    if name[0] in DANGER_KINDS:
        return 0.0
    return {"c": settings.letters_weight, "s": settings.skip_pairs_weight}.get(name[0], 1.0)


def fixed_value(name: str, settings: FeatureSettings) -> float:
    """What a feature of danger counts wherever it occurs; 0 for the other kinds."""
    return {EVIDENCE: settings.evidence_value, CONTEXT: settings.context_value}.get(name[0], 0.0)


def feature_names(view: TextView, settings: FeatureSettings) -> list[str]:
    """Names of the features of a message, repeated as often as they occur.

    The first letter tells the kind: `a` accented words, `f` folded words, `s` pairs around a word, `c` letters,
    `x` evidence of danger, `y` how danger is spoken of.
    """
    tokens = [token for token in view.tokens if token.start < LONGEST_MESSAGE]
    accented = [shape(token.lower) for token in tokens]
    folded = [shape(token.folded) for token in tokens]
    names = _words("a", accented) + _words("f", folded)
    if settings.skip_pairs:
        names += [f"s {one} {three}" for one, three in zip(folded, folded[2:], strict=False)]
    if settings.letters_to:
        names += _letters(folded, settings)
    if settings.chat_readings:
        names += _readings(tokens, accented, folded)
    if settings.danger_words:
        found = evidence(view)
        names += _danger(found)
        names += [f"{CONTEXT} {name}" for name in ways_of_speaking(view, int(found.strength))]
    return names


def shape(word: str) -> str:
    """Numbers of a kind look alike: what matters is that a code of eight digits was said, not which."""
    if word.isdecimal():
        return word if len(word) <= 3 else f"#{min(len(word), 12)}"
    return word


def _words(kind: str, words: Sequence[str]) -> list[str]:
    return [f"{kind} {word}" for word in words] + [f"{kind} {one} {two}" for one, two in pairwise(words)]


def _danger(found: Evidence) -> list[str]:
    """What the rules make of the message, for the model to weigh: how strong, which number, now, past or on paper."""
    if not found.strength:
        return []
    strength = int(found.strength)
    names = [f"{EVIDENCE} any", f"{EVIDENCE} {strength}", f"{EVIDENCE} {found.number}"]
    times = {"now": found.is_present, "past": found.is_past, "paper": found.is_paper}
    names += [f"{EVIDENCE} {word} {strength}" for word, holds in times.items() if holds]
    if not (found.is_past or found.is_paper):
        names.append(f"{EVIDENCE} clear {strength}")
    return names


def _letters(words: Sequence[str], settings: FeatureSettings) -> list[str]:
    names: list[str] = []
    for word in words:
        padded = f" {word} "
        for size in range(settings.letters_from, settings.letters_to + 1):
            names += [f"c{padded[i : i + size]}" for i in range(len(padded) - size + 1)]
    return names


def _readings(tokens: Sequence[Token], accented: Sequence[str], folded: Sequence[str]) -> list[str]:
    """Features of the message as it reads with chat spelling resolved, where that changes something."""
    names: list[str] = []
    for position, token in enumerate(tokens):
        reading = READINGS.get(token.lower)
        if reading is None:
            continue
        plain = fold(reading)
        words = plain.split()
        names += [f"f {word}" for word in words] + [f"a {word}" for word in reading.split()]
        names += [f"f {one} {two}" for one, two in pairwise(words)]
        if position:
            names.append(f"f {folded[position - 1]} {words[0]}")
            names.append(f"a {accented[position - 1]} {reading.split()[0]}")
        if position + 1 < len(tokens):
            names.append(f"f {words[-1]} {folded[position + 1]}")
            names.append(f"a {reading.split()[-1]} {accented[position + 1]}")
    return names
