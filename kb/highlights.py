"""Where the words of a question stand in the text they were found in."""

from collections.abc import Set
from itertools import pairwise

from kb import analysis
from kb.fields import Asked, pair
from kb.store import Span

MOST = 20


def wanted(asked: Asked) -> frozenset[str]:
    """The words and pairs of a question that are worth marking."""
    return frozenset(term.text for term in asked.meaning)


def spans(text: str, marked: Set[str]) -> tuple[Span, ...]:
    """Characters to mark in ``text`` as it was given, for the words and pairs of ``wanted``; neighbours that both count
    become one span, at most twenty."""
    written = analysis.written(text)
    words = [syllable.folded for syllable in written]
    pairs = ["", *(pair(first, second) for first, second in pairwise(words))]
    places = [place for place, word in enumerate(words) if word in marked or pairs[place] in marked]
    bounds = analysis.bounds(text) if places else []
    found: list[Span] = []
    for place in places:
        start, end = bounds[place]
        together = pairs[place] in marked and not written[place].is_manner
        if together and found and text[found[-1].end : start].isspace():
            found[-1] = Span(found[-1].start, end)
        elif together or words[place] in marked:
            found.append(Span(start, end))
    return tuple(found[:MOST])
