"""How sure the first article found is the one that answers."""

from collections.abc import Sequence

from kb.store import Found


def lead(found: Sequence[Found]) -> float:
    """How far the first is ahead of the second, in BM25; 0 where nothing was found.

    Of what a search tells by itself this separates right answers from wrong ones best: twice as many questions can be
    answered at the same number of wrong answers as by ``coverage``, which long questions never reach.
    """
    if not found:
        return 0.0
    return found[0].score - (found[1].score if len(found) > 1 else 0.0)
