"""A ticket's workflow as data: which action leads from where to where, for whom, and what it needs.

Names follow practice (domain report 1.4); the duty to give a reason when refusing, and the citizen's last word
(rating, reopening within 30 days), follow the published rules of the 1022 centres of TP.HCM and Hà Nội.
Pure: no I/O, no clock.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contact_center.actors import Actor, Role
from contact_center.errors import Conflict, InvalidInput, NotAllowed
from contact_center.tickets.deadlines import REOPEN_WITHIN


class State(StrEnum):
    NEW = "new"  # Chờ tiếp nhận: the dispatcher has it
    ROUTED = "routed"  # Đã chuyển xử lý: the unit has not taken it yet
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"  # the unit says it is not theirs: the dispatcher has it
    RESOLVED = "resolved"  # Đã xử lý, chờ đánh giá
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"  # to an emergency number or a channel of its own (complaint, denunciation)


class Action(StrEnum):
    OPEN = "open"
    ROUTE = "route"
    REROUTE = "reroute"
    ACCEPT = "accept"
    RETURN = "return"
    RESOLVE = "resolve"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    WITHDRAW = "withdraw"
    RATE = "rate"
    REOPEN = "reopen"
    CLOSE = "close"
    ADD_INFORMATION = "add_information"
    NOTE = "note"
    CORRECT_CATEGORY = "correct_category"
    CORRECT_PLACE = "correct_place"
    MARK_OVERDUE = "mark_overdue"


class Rating(StrEnum):
    """The three answers are kept apart; silence is a fourth thing, never one of these."""

    SATISFIED = "satisfied"
    ACCEPTED = "accepted"
    UNSATISFIED = "unsatisfied"


class Shown(StrEnum):
    """What the citizen sees of a step."""

    NOTHING = "nothing"
    STEP = "step"
    WORDS = "words"


class Party(StrEnum):
    """Who may act. ``CITIZEN`` is the citizen of this ticket, directly or through the bot that relays their words;
    ``OFFICER`` is an officer of the responsible unit."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Guard(StrEnum):
    """A condition on the ticket beyond its state."""

    RETURNS_ONCE = "returns_once"  # a unit returns a ticket once; then only a dispatcher moves it
    NOT_RATED = "not_rated"
    WITHIN_REOPENING = "within_reopening"


DESK = frozenset({Party.DISPATCHER, Party.SUPERVISOR})
STAFF_OF_HOTLINE = DESK | {Party.OPERATOR}
OFFICER = frozenset({Party.OFFICER})
CITIZEN = frozenset({Party.CITIZEN})
SYSTEM = frozenset({Party.SYSTEM})
OPEN_STATES = frozenset({State.NEW, State.ROUTED, State.IN_PROGRESS, State.RETURNED})
# States in which officers see the ticket their unit holds: its work, and how it ended.
UNIT_STATES = frozenset({State.ROUTED, State.IN_PROGRESS, State.RESOLVED, State.CLOSED, State.WITHDRAWN})
# Fields of ``Request`` an edge may need.
TEXT, REASON, UNIT, RATING, CATEGORY, COMMUNE = "text", "reason", "unit_id", "rating", "category_code", "commune_code"
# Reason of a return whose right unit the officer does not know.
UNKNOWN_UNIT = "unknown_unit"


@dataclass(frozen=True, slots=True)
class Edge:
    """``to`` None stays where it is. ``to_without_unit`` is where it leads when nobody is responsible yet."""

    action: Action
    from_states: frozenset[State]
    to: State | None
    parties: frozenset[Party]
    needs: frozenset[str] = frozenset()
    guard: Guard | None = None
    shown: Shown = Shown.STEP
    to_without_unit: State | None = None


def _edge(
    action: Action,
    from_states: Iterable[State],
    to: State | None,
    parties: Iterable[Party],
    *,
    needs: Iterable[str] = (),
    guard: Guard | None = None,
    shown: Shown = Shown.STEP,
    to_without_unit: State | None = None,
) -> Edge:
    return Edge(
        action=action,
        from_states=frozenset(from_states),
        to=to,
        parties=frozenset(parties),
        needs=frozenset(needs),
        guard=guard,
        shown=shown,
        to_without_unit=to_without_unit,
    )


