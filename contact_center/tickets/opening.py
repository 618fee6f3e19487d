"""Opening a ticket: checked against the taxonomy, promised a date, routed, or sealed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contact_center.actors import SYSTEM, Actor
from contact_center.db import Transaction, new_id
from contact_center.errors import InvalidInput
from contact_center.knowledge import service as knowledge
from contact_center.media import service as media
from contact_center.routing import service as routing
from contact_center.routing.service import Routed
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import FALLBACK_CODE, CategoryView
from contact_center.tickets import history, notifications, repository
from contact_center.tickets.codes import new_code, new_link_token
from contact_center.tickets.deadlines import due_at, terms
from contact_center.tickets.models import Ticket, TicketEvent
from contact_center.tickets.words import e164, tidy
from contact_center.tickets.workflow import Action, State
from contact_center.units import service as units

LONGEST_DESCRIPTION = 10_000
LONGEST_LINE = 500
DENUNCIATION = "to_cao"
# In these talks the bot says code, unit and date in its next words: a notice beside them would say it twice.
SPEAKS_FOR_ITSELF = {"sms", "zalo", "web"}
# How many codes are drawn at once; one is free almost always.
CODES_DRAWN = 4


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What is known of a matter. ``urgency`` None takes the category's; phones may be written in any usual form.
    ``confirmed`` is False when the citizen went away before saying that it was written down right."""

    description: str
    channel: str
    case_type: str = "phan_anh"
    category_code: str = FALLBACK_CODE
    urgency: str | None = None
    place_text: str = ""
    commune_code: str | None = None
    place_candidates: Sequence[str] = ()
    latitude: float | None = None
    longitude: float | None = None
    occurred_text: str = ""
    citizen_id: uuid.UUID | None = None
    conversation_id: uuid.UUID | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    anonymous: bool = False
    publish_consent: bool = False
    media_ids: Sequence[uuid.UUID] = field(default=())
    confirmed: bool = True


async def open_ticket(tx: Transaction, actor: Actor, new: NewTicket, *, idempotency_key: str | None) -> Ticket:
    """See ``tickets.service.open_ticket``."""
    if idempotency_key is not None:
        earlier = await repository.find_by_idempotency_key(tx, idempotency_key)
        if earlier is not None:
            return earlier
    known = await taxonomy.snapshot(tx)
    category = known.by_code.get(new.category_code)
    new = _checked(new, category, known)
    if category is None:
        raise InvalidInput(category_code="unknown")
    await _check_places(tx, new)
    if is_denunciation(category, new.case_type):
        return await _open_sealed(tx, actor, new, category, idempotency_key)
    return await _open(tx, actor, new, category, idempotency_key)


def is_denunciation(category: CategoryView, case_type: str) -> bool:
    """A matter whose content the house must not keep (Law on Denunciations 2018: secrecy throughout)."""
    return category.confidential or case_type == DENUNCIATION


def _checked(new: NewTicket, category: CategoryView | None, known: taxonomy.Taxonomy) -> NewTicket:
    """The same, tidied. Raises ``InvalidInput`` by field."""
    wrong: dict[str, str] = {}
    description = tidy(new.description)
    if not description:
        wrong["description"] = "required"
    if len(description) > LONGEST_DESCRIPTION:
        wrong["description"] = "too_long"
    if category is None:
        wrong["category_code"] = "unknown"
    if new.case_type not in {item.code for item in known.case_types}:
        wrong["case_type"] = "unknown"
    urgency = new.urgency or (category.urgency if category else "")
    if category is not None and urgency not in {item.code for item in known.urgencies}:
        wrong["urgency"] = "unknown"
    if (
        (new.latitude is None) != (new.longitude is None)
        or abs(new.latitude or 0) > 90
        or abs(new.longitude or 0) > 180
    ):
        wrong["latitude"] = "not_a_place"
    if wrong:
        raise InvalidInput(**wrong)
    return replace(
        new,
        description=description,
        urgency=urgency,
        place_text=tidy(new.place_text)[:LONGEST_LINE],
        occurred_text=tidy(new.occurred_text)[:LONGEST_LINE],
        contact_name=tidy(new.contact_name or "")[:LONGEST_LINE] or None,
        contact_phone=e164(new.contact_phone),
        commune_code=new.commune_code or (new.place_candidates[0] if len(new.place_candidates) == 1 else None),
    )


async def _check_places(tx: Transaction, new: NewTicket) -> None:
    wanted = {code for code in (new.commune_code, *new.place_candidates) if code}
    if wanted - set(await units.communes_by_code(tx, wanted)):
        raise InvalidInput(commune_code="unknown")


async def _open(
    tx: Transaction, actor: Actor, new: NewTicket, category: CategoryView, idempotency_key: str | None
) -> Ticket:
    routed = await routing.responsible_unit(tx, category, new.commune_code, text=new.description)
    ticket = await _row(tx, new, category, idempotency_key)
    _fill(ticket, new)
    await promise(tx, ticket, category, unit_id=routed.unit.id if routed.unit else None)
    ticket.original_due_at = ticket.due_at
    event = await _record(tx, actor, ticket, routed, confirmed=new.confirmed)
    if new.conversation_id is not None:
        await repository.link_conversation(tx, ticket.id, new.conversation_id)
    if new.media_ids:
        await media.attach(tx, list(new.media_ids), ticket_id=ticket.id)
    if not _said_in_the_talk(actor, new):
        await _tell(tx, ticket, event)
    history.ring(tx, ticket, Action.OPEN)
    return ticket


