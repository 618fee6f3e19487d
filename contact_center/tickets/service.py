"""The only writer of tickets and their history, and the face other features see.

Lock order: a conversation before a ticket. Nothing here locks a conversation; news for the citizen is an inbox row.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from contact_center.actors import SYSTEM, Actor, Role
from contact_center.db import Transaction
from contact_center.errors import Conflict, InvalidInput, NotAllowed
from contact_center.media import service as media
from contact_center.staff import service as staff
from contact_center.tickets import changes, history, notifications, opening, placing, repository, views, workflow
from contact_center.tickets.access import by_code_for_citizen, last_digits_fit, may_follow, may_see_photo
from contact_center.tickets.changes import NamedUnitExcluded
from contact_center.tickets.codes import normalise
from contact_center.tickets.listing import DispatchItem, counts, dispatch_list, search, suggestions, unit_list
from contact_center.tickets.models import Ticket, TicketEvent
from contact_center.tickets.opening import NewTicket
from contact_center.tickets.placing import PlaceTold
from contact_center.tickets.views import EventView, PublicTicket, StaffTicket
from contact_center.tickets.words import e164, tidy
from contact_center.tickets.workflow import (
    Action,
    Edge,
    Rating,
    Request,
    Shown,
    State,
    TransitionNotAllowed,
)

__all__ = [
    "Action",
    "DispatchItem",
    "EventView",
    "NamedUnitExcluded",
    "NewTicket",
    "PlaceTold",
    "PublicTicket",
    "Rating",
    "StaffTicket",
    "State",
    "Ticket",
    "TicketEvent",
    "TransitionNotAllowed",
    "act",
    "add_information",
    "allowed_actions",
    "awaiting_rating",
    "by_code",
    "by_code_for_citizen",
    "by_link",
    "by_phone",
    "correct_category",
    "counts",
    "dispatch_list",
    "events",
    "get_readable",
    "last_digits_fit",
    "link_conversation",
    "locate",
    "may_follow",
    "may_see_photo",
    "of_citizen",
    "of_conversation",
    "open_ticket",
    "public_view",
    "rate",
    "reveal_contact",
    "search",
    "staff_view",
    "staff_views",
    "suggestions",
    "unit_list",
]

LONGEST_TEXT = 5_000


# --- the life of a ticket -----------------------------------------------------------------------------------------


async def open_ticket(tx: Transaction, actor: Actor, new: NewTicket, *, idempotency_key: str | None = None) -> Ticket:
    """Open a ticket: code, promised date, responsible unit, first lines of its history.

    A denunciation becomes an empty, sealed stub. With ``idempotency_key`` given a second time, the first ticket comes
    back and nothing is written. Raises ``InvalidInput`` by field.
    """
    return await opening.open_ticket(tx, actor, new, idempotency_key=idempotency_key)


async def act(
    tx: Transaction,
    actor: Actor,
    ticket_id: uuid.UUID,
    action: Action,
    *,
    version: int,
    text: str = "",
    reason: str | None = None,
    unit_id: uuid.UUID | None = None,
    category_code: str | None = None,
    commune_code: str | None = None,
    rating: str | None = None,
    media_ids: Sequence[uuid.UUID] = (),
) -> Ticket:
    """The one door for everything that happens to a ticket.

    ``version`` is the one the actor looked at. Raises ``Conflict`` (somebody was quicker; details say what is there
    now), ``TransitionNotAllowed``, ``NotAllowed``, ``NotFound``, ``InvalidInput`` by field, ``NamedUnitExcluded``.
    """
    request = Request(action, _checked(text), reason, unit_id, rating, category_code, commune_code)
    ticket = await repository.lock(tx, actor, ticket_id)
    if ticket.version != version:
        raise await _conflict(tx, ticket)
    edge, to = workflow.decide(history.facts_of(ticket), actor, request, tx.now)
    return await _take(tx, changes.Change(ticket, actor, request), edge, to, media_ids)


def _checked(text: str) -> str:
    written = tidy(text)
    if len(written) > LONGEST_TEXT:
        raise InvalidInput(text="too_long")
    return written


async def _take(
    tx: Transaction, change: changes.Change, edge: Edge, to: State, media_ids: Sequence[uuid.UUID]
) -> Ticket:
    ticket, actor, request = change.ticket, change.actor, change.request
    from_state, first_time = ticket.state, ticket.routed_at is None
    ticket.version += 1
    if request.action in {Action.ROUTE, Action.REROUTE}:
        await changes.recategorise(tx, change)
        if ticket.sealed:
            history.ring(tx, ticket, Action.REDIRECT)
            return ticket
    left_unit = await changes.apply(tx, change, to)
    event = history.append(
        tx,
        ticket,
        actor,
        request.action,
        from_state=from_state,
        public=edge.shown is not Shown.NOTHING and not ticket.sealed,
        text=request.text,
        reason=request.reason,
        unit_id=left_unit if request.action is Action.RETURN else None,
        data=change.data,
    )
    await tx.session.flush()
    if media_ids:
        await _attach(tx, ticket, event, media_ids, citizen=actor.kind in {"citizen", "bot"})
    await _tell(tx, ticket, event, first_time=first_time)
    history.ring(tx, ticket, request.action, left_unit=left_unit)
    return ticket


async def _attach(
    tx: Transaction, ticket: Ticket, event: TicketEvent, media_ids: Sequence[uuid.UUID], *, citizen: bool
) -> None:
    """A citizen's photo is part of the report, a result's photo is shown to the citizen, any other stays inside."""
    result = event.action == Action.RESOLVE.value
    await media.attach(
        tx,
        list(media_ids),
        ticket_id=ticket.id,
        ticket_event_id=event.id,
        audience="citizen" if citizen else "result" if result else "internal",
    )


async def _tell(tx: Transaction, ticket: Ticket, event: TicketEvent, *, first_time: bool) -> None:
    match Action(event.action):
        case Action.ROUTE | Action.REROUTE:
            await notifications.tell_routed(tx, ticket, event, again=not first_time)
        case Action.RESOLVE:
            await notifications.tell_resolved(tx, ticket, event)
        case Action.REFUSE:
            await notifications.tell_refused(tx, ticket, event)
        case Action.REDIRECT:
            await notifications.tell_redirected(tx, ticket, event)
        case Action.REOPEN:
            await notifications.tell_reopened(tx, ticket, event)


async def _conflict(tx: Transaction, ticket: Ticket) -> Conflict:
    last = await repository.last_event(tx, ticket.id)
    return Conflict(
        what="ticket",
        version=ticket.version,
        state=ticket.state,
        unit_id=str(ticket.unit_id) if ticket.unit_id else None,
        last_action=last.action if last else None,
        last_by=last.actor_role or last.actor_kind if last else None,
        last_at=last.at.isoformat() if last else None,
    )


async def rate(tx: Transaction, actor: Actor, ticket: Ticket, *, rating: str, text: str = "") -> Ticket:
    """The citizen's last word. Whoever is not satisfied may have it reopened (``Action.REOPEN``) within 30 days."""
    return await _now(tx, actor, ticket.id, Request(Action.RATE, _checked(text), rating=rating))


