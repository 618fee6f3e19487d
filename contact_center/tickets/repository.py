"""Every query on tickets and their history."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, false, func, select, text, true, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.tickets.models import Ticket, TicketConversation, TicketEvent
from contact_center.tickets.workflow import OPEN_STATES, UNIT_STATES, State


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The hotline's own people read every ticket (a sealed one is an empty stub); officers what their unit holds, never
    a sealed one; a citizen their own; administrators none."""
    if actor.kind in {"bot", "system"} or actor.has_role(Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR):
        return true()
    if actor.has_role(Role.OFFICER) and actor.unit_id is not None:
        return and_(Ticket.unit_id == actor.unit_id, ~Ticket.sealed, Ticket.state.in_(_values(UNIT_STATES)))
    if actor.kind == "citizen" and actor.id is not None:
        return Ticket.citizen_id == actor.id
    return false()


def _values(states: Iterable[State]) -> list[str]:
    return sorted(state.value for state in states)


async def get_readable(tx: Transaction, actor: Actor, ticket_id: uuid.UUID) -> Ticket:
    """Missing and forbidden look alike."""
    found = await tx.session.scalar(select(Ticket).where(Ticket.id == ticket_id, readable_by(actor)))
    if found is None:
        raise NotFound(what="ticket")
    return found


async def lock(tx: Transaction, actor: Actor, ticket_id: uuid.UUID) -> Ticket:
    """The ticket as it is now, held until the transaction ends. A citizen's right to it is the workflow's question."""
    readable = true() if actor.kind == "citizen" else readable_by(actor)
    found = await tx.session.scalar(
        select(Ticket)
        .where(Ticket.id == ticket_id, readable)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(what="ticket")
    return found


async def is_readable(tx: Transaction, actor: Actor, ticket_id: uuid.UUID) -> bool:
    found = await tx.session.scalar(select(Ticket.id).where(Ticket.id == ticket_id, readable_by(actor)))
    return found is not None


async def is_sealed(tx: Transaction, ticket_id: uuid.UUID) -> bool:
    """A ticket that does not exist counts as sealed: there is nothing to see."""
    return await tx.session.scalar(select(Ticket.sealed).where(Ticket.id == ticket_id)) is not False


async def find_link_token(tx: Transaction, ticket_id: uuid.UUID) -> str | None:
    return await tx.session.scalar(select(Ticket.link_token).where(Ticket.id == ticket_id))


async def find_by_code(tx: Transaction, code: str) -> Ticket | None:
    return await tx.session.scalar(select(Ticket).where(Ticket.code == code))


async def find_by_link(tx: Transaction, token: str) -> Ticket | None:
    return await tx.session.scalar(select(Ticket).where(Ticket.link_token == token))


async def find_by_idempotency_key(tx: Transaction, key: str) -> Ticket | None:
    """Waits for another transaction that is opening a ticket with the same key, then sees its ticket."""
    await tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 1022))"), {"key": key})
    return await tx.session.scalar(select(Ticket).where(Ticket.idempotency_key == key))


async def codes_taken(tx: Transaction, codes: Sequence[str]) -> set[str]:
    return set(await tx.session.scalars(select(Ticket.code).where(Ticket.code.in_(codes))))


async def list_by_phone(tx: Transaction, phone: str, *, limit: int) -> Sequence[Ticket]:
    rows = await tx.session.scalars(
        select(Ticket).where(Ticket.contact_phone == phone).order_by(Ticket.created_at.desc()).limit(limit)
    )
    return rows.all()


async def list_of_citizen(tx: Transaction, citizen_id: uuid.UUID, *, limit: int) -> Sequence[Ticket]:
    rows = await tx.session.scalars(
        select(Ticket).where(Ticket.citizen_id == citizen_id).order_by(Ticket.created_at.desc()).limit(limit)
    )
    return rows.all()


async def find_awaiting_rating(tx: Transaction, citizen_id: uuid.UUID) -> Ticket | None:
    """The citizen's ticket resolved last and not rated yet."""
    return await tx.session.scalar(
        select(Ticket)
        .where(Ticket.citizen_id == citizen_id, Ticket.state == State.RESOLVED.value)
        .order_by(Ticket.resolved_at.desc())
        .limit(1)
    )


