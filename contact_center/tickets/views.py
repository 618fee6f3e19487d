"""What each reader sees of a ticket: everything is masked here, once, so that no page or API can forget to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from contact_center.actors import Actor, Role, citizen
from contact_center.db import Transaction
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import CategoryView, Taxonomy
from contact_center.tickets import repository, workflow
from contact_center.tickets.history import facts_of
from contact_center.tickets.models import Ticket, TicketEvent
from contact_center.tickets.words import masked_name, masked_phone, without_numbers
from contact_center.tickets.workflow import OPEN_STATES, Action, State
from contact_center.units import service as units


class Reader(Enum):
    """Who reads a history: each sees less than the one before."""

    HOTLINE = "hotline"
    UNIT = "unit"
    CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of the history. ``unit_name`` is the unit it concerned; ``data`` is empty for citizens."""

    id: uuid.UUID
    ticket_id: uuid.UUID
    seq: int
    action: str
    from_state: str | None
    to_state: str
    actor_kind: str
    actor_id: uuid.UUID | None
    actor_role: str | None
    unit_id: uuid.UUID | None
    unit_name: str
    text: str
    reason: str | None
    data: dict[str, Any]
    public: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffTicket:
    """A ticket as staff read it. ``contact_*`` are masked, and None for officers: the handling unit does not learn who
    reported. ``actions`` are allowed now."""

    id: uuid.UUID
    code: str
    version: int
    state: str
    case_type: str
    category_code: str
    category_name: str
    field_code: str
    urgency: str
    unit_id: uuid.UUID | None
    unit_code: str | None
    unit_name: str
    description: str
    place_text: str
    commune_code: str | None
    commune_name: str
    place_candidates: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    occurred_text: str
    channel: str
    conversation_id: uuid.UUID | None
    contact_name: str | None
    contact_phone: str | None
    has_phone: bool
    anonymous: bool
    publish_consent: bool
    sealed: bool
    original_due_at: datetime | None
    due_at: datetime | None
    overdue: bool
    resolution: str | None
    rating: str | None
    reopened_count: int
    returned_count: int
    created_at: datetime
    routed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PublicTicket:
    """A ticket as its citizen reads it. ``actions`` are what the citizen may do now."""

    id: uuid.UUID
    code: str
    link_token: str
    version: int
    state: str
    category_name: str
    unit_name: str
    description: str
    place_text: str
    commune_name: str
    original_due_at: datetime | None
    due_at: datetime | None
    overdue: bool
    resolution: str | None
    rating: str | None
    no_response: bool
    reopened_count: int
    sealed: bool
    created_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    actions: tuple[Action, ...]
    events: tuple[EventView, ...]


async def staff_tickets(tx: Transaction, actor: Actor, tickets: Sequence[Ticket]) -> list[StaffTicket]:
    """Three queries for however many tickets."""
    known = await taxonomy.snapshot(tx)
    names = await units.units_by_id(tx, {ticket.unit_id for ticket in tickets if ticket.unit_id})
    places = await units.communes_by_code(tx, {ticket.commune_code for ticket in tickets if ticket.commune_code})
    return [
        _staff_ticket(
            ticket,
            actor,
            tx.now,
            category=known.category(ticket.category_code),
            unit=names.get(ticket.unit_id) if ticket.unit_id else None,
            commune_name=places[ticket.commune_code].full_name if ticket.commune_code else "",
        )
        for ticket in tickets
    ]


