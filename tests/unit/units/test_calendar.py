"""Working time adds up, never runs backwards and never ends while nobody works."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.units.calendar import Calendar, DayKind, parse_hours

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
durations = st.timedeltas(timedelta(), timedelta(hours=100))
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    hours = {}
    for weekday in range(1, 8):
        edges = sorted(draw(st.sets(st.integers(0, 95), min_size=0, max_size=4)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        hours[weekday] = tuple((_quarter(start), _quarter(end)) for start, end in pairs)
    if not any(hours.values()):
        hours[1] = ((time(7), time(11)),)
    kinds: st.SearchStrategy[DayKind] = st.sampled_from(["holiday", "working"])
    return Calendar("any", hours, draw(st.dictionaries(days, kinds, max_size=20)))


def _quarter(number: int) -> time:
    return time(number // 4, number % 4 * 15)


@given(calendars(), moments, durations)
def test_the_end_is_in_working_time(calendar: Calendar, start: datetime, working: timedelta) -> None:
    assert calendar.is_open(calendar.add(start, working))


@given(calendars(), moments, durations)
def test_exactly_the_working_time_asked_for_passes(calendar: Calendar, start: datetime, working: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, working)) == working


@given(calendars(), moments, moments, durations)
def test_who_starts_later_never_ends_earlier(
    calendar: Calendar, one: datetime, other: datetime, working: timedelta
) -> None:
    earlier, later = sorted([one, other])
    assert calendar.add(earlier, working) <= calendar.add(later, working)


@given(calendars(), moments, durations, durations)
def test_more_work_never_ends_earlier(calendar: Calendar, start: datetime, one: timedelta, other: timedelta) -> None:
    shorter, longer = sorted([one, other])
    assert calendar.add(start, shorter) <= calendar.add(start, longer)


@given(calendars(), moments, durations, durations)
def test_two_stretches_one_after_the_other_are_one(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@given(calendars(), moments, moments, moments)
def test_working_time_between_moments_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    first, second, third = sorted([a, b, c])
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)
    assert calendar.between(third, first) == timedelta()


def test_a_calendar_nobody_works_by_is_refused() -> None:
    with pytest.raises(ValueError, match="no working hours"):
        Calendar("empty", {1: ()}, {})


@pytest.mark.parametrize("hours", [[["11:00", "07:00"]], [["07:00", "12:00"], ["11:00", "17:00"]]])
def test_hours_that_overlap_or_run_backwards_are_refused(hours: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="overlapping"):
        Calendar("odd", parse_hours({"1": hours}), {})


def test_negative_work_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Calendar("c", {1: ((time(7), time(11)),)}, {}).add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=-1))


def test_a_calendar_of_holidays_only_ends_with_an_error_not_for_ever() -> None:
    nothing: dict[date, DayKind] = {date(2026, 1, 5) + timedelta(weeks=week): "holiday" for week in range(600)}
    calendar = Calendar("holidays", {1: ((time(7), time(11)),)}, nothing)
    with pytest.raises(ValueError, match="no working time left"):
        calendar.add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))
