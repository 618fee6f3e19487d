"""Staff pages of tickets: the dispatcher's list, the unit's inbox, one ticket, a search."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from starlette.responses import Response

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.errors import InvalidInput
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.routing.service import Suggestion
from contact_center.staff import service as staff
from contact_center.staff.permissions import MAY_OPEN, Door, home
from contact_center.tickets import service
from contact_center.tickets.codes import normalise
from contact_center.tickets.service import Action, StaffTicket, State
from contact_center.tickets.workflow import OPEN_STATES
from contact_center.units import service as units
from contact_center.web.deps import AppSettings, Db, signed_in
from contact_center.web.forms import done, go, safe_path
from contact_center.web.security import verify_csrf
from contact_center.web.templates import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(verify_csrf)])

Dispatcher = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.DISPATCH]))]
Officer = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.UNIT]))]
Reader = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.TICKETS]))]

MOST_PHOTOS = 5
MOST_ROWS = 100
# A guess below this is noise on the screen.
PLAUSIBLE = 0.01
# The tabs of the unit's inbox.
UNIT_TABS: dict[str, tuple[State, ...]] = {
    "open": (State.ROUTED, State.IN_PROGRESS),
    "resolved": (State.RESOLVED,),
    "closed": (State.CLOSED,),
}
# Where somebody works on, when the ticket has left their hands.
LEAVES_THE_UNIT = {Action.RETURN, Action.RESOLVE}
# The one thing most likely to be done next stands open; the rest is folded.
FIRST_CHOICES = (Action.ACCEPT, Action.ROUTE, Action.RESOLVE)
PLAIN_ACTIONS = (
    Action.ACCEPT,
    Action.RESOLVE,
    Action.ROUTE,
    Action.RETURN,
    Action.REROUTE,
    Action.CORRECT_CATEGORY,
    Action.CORRECT_PLACE,
    Action.ADD_INFORMATION,
    Action.REOPEN,
    Action.NOTE,
    Action.REFUSE,
    Action.REDIRECT,
    Action.WITHDRAW,
)


# --- the dispatcher -----------------------------------------------------------------------------------------------


@router.get("/dispatch")
async def dispatch(request: Request, database: Db, actor: Dispatcher) -> Response:
    return render(request, "tickets/dispatch.html", **await _dispatch_rows(database, actor))


@router.get("/dispatch/rows")
async def dispatch_rows(request: Request, database: Db, actor: Dispatcher) -> Response:
    return render(request, "tickets/dispatch_rows.html", **await _dispatch_rows(database, actor))


@router.get("/dispatch/tabs")
async def dispatch_tabs(request: Request, database: Db, actor: Dispatcher) -> Response:
    async with database.transaction() as tx:
        counts = await service.counts(tx, actor)
    return render(request, "tickets/dispatch_tabs.html", counts=counts)


async def _dispatch_rows(database: Db, actor: Actor) -> dict[str, Any]:
    async with database.transaction() as tx:
        items = await service.dispatch_list(tx, actor, limit=MOST_ROWS)
        counts = await service.counts(tx, actor)
        suggested = {
            uuid.UUID(item.returned.data["suggested_unit_id"])
            for item in items
            if item.returned and item.returned.data.get("suggested_unit_id")
        }
        named = await units.units_by_id(tx, suggested)
    return {
        "items": items,
        "counts": counts,
        "guesses": {item.ticket.id: _plausible(item.suggestions) for item in items},
        "suggested_units": {str(key): unit for key, unit in named.items()},
    }


def _plausible(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    return [guess for guess in suggestions if guess.probability >= PLAUSIBLE]


# --- the unit -----------------------------------------------------------------------------------------------------


@router.get("/unit")
async def unit_inbox(request: Request, database: Db, actor: Officer, tab: str = "open", sent: str = "") -> Response:
    context = await _unit_cards(database, actor, tab)
    return render(request, "tickets/unit.html", sent=normalise(sent) or "", **context)


@router.get("/unit/cards")
async def unit_cards(request: Request, database: Db, actor: Officer, tab: str = "open") -> Response:
    return render(request, "tickets/unit_cards.html", **await _unit_cards(database, actor, tab))


@router.get("/unit/tabs")
async def unit_tabs(request: Request, database: Db, actor: Officer, tab: str = "open") -> Response:
    async with database.transaction() as tx:
        counts = await service.counts(tx, actor)
    return render(request, "tickets/unit_tabs.html", tab=tab, tabs=_tabs(counts))


def _tabs(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(name, sum(counts.get(state.value, 0) for state in states)) for name, states in UNIT_TABS.items()]


async def _unit_cards(database: Db, actor: Actor, tab: str) -> dict[str, Any]:
    tab = tab if tab in UNIT_TABS else "open"
    async with database.transaction() as tx:
        cards = await service.unit_list(tx, actor, states=UNIT_TABS[tab], limit=MOST_ROWS)
        counts = await service.counts(tx, actor)
        unit = await units.unit(tx, actor.unit_id) if actor.unit_id else None
    return {"cards": cards, "tab": tab, "tabs": _tabs(counts), "unit": unit}


# --- search -------------------------------------------------------------------------------------------------------


@router.get("/tickets")
async def search(
    request: Request,
    database: Db,
    actor: Reader,
    q: Annotated[str, Query(max_length=40)] = "",
    state: str = "",
    overdue: bool = False,
) -> Response:
    wrong = ""
    found: list[StaffTicket] = []
    try:
        async with database.transaction() as tx:
            found = await service.search(
                tx,
                actor,
                states=(State(state),) if state in set(State) else tuple(OPEN_STATES),
                code=q.strip() or None,
                overdue=overdue,
                limit=MOST_ROWS,
            )
    except InvalidInput:
        wrong = "wrong_code"
    if q.strip() and len(found) == 1:
        return go(request, f"/tickets/{found[0].id}")
    return render(
        request,
        "tickets/search.html",
        tickets=found,
        q=q,
        state=state,
        overdue=overdue,
        wrong=wrong,
        states=list(State),
    )


# --- one ticket ---------------------------------------------------------------------------------------------------


@router.get("/tickets/{ticket_id}")
async def ticket(request: Request, database: Db, actor: Reader, ticket_id: uuid.UUID) -> Response:
    return render(request, "tickets/ticket.html", **await _ticket(database, actor, ticket_id))


@router.get("/tickets/{ticket_id}/facts")
async def ticket_facts(request: Request, database: Db, actor: Reader, ticket_id: uuid.UUID) -> Response:
    return render(request, "tickets/ticket_facts.html", **await _ticket(database, actor, ticket_id))


@router.get("/tickets/{ticket_id}/forms")
async def ticket_forms(request: Request, database: Db, actor: Reader, ticket_id: uuid.UUID) -> Response:
    return render(request, "tickets/ticket_forms.html", **await _ticket(database, actor, ticket_id))


async def _ticket(database: Db, actor: Actor, ticket_id: uuid.UUID) -> dict[str, Any]:
    async with database.transaction() as tx:
        row = await service.get_readable(tx, actor, ticket_id)
        view = await service.staff_view(tx, actor, row)
        events = await service.events(tx, ticket_id, actor=actor)
        photos = await media.of_ticket(tx, ticket_id)
        may_route = bool({Action.ROUTE, Action.REROUTE} & set(view.actions))
        suggestions = await service.suggestions(tx, row) if may_route else []
        names = await staff.names_of(tx, [event.actor_id for event in events if event.actor_id])
    actions = [action for action in PLAIN_ACTIONS if action in view.actions]
    first = next((action for action in FIRST_CHOICES if action in actions), None)
    return {
        "ticket": view,
        "events": list(reversed(events)),
        "report_photos": [photo for photo in photos if photo.audience == "citizen"],
        "event_photos": _by_event(photos),
        "suggestions": _plausible(suggestions),
        "names": names,
        "actions": actions,
        "first": first,
        "back": home(actor),
        "is_hotline": actor.has_role(*MAY_OPEN[Door.DESK]),
    }


def _by_event(photos: Sequence[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for photo in photos:
        if photo.audience != "citizen" and photo.ticket_event_id is not None:
            found.setdefault(photo.ticket_event_id, []).append(photo)
    return found


@router.post("/tickets/{ticket_id}/contact")
async def reveal_contact(request: Request, database: Db, actor: Reader, ticket_id: uuid.UUID) -> Response:
    """The number in full; every look is in the audit log."""
    async with database.transaction() as tx:
        name, phone = await service.reveal_contact(tx, actor, ticket_id)
    return render(request, "tickets/contact.html", full_name=name, phone=phone)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of an action said."""

    version: int
    text: str
    reason: str | None
    unit_id: uuid.UUID | None
    category_code: str | None
    commune_code: str | None
    photos: list[bytes]
    names: list[str]
    next: str


