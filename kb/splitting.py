"""Long texts into passages: a few sentences each, a little of the last one repeated in the next."""

import re
from collections.abc import Iterator

PASSAGE, OVERLAP = 80, 20
"""Syllables. Shorter than a screen, so that one passage speaks of one thing; chosen on general questions."""

_SENTENCE = re.compile(r"[^.!?;:\n]*(?:[.!?;:]+|\n+|$)")


def passages_of(text: str, *, size: int = PASSAGE, overlap: int = OVERLAP) -> list[str]:
    """Parts of about ``size`` words, cut between sentences where there are any; one part when it is hardly longer."""
    words = len(text.split())
    if words <= size * 5 // 4:
        return [text.strip()]
    return list(_gathered(_pieces(text, size), size, overlap))


def _pieces(text: str, size: int) -> Iterator[list[str]]:
    """Sentences as words; one longer than a passage in slices."""
    for sentence in _SENTENCE.findall(text):
        words = sentence.split()
        yield from (words[start : start + size] for start in range(0, len(words), size))


def _gathered(pieces: Iterator[list[str]], size: int, overlap: int) -> Iterator[str]:
    held: list[str] = []
    fresh = 0
    for piece in pieces:
        if fresh and len(held) + len(piece) > size:
            yield " ".join(held)
            held, fresh = held[-overlap:], 0
        held += piece
        fresh += len(piece)
    if fresh:
        yield " ".join(held)
