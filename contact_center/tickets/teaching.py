"""Tickets as those see them who learn from corrections: nothing sealed, nothing withdrawn."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from contact_center.db import Transaction
from contact_center.tickets import repository
from contact_center.tickets.models import Ticket
from contact_center.tickets.workflow import Action, State


async def teachable(tx: Transaction, ticket_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Ticket]:
    """Those of these tickets that may be learned from, in one query."""
    if not ticket_ids:
        return {}
    rows = await tx.session.scalars(
        select(Ticket).where(
            Ticket.id.in_(ticket_ids),
            ~Ticket.sealed,
            Ticket.case_type != "to_cao",
            Ticket.state.not_in([State.WITHDRAWN.value]),
        )
    )
    return {ticket.id: ticket for ticket in rows}


async def words_of_returns(tx: Transaction, ticket_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What each unit wrote that sent its ticket back last."""
    events = await repository.last_events(tx, ticket_ids, Action.RETURN.value)
    return {ticket_id: event.text for ticket_id, event in events.items()}
