"""The way of a version as data: which step leads from where to where, and for whom.

Whoever writes never approves their own words, and the unit that answers for an article has the word on it: a version
written elsewhere is approved there; what the unit wrote itself, a colleague or the hotline's supervisor reads.
Pure: no I/O, no clock.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from contact_center.actors import Actor, Role
from contact_center.errors import Conflict, NotAllowed


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"  # approved, waits for its hour
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class Step(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    DISCARD = "discard"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    EDITOR = "editor"
    REVIEWER = "reviewer"
    SYSTEM = "system"


UNDER_WAY = frozenset({State.DRAFT, State.IN_REVIEW, State.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Edge:
    step: Step
    from_states: frozenset[State]
    to: State
    parties: frozenset[Party]
    needs_words: bool = False


def _edge(step: Step, from_states: set[State], to: State, *parties: Party, needs_words: bool = False) -> Edge:
    return Edge(step, frozenset(from_states), to, frozenset(parties), needs_words)


EDGES: tuple[Edge, ...] = (
    _edge(Step.SAVE, {State.DRAFT}, State.DRAFT, Party.EDITOR),
    _edge(Step.SUBMIT, {State.DRAFT}, State.IN_REVIEW, Party.EDITOR),
    _edge(
        Step.SEND_BACK,
        {State.IN_REVIEW, State.SCHEDULED},
        State.DRAFT,
        Party.EDITOR,
        Party.REVIEWER,
        needs_words=True,
    ),
    _edge(Step.APPROVE, {State.IN_REVIEW}, State.SCHEDULED, Party.REVIEWER),
    _edge(Step.PUBLISH, {State.SCHEDULED}, State.PUBLISHED, Party.SYSTEM),
    _edge(Step.SUPERSEDE, {State.PUBLISHED}, State.SUPERSEDED, Party.SYSTEM),
    _edge(Step.DISCARD, {*UNDER_WAY}, State.DISCARDED, Party.EDITOR, needs_words=True),
    _edge(Step.EXPIRE, {State.PUBLISHED}, State.EXPIRED, Party.SYSTEM),
    # A wrong answer must be gone at once, so every editor of the article may take it back.
    _edge(Step.WITHDRAW, {State.PUBLISHED}, State.WITHDRAWN, Party.EDITOR, needs_words=True),
)
BY_STEP = {edge.step: edge for edge in EDGES}
EVERY_ARTICLE = (Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Roles that edit the articles of every unit; officers edit those of their own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may do what with a version."""

    owner_unit_id: uuid.UUID | None
    author_id: uuid.UUID | None = None
    author_unit_id: uuid.UUID | None = None


def parties_of(actor: Actor, standing: Standing) -> frozenset[Party]:
    """In which parts somebody may act on a version."""
    if actor.kind == "system":
        return frozenset({Party.SYSTEM})
    parties = {Party.EDITOR} if may_edit(actor, standing.owner_unit_id) else set()
    if may_review(actor, standing):
        parties.add(Party.REVIEWER)
    return frozenset(parties)


def may_edit(actor: Actor, owner_unit_id: uuid.UUID | None) -> bool:
    if actor.has_role(*EVERY_ARTICLE):
        return True
    return actor.has_role(Role.OFFICER) and owner_unit_id is not None and actor.unit_id == owner_unit_id


def may_review(actor: Actor, standing: Standing) -> bool:
    if actor.id is None or actor.id == standing.author_id:
        return False
    if actor.has_role(Role.OFFICER):
        return standing.owner_unit_id is not None and actor.unit_id == standing.owner_unit_id
    owner_has_spoken = standing.owner_unit_id is None or standing.author_unit_id == standing.owner_unit_id
    return actor.has_role(*EVERY_ARTICLE) and owner_has_spoken


def allowed_steps(state: State, parties: frozenset[Party]) -> list[Step]:
    """What somebody in these parts may do with a version now, in the order of the table."""
    return [edge.step for edge in EDGES if state in edge.from_states and edge.parties & parties]


def take(step: Step, state: State, parties: frozenset[Party]) -> Edge:
    """The edge to follow. Raises ``NotAllowed`` for others, ``Conflict`` where the version is elsewhere by now."""
    edge = BY_STEP[step]
    if not edge.parties & parties:
        raise NotAllowed(action=step.value, reason="knowledge")
    if state not in edge.from_states:
        raise Conflict(what="article", reason="article_moved", state=state.value)
    return edge
