"""Phrases found in any spelling: a syllable without accents agrees with all its accented forms, one with accents
only with itself. So 'cháy nhà' is found in 'chay nha' and in 'chay nhà', not in 'chảy nhà' or 'chạy nhà'.

`*2` in a phrase stands for up to two words in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from nlu.text import Token, canonical_tones, fold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found on tokens `first` to `last` (exclusive). `accents` counts syllables that agreed with accents."""

    first: int
    last: int
    value: T
    phrase: str
    accents: int


@dataclass(frozen=True, slots=True)
class _Word:
    lower: str
    folded: str


class PhraseTable(Generic[T]):
    """Phrases with a value each, looked up by first syllable."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[_Word | int, ...], T, str]]] = {}
        for phrase, value in entries:
            items = tuple(_item(word) for word in canonical_tones(phrase.lower()).split())
            first = items[0]
            if isinstance(first, int):
                raise ValueError(f"a phrase begins with a word: {phrase}")
            self._by_first.setdefault(first.folded, []).append((items, value, phrase))

    def find(self, tokens: Sequence[Token]) -> list[Hit[T]]:
        """Every occurrence, overlapping ones included, in order."""
        hits: list[Hit[T]] = []
        for position, token in enumerate(tokens):
            for items, value, phrase in self._by_first.get(token.folded, ()):
                matched = _match(tokens, position, items)
                if matched is not None:
                    last, accents = matched
                    hits.append(Hit(position, last, value, phrase, accents))
        return hits


def _item(word: str) -> _Word | int:
    if word.startswith("*"):
        return int(word[1:])
    return _Word(word, fold(word))


def _match(tokens: Sequence[Token], position: int, items: Sequence[_Word | int]) -> tuple[int, int] | None:
    """Where the match ends and how many accented syllables agreed; None when there is none."""
    accents = 0
    for index, item in enumerate(items):
        if isinstance(item, int):
            for skipped in range(item + 1):
                rest = _match(tokens, position + skipped, items[index + 1 :])
                if rest is not None:
                    return rest[0], accents + rest[1]
            return None
        if position >= len(tokens):
            return None
        token = tokens[position]
        if token.folded != item.folded or (token.lower not in {item.lower, token.folded}):
            return None
        accents += token.lower != token.folded
        position += 1
    return position, accents
