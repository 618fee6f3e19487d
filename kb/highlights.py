"""Where the words of a question stand in the text they were found in."""

from dataclasses import dataclass

from kb import analysis
from kb.fields import Asked, pair
from kb.store import Span

MOST = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words and pairs of a question that are worth marking. ``ends`` are the words and the ends of the pairs: most
    of a text is none of them."""

    terms: frozenset[str]
    ends: frozenset[str]


def wanted(asked: Asked) -> Wanted:
    terms = frozenset(term.text for term in asked.meaning)
    return Wanted(terms, frozenset(term.rpartition("_")[2] for term in terms))


def spans(text: str, marked: Wanted) -> tuple[Span, ...]:
    """Characters to mark in ``text`` as it was given; neighbours that both count become one span, at most twenty."""
    written = analysis.written(text)
    places = [place for place, syllable in enumerate(written) if syllable.folded in marked.ends]
    bounds = analysis.bounds(text) if places else []
    found: list[Span] = []
    for place in places:
        syllable, (start, end) = written[place], bounds[place]
        previous = written[place - 1].folded if place else ""
        together = pair(previous, syllable.folded) in marked.terms and not syllable.is_manner
        if together and found and text[found[-1].end : start].isspace():
            found[-1] = Span(found[-1].start, end)
        elif together or syllable.folded in marked.terms:
            found.append(Span(start, end))
    return tuple(found[:MOST])
