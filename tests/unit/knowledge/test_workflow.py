"""Who may take which step of a review, as a table."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.actors import SYSTEM, Actor, Role
from contact_center.errors import Conflict, NotAllowed
from contact_center.knowledge.workflow import (
    BY_STEP,
    EDGES,
    Party,
    Standing,
    State,
    Step,
    allowed_steps,
    may_edit,
    may_review,
    parties_of,
    take,
)

OURS, THEIRS = uuid.uuid4(), uuid.uuid4()


def member(role: Role, unit: uuid.UUID | None = None) -> Actor:
    return Actor(kind="staff", id=uuid.uuid4(), role=role, unit_id=unit)


@given(st.sampled_from(list(Role)), st.sampled_from([None, OURS, THEIRS]), st.sampled_from([None, OURS, THEIRS]))
def test_nobody_ever_approves_their_own_words(role: Role, owner: uuid.UUID | None, unit: uuid.UUID | None) -> None:
    actor = member(role, unit)
    assert not may_review(actor, Standing(owner, author_id=actor.id, author_unit_id=unit))


@pytest.mark.parametrize(
    ("role", "unit", "owner", "edits"),
    [
        (Role.OFFICER, OURS, OURS, True),
        (Role.OFFICER, OURS, THEIRS, False),
        (Role.OFFICER, OURS, None, False),
        (Role.SUPERVISOR, None, THEIRS, True),
        (Role.ADMINISTRATOR, None, None, True),
        (Role.OPERATOR, None, None, False),
        (Role.DISPATCHER, None, OURS, False),
    ],
)
def test_officers_edit_for_their_unit_and_the_hotline_for_all(
    role: Role, unit: uuid.UUID | None, owner: uuid.UUID | None, edits: bool
) -> None:
    assert may_edit(member(role, unit), owner) is edits


@pytest.mark.parametrize(
    ("role", "unit", "author_unit", "reviews"),
    [
        (Role.OFFICER, OURS, None, True),
        (Role.OFFICER, OURS, OURS, True),
        (Role.OFFICER, THEIRS, None, False),
        (Role.SUPERVISOR, None, OURS, True),
        (Role.SUPERVISOR, None, None, False),
        (Role.OPERATOR, None, OURS, False),
    ],
)
def test_the_owner_unit_has_the_word(
    role: Role, unit: uuid.UUID | None, author_unit: uuid.UUID | None, reviews: bool
) -> None:
    standing = Standing(OURS, author_id=uuid.uuid4(), author_unit_id=author_unit)
    assert may_review(member(role, unit), standing) is reviews


def test_each_step_has_one_edge() -> None:
    assert len(BY_STEP) == len(EDGES) == len(Step)


@given(st.sampled_from(list(Step)), st.sampled_from(list(State)), st.frozensets(st.sampled_from(list(Party))))
def test_a_step_is_allowed_exactly_where_it_can_be_taken(step: Step, state: State, parties: frozenset[Party]) -> None:
    allowed = step in allowed_steps(state, parties)
    try:
        edge = take(step, state, parties)
    except (NotAllowed, Conflict):
        assert not allowed
    else:
        assert allowed
        assert edge.to in State


def test_the_clock_is_a_party_of_its_own() -> None:
    assert parties_of(SYSTEM, Standing(OURS)) == {Party.SYSTEM}
    assert allowed_steps(State.SCHEDULED, frozenset({Party.SYSTEM})) == [Step.PUBLISH]