async def add_information(
    tx: Transaction, actor: Actor, ticket_id: uuid.UUID, text: str, media_ids: Sequence[uuid.UUID] = ()
) -> Ticket:
    """Something more from the citizen, or from staff on their behalf; it does not compete with anybody's change."""
    return await _now(tx, actor, ticket_id, Request(Action.ADD_INFORMATION, _checked(text)), media_ids)


async def locate(tx: Transaction, actor: Actor, ticket_id: uuid.UUID, text: str, place: PlaceTold) -> Ticket:
    """The citizen says where it really is, in ``text``: kept as information given, and the ticket goes to the unit of
    that place as long as nobody has taken it up. Raises as ``add_information`` does."""
    ticket = await repository.lock(tx, actor, ticket_id)
    request = Request(Action.ADD_INFORMATION, _checked(text))
    edge, to = workflow.decide(history.facts_of(ticket), actor, request, tx.now)
    change = changes.Change(ticket, actor, request)
    await placing.put(tx, change, place)
    await _take(tx, change, edge, to, ())
    step = await placing.step_to_right_unit(tx, ticket)
    if step is None:
        return ticket
    action, unit_id = step
    moving = Request(action, unit_id=unit_id)
    edge, to = workflow.decide(history.facts_of(ticket), SYSTEM, moving, tx.now)
    return await _take(tx, changes.Change(ticket, SYSTEM, moving), edge, to, ())


async def correct_category(
    tx: Transaction, actor: Actor, ticket_id: uuid.UUID, *, version: int, category_code: str, reason: str = ""
) -> Ticket:
    """What it really is, in a person's judgement; kept beside the machine's guess in the ledger."""
    return await act(
        tx,
        actor,
        ticket_id,
        Action.CORRECT_CATEGORY,
        version=version,
        category_code=category_code,
        reason=reason,
    )