async def _asked(
    version: Annotated[int, Form()],
    text: Annotated[str, Form(max_length=10_000)] = "",
    reason: Annotated[str, Form(max_length=60)] = "",
    choice: Annotated[str, Form(max_length=100)] = "",
    unit_id: Annotated[str, Form(max_length=60)] = "",
    category_code: Annotated[str, Form(max_length=20)] = "",
    commune_code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form(max_length=300)] = "",
    photos: Annotated[list[UploadFile] | None, File()] = None,
) -> Asked:
    """``choice`` is one of the machine's suggestions, "<unit>|<category>"; another unit picked by hand goes first."""
    chosen_unit, _, chosen_category = choice.partition("|")
    given = [photo for photo in photos or [] if photo.filename]
    if len(given) > MOST_PHOTOS:
        raise InvalidInput(photo="too_many")
    return Asked(
        version=version,
        text=text,
        reason=reason or None,
        unit_id=_id(unit_id or chosen_unit),
        category_code=category_code or (chosen_category if not unit_id else "") or None,
        commune_code=commune_code or None,
        photos=[await photo.read(media.LARGEST_UPLOAD + 1) for photo in given],
        names=[photo.filename or "" for photo in given],
        next=next,
    )


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise InvalidInput(unit_id="unknown") from None


@router.post("/tickets/{ticket_id}/actions/{action}")
async def act(
    request: Request,
    database: Db,
    settings: AppSettings,
    actor: Reader,
    ticket_id: uuid.UUID,
    action: Action,
    asked: Annotated[Asked, Depends(_asked)],
) -> Response:
    async with database.transaction() as tx:
        media_ids = await _store(tx, settings, asked)
        ticket = await service.act(
            tx,
            actor,
            ticket_id,
            action,
            version=asked.version,
            text=asked.text,
            reason=asked.reason,
            unit_id=asked.unit_id,
            category_code=asked.category_code,
            commune_code=asked.commune_code,
            media_ids=media_ids,
        )
        code = ticket.code
    if actor.has_role(Role.OFFICER) and action in LEAVES_THE_UNIT:
        return go(request, f"/unit?sent={code}")
    if asked.next:
        return go(request, safe_path(asked.next, home(actor)))
    return done(request, home(actor))


async def _store(tx: Transaction, settings: AppSettings, asked: Asked) -> list[uuid.UUID]:
    storage = MediaStorage(settings.media_dir)
    stored = [
        await media.store(tx, storage, data=data, name=name, audience="internal")
        for data, name in zip(asked.photos, asked.names, strict=True)
    ]
    return [photo.id for photo in stored]
