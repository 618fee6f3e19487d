"""What the linear models see of a message: words and word pairs, accented and folded, and letters for slips.

Word 1-2-grams over both readings, trained with accent-dropped copies, cost an unaccented message 0-1 points where
accented words alone cost 10-35; letters inside folded words are there for typing slips and glued syllables.
Second readings of chat spelling are added beside what was written, never instead of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlu.teencode import READINGS
from nlu.text import TextView, Token, fold

LONGEST_MESSAGE = 2000
"""Characters looked at; the matter is named long before, and time must not grow with the message."""


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """Which features are made; part of the model's version."""

    word_pairs: bool = True
    folded_skip_pairs: bool = False
    letters_from: int = 3
    letters_to: int = 4
    chat_readings: bool = True

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def feature_names(view: TextView, settings: FeatureSettings) -> list[str]:
    """Names of the features of a message, repeated as often as they occur.

    The first letter tells the kind: `a` accented words, `f` folded words, `c` letters, `r` added readings.
    """
    tokens = [token for token in view.tokens if token.start < LONGEST_MESSAGE]
    accented = [shape(token.lower) for token in tokens]
    folded = [shape(token.folded) for token in tokens]
    names = _words("a", accented, settings) + _words("f", folded, settings)
    if settings.folded_skip_pairs:
        names += [f"s {one} {three}" for one, three in zip(folded, folded[2:], strict=False)]
    if settings.letters_to:
        names += _letters(folded, settings)
    if settings.chat_readings:
        names += _readings(tokens, accented, folded)
    return names


def shape(word: str) -> str:
    """Numbers of a kind look alike: what matters is that a code of eight digits was said, not which."""
    if word.isdecimal():
        return word if len(word) <= 3 else f"#{min(len(word), 12)}"
    return word


def _words(kind: str, words: Sequence[str], settings: FeatureSettings) -> list[str]:
    names = [f"{kind} {word}" for word in words]
    if settings.word_pairs:
        names += [f"{kind} {one} {two}" for one, two in zip(words, words[1:], strict=False)]
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
        names += [f"f {one} {two}" for one, two in zip(words, words[1:], strict=False)]
        if position:
            names.append(f"f {folded[position - 1]} {words[0]}")
            names.append(f"a {accented[position - 1]} {reading.split()[0]}")
        if position + 1 < len(tokens):
            names.append(f"f {words[-1]} {folded[position + 1]}")
            names.append(f"a {reading.split()[-1]} {accented[position + 1]}")
    return names
