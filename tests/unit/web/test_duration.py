"""How long, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.web.duration import SOON, due_chip, how_long

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=3), "1 phút"),
        (timedelta(minutes=59), "59 phút"),
        (timedelta(minutes=119), "119 phút"),
        (timedelta(hours=2), "2 giờ"),
        (timedelta(hours=47, minutes=59), "47 giờ"),
        (timedelta(days=2), "2 ngày"),
        (-timedelta(hours=3), "3 giờ"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(span: timedelta, words: str) -> None:
    assert how_long(span, "vi") == words


@pytest.mark.parametrize(
    ("left", "kind", "words"),
    [
        (timedelta(days=3), "", "Còn 3 ngày"),
        (timedelta(hours=3), "soon", "Còn 3 giờ"),
        (-timedelta(hours=2), "late", "Quá 2 giờ"),
    ],
)
def test_a_deadline_looks_as_near_as_it_is(left: timedelta, kind: str, words: str) -> None:
    chip = due_chip(NOW + left, None, NOW, "vi")
    assert chip is not None
    assert (chip.kind, chip.words) == (kind, words)


def test_what_has_ended_says_whether_it_was_in_time() -> None:
    in_time = due_chip(NOW, NOW - timedelta(hours=1), NOW + timedelta(days=9), "vi")
    late = due_chip(NOW, NOW + timedelta(hours=5), NOW + timedelta(days=9), "vi")
    assert in_time is not None
    assert late is not None
    assert (in_time.words, late.words) == ("Đúng hạn", "Trễ 5 giờ")


def test_without_a_deadline_there_is_no_clock() -> None:
    assert due_chip(None, None, NOW, "vi") is None


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_late_soon_and_in_time_never_overlap(left: timedelta) -> None:
    chip = due_chip(NOW + left, None, NOW, "en")
    assert chip is not None
    assert chip.kind == ("late" if left < timedelta(0) else "soon" if left < SOON else "")
