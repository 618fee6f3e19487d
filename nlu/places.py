"""Places said in a message."""

from __future__ import annotations

from nlu.text import TextView
from nlu.understanding import PlaceMention


def find_places(view: TextView) -> tuple[PlaceMention, ...]:
    """Every place said, in order."""
    return ()
