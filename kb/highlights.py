"""Where the words of a question stand in the text they were found in."""

from kb import analysis
from kb.fields import Asked, pair
from kb.store import Span

MOST = 20


def spans(text: str, asked: Asked) -> tuple[Span, ...]:
    """Characters to mark in ``text`` as it was given; neighbours that both count become one span, at most twenty."""
    wanted = {term.key for term in asked.meaning}
    found: list[Span] = []
    previous = ""
    for syllable, start, end in analysis.located(text):
        together = ("pairs", pair(previous, syllable.folded)) in wanted and not syllable.is_manner
        if ("words", syllable.folded) in wanted or together:
            joins = together and found and text[found[-1].end : start].isspace()
            if joins:
                found[-1] = Span(found[-1].start, end)
            else:
                found.append(Span(start, end))
        previous = syllable.folded
    return tuple(found[:MOST])
