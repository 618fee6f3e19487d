"""Every (state, action, party) pair, against a matrix written by hand from the rules, not from the code's table."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.actors import BOT, SYSTEM, Actor, Role, citizen
from contact_center.errors import DomainError, InvalidInput, NotAllowed
from contact_center.tickets.workflow import (
    Action,
    Facts,
    Rating,
    Request,
    State,
    TransitionNotAllowed,
    allowed_actions,
    decide,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CITIZEN, UNIT, OTHER_UNIT = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
STATES = ("new", "routed", "in_progress", "returned", "resolved", "closed", "refused", "withdrawn", "redirected")

# C citizen, O operator, D dispatcher, U officer of the unit, S supervisor, A administrator, Y the system itself.
MATRIX = """
                  new   routed  in_progress  returned  resolved  closed  refused  withdrawn  redirected
open              -     -       -            -         -         -       -        -          -
route             DSY   -       -            DSY       -         -       -        -          -
reroute           -     DSY     DS           -         -         -       -        -          -
accept            -     U       -            -         -         -       -        -          -
return            -     U       U            -         -         -       -        -          -
resolve           DS    -       U            -         -         -       -        -          -
refuse            DS    -       -            DS        -         -       -        -          -
redirect          DS    DS      DS           DS        -         -       -        -          -
withdraw          CO    CO      CO           CO        -         -       -        -          -
rate              -     -       -            -         C         C       -        -          -
reopen            -     -       -            -         CODS      CODS    CODS     -          -
close             -     -       -            -         Y         -       -        -          -
add_information   CODS  CODS    CODS         CODS      -         -       -        -          -
note              ODS   ODSU    ODSU         ODS       -         -       -        -          -
correct_category  ODS   ODS     ODS          ODS       -         -       -        -          -
correct_place     ODS   ODS     ODS          ODS       -         -       -        -          -
mark_overdue      Y     Y       Y            Y         -         -       -        -          -
"""
# Where each allowed step leads; a step not named here stays where it is.
LEADS_TO = {
    "route": "routed",
    "reroute": "routed",
    "accept": "in_progress",
    "return": "returned",
    "resolve": "resolved",
    "refuse": "refused",
    "redirect": "redirected",
    "withdraw": "withdrawn",
    "rate": "closed",
    "close": "closed",
}
PEOPLE = {
    "C": citizen(CITIZEN, "sms"),
    "O": Actor(kind="staff", role=Role.OPERATOR),
    "D": Actor(kind="staff", role=Role.DISPATCHER),
    "U": Actor(kind="staff", role=Role.OFFICER, unit_id=UNIT),
    "S": Actor(kind="staff", role=Role.SUPERVISOR),
    "A": Actor(kind="staff", role=Role.ADMINISTRATOR),
    "Y": SYSTEM,
}
COMPLETE = {
    "text": "Đã thay bóng đèn",
    "reason": "unknown_unit",
    "unit_id": OTHER_UNIT,
    "rating": "accepted",
    "category_code": "HT-01",
    "commune_code": "28261",
}


def allowed_by_hand() -> set[tuple[str, str, str]]:
    lines = [line.split() for line in MATRIX.strip().splitlines()]
    assert tuple(lines[0]) == STATES
    assert {line[0] for line in lines[1:]} == {action.value for action in Action}
    return {
        (state, line[0], letter)
        for line in lines[1:]
        for state, cell in zip(STATES, line[1:], strict=True)
        for letter in cell.replace("-", "")
    }


ALLOWED = allowed_by_hand()


def facts(state: str, **changes: object) -> Facts:
    given: dict[str, object] = {
        "state": State(state),
        "citizen_id": CITIZEN,
        "unit_id": UNIT,
        "answered_at": NOW - timedelta(days=1),
    }
    return Facts(**(given | changes))  # type: ignore[arg-type]


def request(action: str, **changes: object) -> Request:
    return Request(**({"action": Action(action)} | COMPLETE | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("letter", PEOPLE)
@pytest.mark.parametrize("action", [action.value for action in Action])
@pytest.mark.parametrize("state", STATES)
def test_exactly_the_pairs_of_the_matrix_are_allowed(state: str, action: str, letter: str) -> None:
    actor = PEOPLE[letter]
    if (state, action, letter) in ALLOWED:
        _, to = decide(facts(state), actor, request(action), NOW)
        reopened = {"refused": "new"}.get(state, "routed")
        assert to == (reopened if action == "reopen" else LEADS_TO.get(action, state))
        assert Action(action) in allowed_actions(facts(state), actor, NOW)
    else:
        with pytest.raises((NotAllowed, TransitionNotAllowed)):
            decide(facts(state), actor, request(action), NOW)
        assert Action(action) not in allowed_actions(facts(state), actor, NOW)


@pytest.mark.parametrize("state", STATES)
def test_the_bot_may_do_what_the_citizen_it_speaks_for_may(state: str) -> None:
    assert allowed_actions(facts(state), BOT, NOW) == allowed_actions(facts(state), PEOPLE["C"], NOW)


@pytest.mark.parametrize("state", STATES)
def test_officers_of_another_unit_and_other_citizens_may_do_nothing(state: str) -> None:
    officer = Actor(kind="staff", role=Role.OFFICER, unit_id=OTHER_UNIT)
    assert allowed_actions(facts(state), officer, NOW) == ()
    assert allowed_actions(facts(state), citizen(uuid.uuid4(), "web"), NOW) == ()


@pytest.mark.parametrize(("state", "letter"), list(product(STATES, PEOPLE)))
def test_nobody_moves_a_sealed_ticket(state: str, letter: str) -> None:
    assert allowed_actions(facts(state, sealed=True), PEOPLE[letter], NOW) == ()


@pytest.mark.parametrize(
    ("action", "state", "letter", "missing"),
    [
        ("route", "new", "D", "unit_id"),
        ("reroute", "routed", "D", "unit_id"),
        ("return", "routed", "U", "text"),
        ("return", "routed", "U", "reason"),
        ("resolve", "in_progress", "U", "text"),
        ("refuse", "new", "D", "text"),
        ("redirect", "new", "D", "text"),
        ("rate", "resolved", "C", "rating"),
        ("reopen", "closed", "C", "text"),
        ("add_information", "new", "C", "text"),
        ("note", "new", "O", "text"),
        ("correct_category", "new", "D", "category_code"),
        ("correct_place", "returned", "D", "commune_code"),
    ],
)
def test_a_step_without_what_it_needs_is_refused_by_field(action: str, state: str, letter: str, missing: str) -> None:
    empty = "  " if missing == "text" else None
    with pytest.raises(InvalidInput) as refused:
        decide(facts(state), PEOPLE[letter], request(action, **{missing: empty}), NOW)
    assert refused.value.details == {missing: "required"}


def test_a_return_names_the_right_unit_or_says_it_is_not_known() -> None:
    officer = PEOPLE["U"]
    with pytest.raises(InvalidInput, match="unit_id"):
        decide(facts("routed"), officer, request("return", reason="other_unit", unit_id=None), NOW)
    with pytest.raises(InvalidInput, match="reason"):
        decide(facts("routed"), officer, request("return", reason="too_much_work"), NOW)
    decide(facts("routed"), officer, request("return", reason="unknown_unit", unit_id=None), NOW)


def test_a_unit_returns_a_ticket_once_and_another_unit_may_still() -> None:
    returned_before = facts("routed", returned_by=frozenset({str(UNIT)}))
    with pytest.raises(TransitionNotAllowed) as refused:
        decide(returned_before, PEOPLE["U"], request("return"), NOW)
    assert refused.value.details["reason"] == "returns_once"
    assert Action.RETURN not in allowed_actions(returned_before, PEOPLE["U"], NOW)
    by_another = facts("routed", returned_by=frozenset({str(OTHER_UNIT)}))
    decide(by_another, PEOPLE["U"], request("return"), NOW)


def test_a_ticket_is_rated_once_even_after_silence_closed_it() -> None:
    decide(facts("closed"), PEOPLE["C"], request("rate"), NOW)
    for state in ("resolved", "closed"):
        with pytest.raises(TransitionNotAllowed):
            decide(facts(state, rated=True), PEOPLE["C"], request("rate"), NOW)


@pytest.mark.parametrize("rating", [*Rating, "ok", ""])
def test_only_the_three_ratings_are_known(rating: str) -> None:
    if rating in set(Rating):
        decide(facts("resolved"), PEOPLE["C"], request("rate", rating=rating), NOW)
    else:
        with pytest.raises(InvalidInput):
            decide(facts("resolved"), PEOPLE["C"], request("rate", rating=rating), NOW)


@pytest.mark.parametrize("state", ["resolved", "closed", "refused"])
def test_reopening_ends_after_thirty_days(state: str) -> None:
    last_moment = facts(state, answered_at=NOW - timedelta(days=30))
    decide(last_moment, PEOPLE["C"], request("reopen"), NOW)
    with pytest.raises(TransitionNotAllowed) as refused:
        decide(last_moment, PEOPLE["C"], request("reopen"), NOW + timedelta(seconds=1))
    assert refused.value.details["reason"] == "within_reopening"


def test_a_ticket_the_desk_answered_itself_is_reopened_at_the_desk() -> None:
    _, to = decide(facts("resolved", unit_id=None), PEOPLE["C"], request("reopen"), NOW)
    assert to is State.NEW


def test_a_refused_step_says_what_is_allowed_now() -> None:
    with pytest.raises(TransitionNotAllowed) as refused:
        decide(facts("routed"), PEOPLE["U"], request("rate"), NOW)
    assert refused.value.details["allowed"] == ["accept", "return", "note"]


@given(
    state=st.sampled_from(STATES),
    action=st.sampled_from(list(Action)),
    letter=st.sampled_from(list(PEOPLE)),
    text=st.sampled_from(["", "x"]),
    reason=st.sampled_from([None, "other_unit", "unknown_unit", "?"]),
    unit=st.sampled_from([None, OTHER_UNIT]),
    rating=st.sampled_from([None, "satisfied", "great"]),
    rated=st.booleans(),
)
def test_whatever_is_asked_the_answer_is_a_state_or_a_domain_error(
    state: str,
    action: Action,
    letter: str,
    text: str,
    reason: str | None,
    unit: uuid.UUID | None,
    rating: str | None,
    rated: bool,
) -> None:
    asked = Request(action, text=text, reason=reason, unit_id=unit, rating=rating)
    try:
        _, to = decide(facts(state, rated=rated), PEOPLE[letter], asked, NOW)
    except DomainError:
        return
    assert (state, action.value, letter) in ALLOWED
    assert to in set(State)
