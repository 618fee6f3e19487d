"""Shares by unit and week."""

from datetime import date

from contact_center.bot.tallies import Tally
from contact_center.learning.drift import Sum, mondays_until, summed

MONDAYS = mondays_until(date(2026, 11, 22), 3)
NAMES = {"HT-01": "Chiếu sáng", "HT-03": "Thoát nước", "HT-04": "Thoát nước"}


def tally(week: date, category: str, **counts: int) -> Tally:
    values = dict.fromkeys(("messages", "tickets", "overridden", "abstained", "unknown", "shadowed", "agreed"), 0)
    return Tally(week, category, **(values | counts))


def test_weeks_begin_on_monday_and_end_with_this_one() -> None:
    assert (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)) == MONDAYS


def test_categories_of_a_unit_are_added_up_week_by_week_the_busiest_unit_first() -> None:
    rows = [
        tally(MONDAYS[0], "HT-03", messages=4, tickets=2, overridden=1),
        tally(MONDAYS[2], "HT-04", messages=6, tickets=2, overridden=2, abstained=3),
        tally(MONDAYS[2], "HT-01", messages=5, unknown=1),
    ]
    drift = summed(rows, MONDAYS, NAMES, candidate=None)
    first, second = drift.departments
    assert (first.name, first.all.overridden_share, first.all.abstained_share) == ("Thoát nước", 0.75, 0.3)
    assert [week.messages for week in first.weeks] == [4, 0, 6]
    assert second.all.unknown_share == 0.2
    assert drift.all.messages == 15


def test_where_there_is_nothing_no_share_is_made_up() -> None:
    assert (Sum().overridden_share, Sum().abstained_share, Sum().agreed_share) == (0, 0, 0)


def test_a_category_no_longer_in_the_taxonomy_stands_under_its_code() -> None:
    drift = summed([tally(MONDAYS[0], "XX-99", messages=1)], MONDAYS, NAMES, candidate=None)
    assert [one.name for one in drift.departments] == ["XX-99"]