S = State
EDGES: tuple[Edge, ...] = (
    _edge(Action.ROUTE, {S.NEW, S.RETURNED}, S.ROUTED, DESK | SYSTEM, needs={UNIT}),
    _edge(Action.REROUTE, {S.ROUTED, S.IN_PROGRESS}, S.ROUTED, DESK, needs={UNIT}),
    # A place told later may speak for another unit, as long as nobody has taken the ticket up.
    _edge(Action.REROUTE, {S.ROUTED}, S.ROUTED, SYSTEM, needs={UNIT}),
    _edge(Action.ACCEPT, {S.ROUTED}, S.IN_PROGRESS, OFFICER),
    _edge(
        Action.RETURN,
        {S.ROUTED, S.IN_PROGRESS},
        S.RETURNED,
        OFFICER,
        needs={TEXT, REASON},
        guard=Guard.RETURNS_ONCE,
        shown=Shown.NOTHING,
    ),
    _edge(Action.RESOLVE, {S.IN_PROGRESS}, S.RESOLVED, OFFICER, needs={TEXT}, shown=Shown.WORDS),
    # A question the desk answers itself never reaches a unit.
    _edge(Action.RESOLVE, {S.NEW}, S.RESOLVED, DESK, needs={TEXT}, shown=Shown.WORDS),
    _edge(Action.REFUSE, {S.NEW, S.RETURNED}, S.REFUSED, DESK, needs={TEXT}, shown=Shown.WORDS),
    _edge(Action.REDIRECT, OPEN_STATES, S.REDIRECTED, DESK, needs={TEXT}, shown=Shown.WORDS),
    _edge(Action.WITHDRAW, OPEN_STATES, S.WITHDRAWN, CITIZEN | {Party.OPERATOR}),
    _edge(Action.RATE, {S.RESOLVED}, S.CLOSED, CITIZEN, needs={RATING}, guard=Guard.NOT_RATED, shown=Shown.WORDS),
    # Somebody who answers after the silence closed it is still heard.
    _edge(Action.RATE, {S.CLOSED}, None, CITIZEN, needs={RATING}, guard=Guard.NOT_RATED, shown=Shown.WORDS),
    _edge(
        Action.REOPEN,
        {S.RESOLVED, S.CLOSED},
        S.ROUTED,
        CITIZEN | STAFF_OF_HOTLINE,
        needs={TEXT},
        guard=Guard.WITHIN_REOPENING,
        shown=Shown.WORDS,
        to_without_unit=S.NEW,
    ),
    _edge(
        Action.REOPEN,
        {S.REFUSED},
        S.NEW,
        CITIZEN | STAFF_OF_HOTLINE,
        needs={TEXT},
        guard=Guard.WITHIN_REOPENING,
        shown=Shown.WORDS,
    ),
    _edge(Action.CLOSE, {S.RESOLVED}, S.CLOSED, SYSTEM),
    _edge(Action.ADD_INFORMATION, OPEN_STATES, None, CITIZEN | STAFF_OF_HOTLINE, needs={TEXT}, shown=Shown.WORDS),
    _edge(Action.NOTE, OPEN_STATES, None, STAFF_OF_HOTLINE, needs={TEXT}, shown=Shown.NOTHING),
    _edge(Action.NOTE, {S.ROUTED, S.IN_PROGRESS}, None, OFFICER, needs={TEXT}, shown=Shown.NOTHING),
    _edge(
        Action.CORRECT_CATEGORY,
        OPEN_STATES,
        None,
        STAFF_OF_HOTLINE,
        needs={CATEGORY},
        shown=Shown.NOTHING,
    ),
    _edge(Action.CORRECT_PLACE, OPEN_STATES, None, STAFF_OF_HOTLINE, needs={COMMUNE}, shown=Shown.NOTHING),
    _edge(Action.MARK_OVERDUE, OPEN_STATES, None, SYSTEM, shown=Shown.NOTHING),
)