def _fill(ticket: Ticket, new: NewTicket) -> None:
    ticket.description = new.description
    ticket.place_text = new.place_text
    ticket.commune_code = new.commune_code
    ticket.place_candidates = list(new.place_candidates)
    ticket.latitude, ticket.longitude = new.latitude, new.longitude
    ticket.occurred_text = new.occurred_text
    ticket.citizen_id = new.citizen_id
    ticket.conversation_id = new.conversation_id
    ticket.contact_name = new.contact_name
    ticket.contact_phone = new.contact_phone
    ticket.publish_consent = new.publish_consent


def _said_in_the_talk(actor: Actor, new: NewTicket) -> bool:
    return actor.kind in {"bot", "citizen"} and new.channel in SPEAKS_FOR_ITSELF


async def _tell(tx: Transaction, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.unit_id is None:
        await notifications.tell_opened(tx, ticket, event)
    else:
        await notifications.tell_routed(tx, ticket, event, again=False)


async def _row(tx: Transaction, new: NewTicket, category: CategoryView, idempotency_key: str | None) -> Ticket:
    """A ticket without content, not yet written down; the sealed kind stays like this."""
    return Ticket(
        id=new_id(),
        code=await _free_code(tx),
        link_token=new_link_token(),
        state=State.NEW.value,
        case_type=new.case_type,
        category_code=category.code,
        urgency=new.urgency or category.urgency,
        description="",
        place_text="",
        place_candidates=[],
        occurred_text="",
        channel=new.channel,
        anonymous=new.anonymous,
        publish_consent=False,
        sealed=False,
        reopened_count=0,
        returned_count=0,
        returned_by=[],
        version=1,
        last_event_seq=0,
        created_at=tx.now,
        idempotency_key=idempotency_key,
    )


async def _free_code(tx: Transaction) -> str:
    while True:
        drawn = [new_code() for _ in range(CODES_DRAWN)]
        taken = await repository.codes_taken(tx, drawn)
        free = [code for code in drawn if code not in taken]
        if free:
            return free[0]


async def _record(tx: Transaction, actor: Actor, ticket: Ticket, routed: Routed, *, confirmed: bool) -> TicketEvent:
    """Write the ticket down with the first lines of its history: opened, and routed by the rules when they know to
    whom. Returns the last line."""
    about: dict[str, Any] = {"category": ticket.category_code, "due_at": _iso(ticket), "routing": routed.reason.value}
    if not confirmed:
        about["confirmed"] = False
    lines = [history.line(tx, ticket, actor, Action.OPEN, from_state=None, public=True, data=about)]
    if routed.unit is not None:
        ticket.unit_id = routed.unit.id
        ticket.state = State.ROUTED.value
        ticket.routed_at = tx.now
        lines.append(
            history.line(
                tx,
                ticket,
                SYSTEM,
                Action.ROUTE,
                from_state=State.NEW.value,
                public=True,
                reason=routed.reason.value,
                data={"due_at": _iso(ticket)},
            )
        )
    await _write(tx, ticket, lines)
    return lines[-1]


async def _write(tx: Transaction, ticket: Ticket, lines: Sequence[TicketEvent]) -> None:
    """The ticket first: its history points to it."""
    tx.session.add(ticket)
    await tx.session.flush()
    tx.session.add_all(lines)


def _iso(ticket: Ticket) -> str | None:
    return ticket.due_at.isoformat() if ticket.due_at else None


async def promise(
    tx: Transaction, ticket: Ticket, category: CategoryView, *, unit_id: uuid.UUID | None, restart: bool = False
) -> None:
    """Set ``due_at`` by the category's terms and the unit's calendar, from the opening or (``restart``) from now."""
    calendar_code = units.OFFICE_CALENDAR
    if unit_id is not None:
        calendar_code = (await units.unit(tx, unit_id)).calendar_code
    calendar = await units.calendar(tx, calendar_code)
    ticket.due_at = due_at(tx.now if restart else ticket.created_at, terms(category, ticket.urgency), calendar)


async def _open_sealed(
    tx: Transaction, actor: Actor, new: NewTicket, category: CategoryView, idempotency_key: str | None
) -> Ticket:
    """An empty stub: when, on which channel, and that the way to the inspectorate was explained. Nothing else, not
    even who asked; the actor is left out of the history too."""
    routed = await routing.responsible_unit(tx, category, None)
    ticket = await _row(tx, new, category, idempotency_key)
    ticket.sealed = True
    ticket.state = State.REDIRECTED.value
    ticket.unit_id = routed.unit.id if routed.unit else None
    ticket.closed_at = tx.now
    if new.conversation_id is not None:
        await knowledge.forget_unanswered(tx, [new.conversation_id])
    stranger = Actor(kind=actor.kind, channel=actor.channel)
    line = history.line(tx, ticket, stranger, Action.REDIRECT, from_state=None, public=True, reason="denunciation")
    await _write(tx, ticket, [line])
    history.ring(tx, ticket, Action.REDIRECT)
    return ticket
