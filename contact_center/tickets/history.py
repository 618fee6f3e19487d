"""The append-only history of a ticket, and the screens that look at it."""

import uuid
from typing import Any

from contact_center.actors import Actor
from contact_center.db import Transaction, new_id
from contact_center.tickets.models import Ticket, TicketEvent
from contact_center.tickets.workflow import Action, Facts, State


def facts_of(ticket: Ticket) -> Facts:
    return Facts(
        state=State(ticket.state),
        citizen_id=ticket.citizen_id,
        unit_id=ticket.unit_id,
        returned_by=frozenset(ticket.returned_by),
        rated=ticket.rating is not None,
        sealed=ticket.sealed,
        answered_at=ticket.resolved_at or ticket.closed_at,
    )


def line(
    tx: Transaction,
    ticket: Ticket,
    actor: Actor,
    action: Action,
    *,
    from_state: str | None,
    public: bool,
    text: str = "",
    reason: str | None = None,
    unit_id: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """What happened, as a line not yet written down; the ticket already shows where it led."""
    ticket.last_event_seq += 1
    return TicketEvent(
        id=new_id(),
        ticket_id=ticket.id,
        seq=ticket.last_event_seq,
        action=action.value,
        from_state=from_state,
        to_state=ticket.state,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_role=actor.role.value if actor.role else None,
        channel=actor.channel,
        unit_id=unit_id or ticket.unit_id,
        text=text,
        reason=reason,
        data=data or {},
        public=public,
        at=tx.now,
    )


def append(tx: Transaction, ticket: Ticket, actor: Actor, action: Action, **rest: Any) -> TicketEvent:
    """Write down what happened (see ``line``)."""
    event = line(tx, ticket, actor, action, **rest)
    tx.session.add(event)
    return event


def ring(tx: Transaction, ticket: Ticket, action: Action, *, left_unit: uuid.UUID | None = None) -> None:
    """Tell the desk's list, the unit that has it, the unit that had it, and whoever looks at the ticket itself."""
    scopes = ["dispatch", f"ticket:{ticket.id}"]
    scopes += [f"unit:{unit_id}" for unit_id in {ticket.unit_id, left_unit} if unit_id is not None]
    for scope in scopes:
        tx.ring(scope, "ticket", ticket_id=ticket.id, action=action.value, state=ticket.state, version=ticket.version)
