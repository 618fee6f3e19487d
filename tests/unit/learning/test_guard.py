"""Which candidate may serve: none that is worse where it matters, however good elsewhere."""

import pytest

from contact_center.learning.comparing import (
    ENOUGH_CORRECTED,
    GUARDED,
    Comparison,
    Corrected,
    Scores,
    as_table,
    compare,
)

BEFORE = {"top1": 0.81, "emergency_recall": 0.94, "sealed_recall": 0.95, "intent": 0.89, "top3": 0.92}


def comparison(after: dict[str, float], *, held_back: int = 0, right: tuple[float, float] = (0.5, 0.5)) -> Comparison:
    before_corrected, after_corrected = (Corrected(held_back, share, share) for share in right)
    return compare(
        ("old", Scores("d", BEFORE, {}), before_corrected),
        ("new", Scores("d", BEFORE | after, {}), after_corrected),
        corrected=held_back,
    )


def test_the_same_figures_are_no_drop() -> None:
    assert comparison({}).dropped == ()


@pytest.mark.parametrize("figure", list(GUARDED))
def test_a_thousandth_less_in_a_guarded_figure_is_a_drop(figure: str) -> None:
    assert comparison({figure: BEFORE[figure] - 0.001, "top3": 1.0}).dropped == (figure,)


def test_less_in_a_figure_that_is_not_guarded_is_shown_and_no_drop() -> None:
    assert comparison({"top3": 0.5}).dropped == ()


def test_corrected_tickets_are_guarded_once_there_are_enough_of_them() -> None:
    assert comparison({}, held_back=ENOUGH_CORRECTED - 1, right=(0.9, 0.1)).dropped == ()
    assert comparison({}, held_back=ENOUGH_CORRECTED, right=(0.9, 0.1)).dropped == ("corrected_top1",)


def test_the_table_says_what_dropped() -> None:
    assert "DROPPED" in as_table(comparison({"intent": 0.5}))
