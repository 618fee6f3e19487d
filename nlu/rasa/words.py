# ruff: noqa: PLC0415 - pyvi loads its model when imported, and only Rasa's side segments
"""Words of several syllables (pyvi), each with the exact place it has in the message as received."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from nlu.features import LONGEST_MESSAGE
from nlu.text import TextView, fold, view


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its syllables joined by `_`, its folded syllables, its offsets into the message as received."""

    text: str
    folded: str
    start: int
    end: int


def words(message: str, borders: Collection[int] = ()) -> list[Word]:
    """The words and marks of a message, up to `LONGEST_MESSAGE` characters of it.

    No word crosses a border (an offset into `message`): training text has its places cut out exactly, whatever the
    segmenter would have joined.
    """
    seen = view(message[:LONGEST_MESSAGE])
    found: list[Word] = []
    for syllable, start, end, continues in _syllables(seen):
        first, last = seen.original_span(start, end)
        if continues and found and not any(found[-1].end <= border <= first for border in borders):
            before = found.pop()
            found.append(Word(f"{before.text}_{syllable}", f"{before.folded} {fold(syllable)}", before.start, last))
        else:
            found.append(Word(syllable, fold(syllable), first, last))
    return found


def _syllables(seen: TextView) -> Iterator[tuple[str, int, int, bool]]:
    """Each syllable, its offsets in the view, and whether the segmenter joins it to the one before.

    The segmenter answers with the syllables in order, `_` or a space between two. Going by their known lengths, an
    underscore the citizen typed is never taken for a join.
    """
    from pyvi import ViTokenizer

    segmenter: Any = ViTokenizer  # it carries no types
    _, syllables = segmenter.ViTokenizer.sylabelize(seen.text)
    segmented = segmenter.tokenize(seen.text) if syllables else ""
    position = answered = 0
    for syllable in syllables:
        start = seen.text.index(syllable, position)
        position = start + len(syllable)
        if not syllable.isspace():  # a line's end counts as one with it
            yield syllable, start, position, answered > 0 and segmented[answered - 1] == "_"
        answered += len(syllable) + 1