async def list_of_conversation(tx: Transaction, conversation_id: uuid.UUID) -> Sequence[Ticket]:
    rows = await tx.session.scalars(
        select(Ticket)
        .join(TicketConversation, TicketConversation.ticket_id == Ticket.id)
        .where(TicketConversation.conversation_id == conversation_id)
        .order_by(Ticket.created_at)
    )
    return rows.all()


async def list_in_states(
    tx: Transaction,
    actor: Actor,
    states: Iterable[State],
    *,
    unit_id: uuid.UUID | None = None,
    code: str | None = None,
    overdue_before: datetime | None = None,
    limit: int,
) -> Sequence[Ticket]:
    """What is due first comes first; among those without a deadline, the oldest."""
    statement = select(Ticket).where(readable_by(actor), Ticket.state.in_(_values(states)))
    if unit_id is not None:
        statement = statement.where(Ticket.unit_id == unit_id)
    if code is not None:
        statement = statement.where(Ticket.code == code)
    if overdue_before is not None:
        statement = statement.where(Ticket.due_at < overdue_before)
    statement = statement.order_by(Ticket.due_at.asc().nulls_last(), Ticket.created_at).limit(limit)
    return (await tx.session.scalars(statement)).all()


async def count_by_state(tx: Transaction, actor: Actor) -> dict[str, int]:
    rows = await tx.session.execute(
        select(Ticket.state, func.count().label("tickets")).where(readable_by(actor)).group_by(Ticket.state)
    )
    return {row.state: row.tickets for row in rows}


# --- history ------------------------------------------------------------------------------------------------------


async def list_events(
    tx: Transaction, ticket_id: uuid.UUID, *, public_only: bool, limit: int = 500
) -> Sequence[TicketEvent]:
    statement = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
    if public_only:
        statement = statement.where(TicketEvent.public)
    return (await tx.session.scalars(statement.order_by(TicketEvent.seq).limit(limit))).all()


async def last_event(tx: Transaction, ticket_id: uuid.UUID) -> TicketEvent | None:
    return await tx.session.scalar(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.seq.desc()).limit(1)
    )


async def last_events(tx: Transaction, ticket_ids: Sequence[uuid.UUID], action: str) -> dict[uuid.UUID, TicketEvent]:
    """The newest event of one kind for each ticket, in one query."""
    if not ticket_ids:
        return {}
    rows = await tx.session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id.in_(ticket_ids), TicketEvent.action == action)
        .ext(distinct_on(TicketEvent.ticket_id))
        .order_by(TicketEvent.ticket_id, TicketEvent.seq.desc())
    )
    return {event.ticket_id: event for event in rows}


async def link_conversation(tx: Transaction, ticket_id: uuid.UUID, conversation_id: uuid.UUID) -> None:
    await tx.session.execute(
        insert(TicketConversation).values(ticket_id=ticket_id, conversation_id=conversation_id).on_conflict_do_nothing()
    )


async def conversation_ids(tx: Transaction, ticket_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The talks a ticket was spoken of in."""
    rows = await tx.session.scalars(
        select(TicketConversation.conversation_id).where(TicketConversation.ticket_id == ticket_id)
    )
    return rows.all()


async def seal_history(tx: Transaction, ticket_id: uuid.UUID) -> None:
    """Take the words out of a history that must hold none (Law on Denunciations 2018): steps and times stay."""
    await tx.session.execute(
        update(TicketEvent)
        .where(TicketEvent.ticket_id == ticket_id)
        .values(text="", data={}, actor_id=None, public=False)
    )
    await tx.session.execute(delete(TicketConversation).where(TicketConversation.ticket_id == ticket_id))


# --- sweeps -------------------------------------------------------------------------------------------------------


async def claim_overdue(tx: Transaction, *, limit: int) -> Sequence[Ticket]:
    """Open tickets whose deadline has passed and was not noted yet; those somebody works on now wait for the next."""
    rows = await tx.session.scalars(
        select(Ticket)
        .where(
            Ticket.due_at < tx.now,
            Ticket.overdue_at.is_(None),
            Ticket.closed_at.is_(None),
            Ticket.resolved_at.is_(None),
            Ticket.state.in_(_values(OPEN_STATES)),
        )
        .order_by(Ticket.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


async def claim_unrated(tx: Transaction, *, resolved_before: datetime, limit: int) -> Sequence[Ticket]:
    rows = await tx.session.scalars(
        select(Ticket)
        .where(Ticket.state == State.RESOLVED.value, Ticket.resolved_at < resolved_before)
        .order_by(Ticket.resolved_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()
