"""Accents put back where none were typed: "den duong tat" -> "đèn đường tắt". For display and sentence vectors only.

Syllables seen in the corpus, their pairs, and the likeliest way through them. It guesses, so what is understood,
quoted or stored is always the message as received; a syllable never seen is left alone.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nlu.text import TextView, fold, view

_PAIR_SHARE = 0.85
"""Of a syllable's likelihood, how much the one before decides (the rest is how common it is)."""

_FEWEST = 2
"""A syllable or pair seen less often is taken for a slip."""


@dataclass(frozen=True)
class Restorer:
    """Counts of accented syllables and of pairs of them. Reading only; share it."""

    singles: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    _forms: dict[str, list[str]] = field(init=False, repr=False, compare=False)
    _total: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        forms: dict[str, list[str]] = defaultdict(list)
        for syllable in self.singles:
            forms[fold(syllable)].append(syllable)
        object.__setattr__(self, "_forms", dict(forms))
        object.__setattr__(self, "_total", sum(self.singles.values()) or 1)

    def restore(self, seen: TextView) -> str:
        """The message in lower case with accents where it had none; what was typed with accents stays as typed."""
        words = [self._choices(token.lower, token.folded) for token in seen.tokens]
        chosen = self._likeliest(words)
        parts: list[str] = []
        position = 0
        for token, syllable in zip(seen.tokens, chosen, strict=True):
            parts += [seen.lower[position : token.start], syllable]
            position = token.end
        return "".join(parts) + seen.lower[position:]

    def _choices(self, lower: str, folded: str) -> list[str]:
        if lower != folded:
            return [lower]
        return self._forms.get(folded) or [lower]

    def _likeliest(self, words: Sequence[Sequence[str]]) -> list[str]:
        """Viterbi over the choices of every word."""
        paths: dict[str, tuple[float, tuple[str, ...]]] = {"": (0.0, ())}
        for choices in words:
            step: dict[str, tuple[float, tuple[str, ...]]] = {}
            for choice in choices:
                step[choice] = max(
                    (score + self._step(before, choice), (*path, choice)) for before, (score, path) in paths.items()
                )
            paths = step
        return list(max(paths.values())[1])

    def _step(self, before: str, syllable: str) -> float:
        common = (self.singles.get(syllable, 0) + 0.1) / self._total
        follows = self.pairs.get((before, syllable), 0) / (self.singles.get(before, 0) or 1)
        return math.log(_PAIR_SHARE * follows + (1 - _PAIR_SHARE) * common)


def learn(texts: Iterable[str]) -> Restorer:
    """Count the syllables of texts written with accents; others are passed over."""
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        seen = view(text)
        if seen.is_unaccented:
            continue
        words = [token.lower for token in seen.tokens]
        singles.update(words)
        pairs.update(pairwise(words))
    return Restorer(
        {word: count for word, count in singles.items() if count >= _FEWEST},
        {pair: count for pair, count in pairs.items() if count >= _FEWEST},
    )
