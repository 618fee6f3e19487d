import json

from hypothesis import given
from hypothesis import strategies as st

from contact_center.bot.state import Nearby, OpenedTicket, Option, Report, State, Thread, from_json, to_json

words = st.text(max_size=12)
threads = st.builds(
    Thread,
    flow=st.sampled_from(["", "report", "lookup", "emergency"]),
    ask=words,
    options=st.lists(st.builds(Option, words, words), max_size=3).map(tuple),
    asked=st.lists(words, max_size=4).map(tuple),
)
reports = st.builds(
    Report,
    what=words,
    candidates=st.lists(words, max_size=3).map(tuple),
    latitude=st.none() | st.floats(-90, 90),
    anonymous=st.booleans(),
    settled=st.lists(words, max_size=3).map(tuple),
)
states = st.builds(
    State,
    thread=threads,
    report=reports,
    suspended=st.none() | threads,
    failures=st.integers(0, 3),
    tickets=st.lists(st.builds(OpenedTicket, words, words, words), max_size=2).map(tuple),
    nearby=st.builds(Nearby, words, words),
    warned=st.booleans(),
)


@given(states)
def test_a_talk_comes_back_from_the_database_as_it_went(state: State) -> None:
    assert from_json(json.loads(json.dumps(to_json(state)))) == state


def test_a_talk_that_has_not_begun_takes_no_room() -> None:
    assert to_json(State()) == {}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["thread", "report", "tickets", "failures", "new_in_version_9"]), anything))
def test_what_an_older_or_newer_program_stored_never_stops_a_talk(stored: dict[str, object]) -> None:
    from_json(stored)