def _staff_ticket(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    *,
    category: CategoryView,
    unit: units.Unit | None,
    commune_name: str,
) -> StaffTicket:
    from_unit = actor.has_role(Role.OFFICER)
    return StaffTicket(
        id=ticket.id,
        code=ticket.code,
        version=ticket.version,
        state=ticket.state,
        case_type=ticket.case_type,
        category_code=ticket.category_code,
        category_name=category.name,
        field_code=category.field_code,
        urgency=ticket.urgency,
        unit_id=ticket.unit_id,
        unit_code=unit.code if unit else None,
        unit_name=unit.name if unit else "",
        description=without_numbers(ticket.description) if from_unit else ticket.description,
        place_text=ticket.place_text,
        commune_code=ticket.commune_code,
        commune_name=commune_name,
        place_candidates=tuple(ticket.place_candidates),
        latitude=ticket.latitude,
        longitude=ticket.longitude,
        occurred_text=ticket.occurred_text,
        channel=ticket.channel,
        conversation_id=None if from_unit else ticket.conversation_id,
        contact_name=None if from_unit else masked_name(ticket.contact_name),
        contact_phone=None if from_unit else masked_phone(ticket.contact_phone),
        has_phone=not from_unit and ticket.contact_phone is not None,
        anonymous=ticket.anonymous,
        publish_consent=ticket.publish_consent,
        sealed=ticket.sealed,
        original_due_at=ticket.original_due_at,
        due_at=ticket.due_at,
        overdue=is_overdue(ticket, now),
        resolution=ticket.resolution,
        rating=ticket.rating,
        reopened_count=ticket.reopened_count,
        returned_count=ticket.returned_count,
        created_at=ticket.created_at,
        routed_at=ticket.routed_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        actions=workflow.allowed_actions(facts_of(ticket), actor, now),
    )


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Past the deadline in force: still open, or answered too late."""
    if ticket.due_at is None:
        return False
    ended = ticket.resolved_at or ticket.closed_at
    return (ended or now) > ticket.due_at


async def public_ticket(tx: Transaction, ticket: Ticket) -> PublicTicket:
    known: Taxonomy = await taxonomy.snapshot(tx)
    unit = await units.unit(tx, ticket.unit_id) if ticket.unit_id else None
    commune = await units.commune(tx, ticket.commune_code) if ticket.commune_code else None
    history = await repository.list_events(tx, ticket.id, public_only=True)
    reader = citizen(ticket.citizen_id, ticket.channel)
    return PublicTicket(
        id=ticket.id,
        code=ticket.code,
        link_token=ticket.link_token,
        version=ticket.version,
        state=ticket.state,
        category_name="" if ticket.sealed else known.category(ticket.category_code).name,
        unit_name=unit.name if unit else "",
        description=without_numbers(ticket.description),
        place_text=ticket.place_text,
        commune_name=commune.full_name if commune else "",
        original_due_at=ticket.original_due_at,
        due_at=ticket.due_at,
        overdue=State(ticket.state) in OPEN_STATES and is_overdue(ticket, tx.now),
        resolution=ticket.resolution,
        rating=ticket.rating,
        no_response=ticket.state == State.CLOSED.value and ticket.rating is None,
        reopened_count=ticket.reopened_count,
        sealed=ticket.sealed,
        created_at=ticket.created_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        actions=workflow.allowed_actions(facts_of(ticket), reader, tx.now),
        events=tuple(await event_views(tx, history, Reader.CITIZEN)),
    )


def reader_of(actor: Actor | None, *, public_only: bool) -> Reader:
    """Fails closed: whoever is not known to be staff reads as a citizen."""
    if public_only or actor is None or actor.kind == "citizen":
        return Reader.CITIZEN
    return Reader.UNIT if actor.has_role(Role.OFFICER) else Reader.HOTLINE


async def event_views(tx: Transaction, rows: Sequence[TicketEvent], reader: Reader) -> list[EventView]:
    names = await units.units_by_id(tx, {row.unit_id for row in rows if row.unit_id})
    return [_event_view(row, names.get(row.unit_id) if row.unit_id else None, reader) for row in rows]


def _event_view(row: TicketEvent, unit: units.Unit | None, reader: Reader) -> EventView:
    """For the unit: nothing that tells who reported. For the citizen: also no names of staff, no inner reasons."""
    inside = reader is not Reader.CITIZEN
    named = reader is Reader.HOTLINE or (reader is Reader.UNIT and row.actor_kind == "staff")
    return EventView(
        id=row.id,
        ticket_id=row.ticket_id,
        seq=row.seq,
        action=row.action,
        from_state=row.from_state,
        to_state=row.to_state,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id if named else None,
        actor_role=row.actor_role if inside else None,
        unit_id=row.unit_id,
        unit_name=unit.name if unit else "",
        text=_words_for(row, reader),
        reason=row.reason if inside else None,
        data=row.data if inside else {key: row.data[key] for key in ("rating",) if key in row.data},
        public=row.public,
        at=row.at,
    )


def _words_for(row: TicketEvent, reader: Reader) -> str:
    if reader is Reader.HOTLINE:
        return row.text
    if reader is Reader.CITIZEN and not workflow.shows_words(row.action):
        return ""
    return row.text if row.actor_role == Role.OFFICER.value else without_numbers(row.text)
