"""Working time: pure arithmetic over weekday hours, holidays and swap days.

Hours are the local wall clock of Viet Nam, which knows no summer time; moments that go in and come out are aware
datetimes in UTC. A province's own decision sets the hours; holidays follow the Labour Code (art. 112), swap days the
yearly announcement of the Government.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from contact_center.clock import LOCAL_ZONE, local

DayKind = Literal["holiday", "working"]
Hours = tuple[tuple[time, time], ...]

MONDAY = 1
# Ten years of looking ahead: nobody promises anything that far, so a longer search is a broken calendar.
HORIZON_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Calendar:
    """``hours`` by ISO weekday; ``days`` are the days unlike their weekday.

    Raises ``ValueError`` when no weekday has hours, or when a day's intervals overlap or run backwards.
    """

    code: str
    hours: Mapping[int, Hours]
    days: Mapping[date, DayKind]

    def __post_init__(self) -> None:
        if not any(self.hours.values()):
            raise ValueError(f"the calendar {self.code} has no working hours")
        for intervals in self.hours.values():
            edges = [edge for interval in intervals for edge in interval]
            if edges != sorted(edges) or len(set(edges)) != len(edges):
                raise ValueError(f"the calendar {self.code} has overlapping hours")

    def intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working intervals of a local day, in UTC. A swap day is worked like a Monday."""
        kind = self.days.get(day)
        if kind == "holiday":
            return []
        hours = self.hours.get(MONDAY if kind == "working" else day.isoweekday(), ())
        return [(_moment(day, start), _moment(day, end)) for start, end in hours]

    def is_open(self, moment: datetime) -> bool:
        """Both ends of an interval count as open: a deadline may fall on the last minute of the day."""
        return any(start <= moment <= end for start, end in self.intervals(local(moment).date()))

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The moment when ``working`` time has passed after ``start``; never in closed time."""
        if working < timedelta():
            raise ValueError("working time is not negative")
        left = working
        for opening, closing in self._from(start):
            begin = max(opening, start)
            if begin + left <= closing:
                return (begin + left).astimezone(UTC)
            left -= closing - begin
        raise ValueError(f"the calendar {self.code} has no working time left")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from ``start`` to ``end``; zero when ``end`` is not later."""
        total = timedelta()
        for opening, closing in self._from(start):
            if opening >= end:
                break
            total += min(closing, end) - max(opening, start)
        return max(total, timedelta())

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working intervals that end at ``start`` or later."""
        first = local(start).date()
        for offset in range(HORIZON_DAYS):
            for opening, closing in self.intervals(first + timedelta(days=offset)):
                if closing >= start:
                    yield opening, closing


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LOCAL_ZONE).astimezone(UTC)


def parse_hours(hours: Mapping[str, list[list[str]]]) -> dict[int, Hours]:
    """``{"1": [["07:00", "11:30"], ...]}`` as stored. Raises ``ValueError`` for anything else."""
    return {
        int(weekday): tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in intervals)
        for weekday, intervals in hours.items()
    }
