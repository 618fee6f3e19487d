"""Which titles and questions to show somebody who is still typing."""

from collections.abc import Iterable, Sequence

from kb import analysis
from kb.store import Suggestion


def best_names(words: Sequence[str], names: Iterable[tuple[str, Sequence[str]]], *, limit: int) -> list[Suggestion]:
    """One name of each article, its title where that fits: first those that begin with what was typed, then the short.

    ``words`` are folded, the last one perhaps half a word; ``names`` are (article id, its title and questions).
    """
    fitting: dict[str, tuple[int, int, str]] = {}
    for article_id, texts in names:
        for place, text in enumerate(texts):
            rank = _rank(words, text)
            if rank is None:
                continue
            candidate = (rank + (place > 0), len(text), text)
            fitting[article_id] = min(fitting.get(article_id, candidate), candidate)
    ordered = sorted(fitting.items(), key=lambda item: item[1])
    return [Suggestion(article_id, text) for article_id, (_, _, text) in ordered[:limit]]


def _rank(words: Sequence[str], text: str) -> int | None:
    """0 when the text begins with the words, 2 when it has them in a row, 4 somewhere; None when it has them not."""
    folded = [syllable.folded for syllable in analysis.syllables(text)]
    if not _has_all(words, folded):
        return None
    line, typed = " " + " ".join(folded), " " + " ".join(words)
    return 0 if line.startswith(typed) else 2 if typed in line else 4


def _has_all(words: Sequence[str], folded: Sequence[str]) -> bool:
    *whole, beginning = words
    return set(whole) <= set(folded) and any(word.startswith(beginning) for word in folded)
