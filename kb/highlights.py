"""Where the words of a question stand in the text they were found in."""

from collections.abc import Set

from kb import analysis
from kb.fields import Asked, Key, pair
from kb.store import Span

MOST = 20


def spans(text: str, asked: Asked) -> tuple[Span, ...]:
    """Characters to mark in ``text`` as it was given; neighbours that both count become one span, at most twenty."""
    wanted = {term.key for term in asked.meaning}
    found: list[Span] = []
    previous = ""
    for syllable, start, end in analysis.located(text):
        together = bool(previous) and ("pairs", pair(previous, syllable.folded)) in wanted
        if _is_wanted(syllable, wanted) or together:
            joins = together and found and text[found[-1].end : start].isspace()
            if joins:
                found[-1] = Span(found[-1].start, end)
            else:
                found.append(Span(start, end))
        previous = syllable.folded
    return tuple(found[:MOST])


def _is_wanted(syllable: analysis.Syllable, wanted: Set[Key]) -> bool:
    return ("words", syllable.folded) in wanted
