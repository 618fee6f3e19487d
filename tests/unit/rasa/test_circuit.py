"""When the other side is left alone, and for how long."""

from hypothesis import given
from hypothesis import strategies as st

from contact_center.rasa.circuit import Circuit


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Circuit:
    circuit = Circuit(failures_to_open=2, pause_s=10, clock=clock)
    circuit.failed()
    circuit.failed()
    return circuit


def test_a_single_failure_changes_nothing() -> None:
    circuit = Circuit(failures_to_open=2)
    assert not circuit.failed()
    circuit.succeeded()
    assert not circuit.failed()
    assert circuit.lets_through()


def test_failures_in_a_row_close_the_way_for_the_pause() -> None:
    clock = Clock()
    circuit = opened(clock)
    assert circuit.is_open
    clock.now = 9.9
    assert not circuit.lets_through()


def test_after_the_pause_one_goes_ahead_and_the_others_wait_for_its_luck() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = 10
    assert [circuit.lets_through() for _ in range(3)] == [True, False, False]
    assert circuit.succeeded()
    assert circuit.lets_through()


def test_bad_luck_begins_the_pause_again() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = 10
    circuit.lets_through()
    assert not circuit.failed()
    clock.now = 19
    assert not circuit.lets_through()


def test_a_scout_that_never_reports_back_blocks_nobody_for_ever() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = 10
    assert circuit.lets_through()
    clock.now = 20
    assert circuit.lets_through()


@given(st.lists(st.sampled_from(["ask", "good", "bad", "wait"]), max_size=60))
def test_whatever_happened_somebody_is_let_through_once_the_pause_is_over(story: list[str]) -> None:
    clock = Clock()
    circuit = Circuit(failures_to_open=3, pause_s=10, clock=clock)
    for event in story:
        if event == "wait":
            clock.now += 4
        elif event == "ask":
            circuit.lets_through()
        elif event == "good":
            circuit.succeeded()
        else:
            circuit.failed()
    clock.now += 10
    assert circuit.lets_through()
