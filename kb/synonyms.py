"""What people say for what the articles say: edited by people, applied to the question, never to the index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kb import analysis

LONGEST = 6
"""Syllables of the longest wording that is looked for."""


@dataclass(frozen=True, slots=True)
class SynonymTable:
    """Groups of wordings that mean the same ("cúp điện", "mất điện"). Compared without accents and case.

    A change here is effective with the next question, without a rebuild.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    _others: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        others: dict[str, tuple[str, ...]] = {}
        for group in self.groups:
            plain = [key_of(wording) for wording in group]
            for wording in filter(None, plain):
                known = others.get(wording, ())
                others[wording] = tuple(dict.fromkeys([*known, *(one for one in plain if one and one != wording)]))
        object.__setattr__(self, "_others", others)

    @classmethod
    def of(cls, groups: Iterable[Iterable[str]]) -> "SynonymTable":
        return cls(tuple(tuple(group) for group in groups))

    def found_in(self, folded: Sequence[str]) -> Iterator[tuple[int, str, str]]:
        """(place, wording in the question, another wording) for folded syllables; the longest wording at each place."""
        at = 0
        while at < len(folded):
            length = next((n for n in range(LONGEST, 0, -1) if " ".join(folded[at : at + n]) in self._others), 0)
            if length:
                wording = " ".join(folded[at : at + length])
                yield from ((at, wording, other) for other in self._others[wording])
            at += max(length, 1)


def key_of(wording: str) -> str:
    """The form under which wordings are compared: folded syllables."""
    return " ".join(syllable.folded for syllable in analysis.syllables(wording))
