"""How long, in words, and what a deadline looks like. Pure; the script on the page uses the same words and limits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contact_center.i18n import translate

# A deadline nearer than this is shown as soon.
SOON = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class DueChip:
    """``kind`` is a class of the clock chip: "" (outline), soon (tint), late (solid)."""

    kind: str
    words: str


def how_long(span: timedelta, locale: str) -> str:
    """The largest unit that is not zero: days from two days on, hours from two hours on, else minutes."""
    minutes = int(abs(span).total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return translate("web.due.days", locale, n=minutes // (24 * 60))
    if minutes >= 2 * 60:
        return translate("web.due.hours", locale, n=minutes // 60)
    return translate("web.due.minutes", locale, n=max(minutes, 1))


def due_chip(due_at: datetime | None, ended_at: datetime | None, now: datetime, locale: str) -> DueChip | None:
    """None without a deadline. Once ended, whether it was in time."""
    if due_at is None:
        return None
    if ended_at is not None:
        if ended_at <= due_at:
            return DueChip("", translate("web.due.done_on_time", locale))
        return DueChip("", translate("web.due.done_late", locale, time=how_long(ended_at - due_at, locale)))
    left = due_at - now
    time = how_long(left, locale)
    if left < timedelta(0):
        return DueChip("late", translate("web.due.late", locale, time=time))
    return DueChip("soon" if left < SOON else "", translate("web.due.left", locale, time=time))