async def _now(
    tx: Transaction, actor: Actor, ticket_id: uuid.UUID, request: Request, media_ids: Sequence[uuid.UUID] = ()
) -> Ticket:
    """On the ticket as it is now, whatever version the actor saw."""
    ticket = await repository.lock(tx, actor, ticket_id)
    edge, to = workflow.decide(history.facts_of(ticket), actor, request, tx.now)
    return await _take(tx, changes.Change(ticket, actor, request), edge, to, media_ids)


async def link_conversation(tx: Transaction, ticket: Ticket, conversation_id: uuid.UUID) -> None:
    """This ticket was spoken of in this conversation too. A sealed ticket is tied to none."""
    if not ticket.sealed:
        await repository.link_conversation(tx, ticket.id, conversation_id)


async def reveal_contact(tx: Transaction, actor: Actor, ticket_id: uuid.UUID) -> tuple[str | None, str | None]:
    """Name and phone unmasked, for the hotline's own people; every look is in the audit log."""
    if not actor.has_role(Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR):
        raise NotAllowed(action="contact")
    ticket = await repository.get_readable(tx, actor, ticket_id)
    await staff.audit(tx, actor, action="contact_revealed", subject_kind="ticket", subject_id=ticket.id)
    return ticket.contact_name, ticket.contact_phone


# --- reads --------------------------------------------------------------------------------------------------------


async def by_code(tx: Transaction, code: str) -> Ticket | None:
    """By a code in any usual grouping; None when it is no code or nobody's. The caller proves who asks."""
    found = normalise(code)
    return await repository.find_by_code(tx, found) if found else None


async def by_link(tx: Transaction, token: str) -> Ticket | None:
    """Whoever holds the link may see the ticket as its citizen does."""
    return await repository.find_by_link(tx, token)


async def by_phone(tx: Transaction, phone: str, limit: int = 5) -> Sequence[Ticket]:
    """Newest first. Only for a number a channel has proved."""
    number = e164(phone)
    return await repository.list_by_phone(tx, number, limit=limit) if number else ()


async def of_citizen(tx: Transaction, citizen_id: uuid.UUID, limit: int = 5) -> Sequence[Ticket]:
    return await repository.list_of_citizen(tx, citizen_id, limit=limit)


async def of_conversation(tx: Transaction, conversation_id: uuid.UUID) -> Sequence[Ticket]:
    return await repository.list_of_conversation(tx, conversation_id)


async def awaiting_rating(tx: Transaction, citizen_id: uuid.UUID) -> Ticket | None:
    return await repository.find_awaiting_rating(tx, citizen_id)


async def get_readable(tx: Transaction, actor: Actor, ticket_id: uuid.UUID) -> Ticket:
    """Raises ``NotFound`` for missing and forbidden alike."""
    return await repository.get_readable(tx, actor, ticket_id)


def allowed_actions(ticket: Ticket, actor: Actor, now: datetime) -> tuple[Action, ...]:
    """What the actor may do with the ticket as it is, for buttons."""
    return workflow.allowed_actions(history.facts_of(ticket), actor, now)


async def events(
    tx: Transaction, ticket_id: uuid.UUID, *, public_only: bool = False, actor: Actor | None = None
) -> Sequence[EventView]:
    """The history, oldest first. Public (or without an actor): only steps meant for the citizen, with only the words
    meant for them; for an officer, nothing that tells who reported. Raises ``NotFound`` as ``get_readable`` does."""
    if actor is not None:
        await repository.get_readable(tx, actor, ticket_id)
    reader = views.reader_of(actor, public_only=public_only)
    rows = await repository.list_events(tx, ticket_id, public_only=reader is views.Reader.CITIZEN)
    return await views.event_views(tx, rows, reader)


async def public_view(tx: Transaction, ticket: Ticket) -> PublicTicket:
    """What the citizen of this ticket sees."""
    return await views.public_ticket(tx, ticket)


async def staff_view(tx: Transaction, actor: Actor, ticket: Ticket) -> StaffTicket:
    """What this member of staff sees: officers nothing of who reported, the others a masked contact."""
    return (await views.staff_tickets(tx, actor, [ticket]))[0]


async def staff_views(tx: Transaction, actor: Actor, tickets: Sequence[Ticket]) -> list[StaffTicket]:
    return await views.staff_tickets(tx, actor, tickets)
