"""A call for help in plain words: a strong word of danger, here and now, with a cry or a body that does not answer, or
gas in the air, or not a word more, and nothing that takes it back. Believed where the heads, which have met such words
in many stories, nearly rule it out.
"""

from __future__ import annotations

from nlu.emergency import Evidence
from nlu.emergency_context import ways_of_speaking
from nlu.text import TextView

FLOOR = 0.003
"""The heads' probability under which even plain words are not believed: on rounds of writers held out in turn, asking
about these raises 6 in 1,000 look-alikes and 6 in 10,000 other calm messages more."""

_STRONG = 3
_CALLING = frozenset({"help", "body"})
_IN_THE_AIR = frozenset({"gas", "ga"})
"""Escaping gas is there as long as somebody smells or hears it; nobody says "now"."""
_TAKING_BACK = frozenset({"joke", "question", "past", "over", "fear", "habit", "wish", "story", "scam"})


def is_plain_call(seen: TextView, found: Evidence) -> bool:
    """'cấp cứu, người ta bị tai nạn nằm giữa đường nè', 'có mùi gas nồng nặc', 'cướp ngân hàng'; not 'hồi tháng trước'
    or 'diễn tập'."""
    if found.strength < _STRONG or found.is_past or found.is_paper:
        return False
    ways = set(ways_of_speaking(seen, 0))
    if ways & _TAKING_BACK:
        return False
    cue = found.cue.split()
    is_all_that_is_said = len(cue) == len(seen.tokens)
    is_cry = found.is_present and bool(ways & _CALLING)
    return is_cry or is_all_that_is_said or not _IN_THE_AIR.isdisjoint(cue)
