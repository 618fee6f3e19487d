"""A promise in hours becomes a date on the wall."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.clock import LOCAL_ZONE
from contact_center.province.sources import read_province
from contact_center.tickets.deadlines import Terms, due_at, terms
from contact_center.units.calendar import Calendar, parse_hours

SOURCE = read_province().calendar
OFFICE = Calendar(
    "hanh_chinh",
    parse_hours(SOURCE["hours"]),
    {datetime.fromisoformat(row["day"]).date(): row["kind"] for row in SOURCE["days"]},
)


@dataclass(frozen=True)
class Category:
    sla_hours: int
    sla_clock: str


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("opened", "hours", "due"),
    [
        ("2026-11-23 07:00", 8, "2026-11-23 17:00"),  # one working day is one day
        ("2026-11-23 10:30", 2, "2026-11-23 14:30"),  # lunch does not count
        ("2026-11-23 16:00", 2, "2026-11-25 08:00"),  # 24 November is a holiday
        ("2026-11-21 09:00", 1, "2026-11-23 08:00"),  # Saturday waits for Monday
        ("2026-02-13 16:00", 2, "2026-02-23 08:00"),  # Tết
        ("2026-01-09 16:00", 2, "2026-01-10 08:00"),  # a swapped Saturday is worked
        ("2026-08-21 16:00", 9, "2026-08-22 17:00"),
        ("2026-11-23 20:00", 8, "2026-11-25 17:00"),  # an evening report starts next morning
    ],
)
def test_working_hours_skip_nights_lunch_weekends_and_holidays(opened: str, hours: int, due: str) -> None:
    assert due_at(local(opened), Terms(hours, "gio_lam_viec"), OFFICE) == local(due)


def test_the_round_the_clock_promise_ignores_the_calendar() -> None:
    assert due_at(local("2026-02-16 23:00"), Terms(4, "24x7"), OFFICE) == local("2026-02-17 03:00")


def test_what_is_urgent_is_promised_in_four_hours_day_and_night() -> None:
    assert terms(Category(40, "gio_lam_viec"), "khan") == Terms(4, "24x7")
    assert terms(Category(1, "24x7"), "khan") == Terms(1, "24x7")
    assert terms(Category(40, "gio_lam_viec"), "cao") == Terms(40, "gio_lam_viec")


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hours=st.integers(1, 80),
)
def test_a_deadline_is_never_in_closed_time_nor_before_its_start(start: datetime, hours: int) -> None:
    due = due_at(start, Terms(hours, "gio_lam_viec"), OFFICE)
    assert OFFICE.is_open(due)
    assert due >= start + timedelta(hours=hours)
