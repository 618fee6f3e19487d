"""Lists of tickets: the dispatcher's, the unit's, anybody's; a fixed number of queries, however many tickets."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.errors import InvalidInput, NotAllowed
from contact_center.routing import service as routing
from contact_center.routing.service import Suggestion
from contact_center.tickets import repository, views
from contact_center.tickets.codes import normalise
from contact_center.tickets.models import Ticket
from contact_center.tickets.views import EventView, StaffTicket
from contact_center.tickets.workflow import OPEN_STATES, Action, State

DISPATCH_STATES = (State.NEW, State.RETURNED)
UNIT_OPEN_STATES = (State.ROUTED, State.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class DispatchItem:
    """A ticket waiting for the dispatcher. ``suggestions`` are the machine's three best with unit and reason;
    ``returned`` is the unit's word when it was sent back, with ``data["suggested_unit_id"]``."""

    ticket: StaffTicket
    suggestions: list[Suggestion]
    returned: EventView | None


async def dispatch_list(
    tx: Transaction, actor: Actor, *, states: Sequence[State] = DISPATCH_STATES, limit: int = 100
) -> list[DispatchItem]:
    """Tickets in these states, due first; a fixed number of queries, however many tickets. Raises ``NotAllowed``."""
    if not actor.has_role(Role.DISPATCHER, Role.SUPERVISOR, Role.OPERATOR):
        raise NotAllowed(action="dispatch")
    tickets = await repository.list_in_states(tx, actor, states, limit=limit)
    shown = await views.staff_tickets(tx, actor, tickets)
    guesses = await _suggestions(tx, tickets)
    returned = await repository.last_events(tx, [ticket.id for ticket in tickets], Action.RETURN.value)
    words = {
        view.ticket_id: view for view in await views.event_views(tx, list(returned.values()), views.Reader.HOTLINE)
    }
    return [
        DispatchItem(view, guesses[view.id], words.get(view.id) if view.state == State.RETURNED.value else None)
        for view in shown
    ]


async def suggestions(tx: Transaction, ticket: Ticket) -> list[Suggestion]:
    """The machine's three best categories for one ticket, each with the unit it leads to and why."""
    return (await _suggestions(tx, [ticket]))[ticket.id]


async def _suggestions(tx: Transaction, tickets: Sequence[Ticket]) -> dict[uuid.UUID, list[Suggestion]]:
    wanted = [
        routing.Wanted(ticket.id, ticket.commune_code, ticket.description, frozenset(ticket.returned_by))
        for ticket in tickets
    ]
    return dict(await routing.suggest(tx, wanted))


async def unit_list(
    tx: Transaction, actor: Actor, *, states: Sequence[State] = UNIT_OPEN_STATES, limit: int = 100
) -> list[StaffTicket]:
    """The officer's inbox: their unit's tickets, late first."""
    if not actor.has_role(Role.OFFICER):
        raise NotAllowed(action="unit_inbox")
    return await views.staff_tickets(tx, actor, await repository.list_in_states(tx, actor, states, limit=limit))


async def search(
    tx: Transaction,
    actor: Actor,
    *,
    states: Sequence[State] = tuple(OPEN_STATES),
    unit_id: uuid.UUID | None = None,
    code: str | None = None,
    overdue: bool = False,
    limit: int = 100,
) -> list[StaffTicket]:
    """Whatever the actor may read, narrowed."""
    if code is not None and normalise(code) is None:
        raise InvalidInput(code="wrong_code")
    tickets = await repository.list_in_states(
        tx,
        actor,
        tuple(State) if code else states,
        unit_id=unit_id,
        code=normalise(code) if code else None,
        overdue_before=tx.now if overdue else None,
        limit=limit,
    )
    return await views.staff_tickets(tx, actor, tickets)


async def counts(tx: Transaction, actor: Actor) -> dict[str, int]:
    """How many tickets the actor can read, by state."""
    return await repository.count_by_state(tx, actor)