_BY_ACTION: dict[tuple[State, Action], tuple[Edge, ...]] = {
    (state, action): tuple(edge for edge in EDGES if edge.action is action and state in edge.from_states)
    for state in State
    for action in Action
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need to know of a ticket."""

    state: State
    citizen_id: uuid.UUID | None = None
    unit_id: uuid.UUID | None = None
    returned_by: frozenset[str] = frozenset()
    rated: bool = False
    sealed: bool = False
    # When it was resolved or refused: the reopening window starts here.
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for."""

    action: Action
    text: str = ""
    reason: str | None = None
    unit_id: uuid.UUID | None = None
    rating: str | None = None
    category_code: str | None = None
    commune_code: str | None = None


class TransitionNotAllowed(Conflict):
    """The action does not exist in this state; ``details["allowed"]`` lists those that do for this actor."""

    code = "transition_not_allowed"


def party_of(actor: Actor, facts: Facts) -> Party | None:
    """In which capacity the actor meets this ticket; None = a stranger to it."""
    if actor.kind == "system":
        return Party.SYSTEM
    if actor.kind == "bot":
        return Party.CITIZEN
    if actor.kind == "citizen":
        return Party.CITIZEN if actor.id == facts.citizen_id else None
    if actor.role is Role.OFFICER:
        ours = actor.unit_id is not None and actor.unit_id == facts.unit_id
        return Party.OFFICER if ours else None
    return Party(actor.role.value) if actor.role else None


def allowed_actions(facts: Facts, actor: Actor, now: datetime) -> tuple[Action, ...]:
    """What the actor may do now, in the order of the table."""
    party = party_of(actor, facts)
    if party is None or facts.sealed:
        return ()
    found = [
        edge.action
        for edge in EDGES
        if facts.state in edge.from_states and party in edge.parties and _holds(edge.guard, facts, now)
    ]
    return tuple(dict.fromkeys(found))


def decide(facts: Facts, actor: Actor, request: Request, now: datetime) -> tuple[Edge, State]:
    """The edge taken and the state it leads to.

    Raises ``TransitionNotAllowed`` (not in this state, or no longer), ``NotAllowed`` (not for this actor) and
    ``InvalidInput`` by field (something the edge needs is missing).
    """
    party = party_of(actor, facts)
    if party is None or facts.sealed:
        raise NotAllowed(action=request.action.value)
    edges = _BY_ACTION[facts.state, request.action]
    if not edges:
        allowed = [action.value for action in allowed_actions(facts, actor, now)]
        raise TransitionNotAllowed(action=request.action.value, state=facts.state.value, allowed=allowed)
    edge = next((edge for edge in edges if party in edge.parties), None)
    if edge is None:
        raise NotAllowed(action=request.action.value)
    if not _holds(edge.guard, facts, now):
        raise TransitionNotAllowed(action=request.action.value, state=facts.state.value, reason=str(edge.guard))
    _check_needs(edge, request)
    return edge, _target(edge, facts)


def shows_words(action: str) -> bool:
    """Whether the words of this step are meant for the citizen."""
    return any(edge.action == action and edge.shown is Shown.WORDS for edge in EDGES)


def _target(edge: Edge, facts: Facts) -> State:
    if facts.unit_id is None and edge.to_without_unit is not None:
        return edge.to_without_unit
    return edge.to or facts.state


def _holds(guard: Guard | None, facts: Facts, now: datetime) -> bool:
    match guard:
        case None:
            return True
        case Guard.RETURNS_ONCE:
            return str(facts.unit_id) not in facts.returned_by
        case Guard.NOT_RATED:
            return not facts.rated
        case Guard.WITHIN_REOPENING:
            return facts.answered_at is not None and now <= facts.answered_at + REOPEN_WITHIN


def _check_needs(edge: Edge, request: Request) -> None:
    missing = {name: "required" for name in sorted(edge.needs) if not _given(request, name)}
    if edge.action is Action.RETURN and request.reason == "other_unit" and request.unit_id is None:
        missing[UNIT] = "required"
    if missing:
        raise InvalidInput(**missing)
    if edge.action is Action.RETURN and request.reason not in {"other_unit", UNKNOWN_UNIT}:
        raise InvalidInput(reason="unknown")
    if RATING in edge.needs and request.rating not in set(Rating):
        raise InvalidInput(rating="unknown")


def _given(request: Request, name: str) -> bool:
    value = getattr(request, name)
    return bool(value.strip()) if isinstance(value, str) else value is not None
