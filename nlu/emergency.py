"""Is somebody in danger now, and which number helps? Recall first, on every spelling.

Rules find the words of danger and what speaks for or against their being meant now; the model's probability,
learned from emergencies and their look-alikes, is weighed in. When danger is likely but not plainly going on,
the answer is "ask": one question, then the number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlu.emergency_cues import CUES, FIGURES, NEGATION, NOT_YET, PAPER, PAST, PRESENT
from nlu.phrases import Hit, PhraseTable
from nlu.text import TextView, Token

_REACH_BEFORE = 4
"""Words before a cue in which a negation or a fear changes it."""

_FOLDED_SINGLE_WEIGHT = 0.5
"""A one-syllable cue without accents ("chay") may be many words; it counts half."""

PROBABLE = 0.20
SURE = 0.60
"""Probabilities from which a message is an emergency, and from which the number is given without asking first.
Where one message in fifty calls for help and a call passed over costs as much as sixty needless questions, the cost is
flat from 0.15 to 0.20 on rounds of writers held out in turn; the end that asks calm people least is taken. See
docs/decisions/0003-vietnamese-text-features.md."""

PLAIN_WORDS_FLOOR = 0.03
"""Plain words of danger, here and now, are believed down to this probability: missing one costs more than asking."""


@dataclass(frozen=True, slots=True)
class Cue:
    number: str
    strength: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words say. `strength` 0-3 is the best cue left after figures of speech and negations."""

    strength: float
    number: str | None
    is_present: bool
    is_past: bool
    is_paper: bool
    cue: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """The verdict. `number` is None only when there is no emergency."""

    is_emergency: bool
    number: str | None
    ask: bool
    probability: float


@cache
def _cue_table() -> PhraseTable[Cue]:
    return PhraseTable((phrase, Cue(number, strength)) for number, strength, phrases in CUES for phrase in phrases)


@cache
def _context_table() -> PhraseTable[str]:
    lists = {
        "present": PRESENT,
        "past": PAST,
        "paper": PAPER,
        "not_yet": NOT_YET,
        "negation": NEGATION,
        "figure": FIGURES,
    }
    return PhraseTable((phrase, kind) for kind, phrases in lists.items() for phrase in phrases)


def evidence(view: TextView) -> Evidence:
    """Weigh the words of danger in a message against the words around them."""
    tokens = view.tokens
    cues = _cue_table().find(tokens)
    if not cues:
        return Evidence(0, None, False, False, False, "")
    context = _context_table().find(tokens)
    kinds = {hit.value for hit in context}
    figures = [hit for hit in context if hit.value == "figure"]
    doubts = [hit for hit in context if hit.value in {"negation", "not_yet"}]
    best, best_hit = 0.0, None
    for hit in cues:
        if any(figure.first <= hit.first and hit.last <= figure.last for figure in figures):
            continue
        strength = _strength(hit, doubts, tokens)
        if strength > best:
            best, best_hit = strength, hit
    if best_hit is None:
        return Evidence(0, None, False, False, False, "")
    return Evidence(
        strength=best,
        number=best_hit.value.number,
        is_present="present" in kinds,
        is_past="past" in kinds,
        is_paper="paper" in kinds,
        cue=best_hit.phrase,
    )


def _strength(hit: Hit[Cue], doubts: Sequence[Hit[str]], tokens: Sequence[Token]) -> float:
    strength = float(hit.value.strength)
    if hit.last - hit.first == 1 and hit.accents == 0:
        strength *= _FOLDED_SINGLE_WEIGHT
    for doubt in doubts:
        if doubt.last <= hit.first and hit.first - doubt.last < _REACH_BEFORE:
            strength -= 2.0 if doubt.value == "negation" else 1.2
            break
    return max(strength, 0.0)


def log_odds(probability: float) -> float:
    """Natural log odds, kept finite."""
    kept = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


def from_log_odds(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def judge(found: Evidence, probability: float, number: str, *, category_asks: bool = False) -> Emergency:
    """The verdict from what the words say and the model's probability and number.

    `category_asks`: the taxonomy's policy of the category is to ask whether it is happening first.
    """
    is_plain = found.strength >= 3 and found.is_present and not (found.is_past or found.is_paper)
    if probability < PROBABLE and not (is_plain and probability >= PLAIN_WORDS_FLOOR):
        return Emergency(False, None, False, probability)
    return Emergency(True, number, probability < SURE or category_asks, probability)
