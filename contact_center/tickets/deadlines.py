"""When a matter is due: a pure function of its category's terms and the unit's working calendar.

Defaults are the taxonomy's (domain report 1.5); every province may import its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from contact_center.units.calendar import Calendar

ROUND_THE_CLOCK = "24x7"
WORKING_HOURS = "gio_lam_viec"
URGENT = "khan"
# What is urgent does not wait for Monday: at most four hours, on the clock that never stops (domain report 1.5).
URGENT_HOURS = 4
# A citizen may have a matter opened again, and is asked to rate, within these.
REOPEN_WITHIN = timedelta(days=30)
RATE_WITHIN = timedelta(days=7)


class Promise(Protocol):
    """What a category promises."""

    @property
    def sla_hours(self) -> int: ...

    @property
    def sla_clock(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """So many hours on this clock."""

    hours: int
    clock: str


def terms(promise: Promise, urgency: str) -> Terms:
    """The category's terms, shortened when the matter itself is urgent."""
    if urgency == URGENT:
        return Terms(min(promise.sla_hours, URGENT_HOURS), ROUND_THE_CLOCK)
    return Terms(promise.sla_hours, promise.sla_clock)


def due_at(start: datetime, agreed: Terms, calendar: Calendar) -> datetime:
    """The deadline of a matter whose clock starts at ``start``."""
    duration = timedelta(hours=agreed.hours)
    if agreed.clock == ROUND_THE_CLOCK:
        return start + duration
    return calendar.add(start, duration)
