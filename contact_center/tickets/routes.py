"""Tickets over JSON: for staff by session, for citizens by link or by code and the end of their phone number."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request

from contact_center.actors import Actor, Role, citizen
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.routing.service import Suggestion
from contact_center.tickets import reporting, service
from contact_center.tickets.codes import normalise
from contact_center.tickets.notifications import ticket_link
from contact_center.tickets.schemas import (
    ActionRequest,
    CitizenActionRequest,
    ContactRead,
    DispatchRead,
    EventRead,
    PublicTicketRead,
    ReportCreate,
    ReportOpened,
    SuggestionRead,
    TicketRead,
)
from contact_center.tickets.service import Action, DispatchItem, State
from contact_center.tickets.workflow import OPEN_STATES
from contact_center.web.deps import Db, Limiter, signed_in
from contact_center.web.security import verify_csrf

router = APIRouter(prefix="/api/v1", tags=["tickets"], dependencies=[Depends(verify_csrf)])

DESK = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR)
Reader = Annotated[Actor, Depends(signed_in(*DESK, Role.OFFICER))]
DeskMember = Annotated[Actor, Depends(signed_in(*DESK))]
Limit = Annotated[int, Query(ge=1, le=200)]

# In ten minutes: tries at the phone of one code, and requests from one address, which a whole district may share.
TRIES_PER_CODE, LOOK_UPS_PER_ADDRESS, REPORTS_PER_ADDRESS, WINDOW_S = 10, 300, 300, 600
REFUSALS = {
    401: {"description": "not_signed_in"},
    403: {"description": "not_allowed"},
    404: {"description": "not_found: missing and forbidden look alike"},
    409: {"description": "conflict, transition_not_allowed: details say what is there now"},
    422: {"description": "invalid_input: details map a field to what is wrong with it"},
}


# --- staff --------------------------------------------------------------------------------------------------------


@router.get("/tickets", summary="Tickets the signed-in person may read, due first", responses={401: REFUSALS[401]})
async def list_tickets(
    database: Db,
    actor: Reader,
    state: Annotated[list[State] | None, Query(description="default: every open state")] = None,
    unit_id: uuid.UUID | None = None,
    code: str | None = None,
    overdue: bool = False,
    limit: Limit = 50,
) -> list[TicketRead]:
    async with database.transaction() as tx:
        states = tuple(state) if state else tuple(OPEN_STATES)
        found = await service.search(tx, actor, states=states, unit_id=unit_id, code=code, overdue=overdue, limit=limit)
    return [TicketRead.model_validate(ticket) for ticket in found]


@router.get("/tickets/dispatch", summary="What waits for the dispatcher, with the machine's three best units")
async def list_dispatch(database: Db, actor: DeskMember, limit: Limit = 50) -> list[DispatchRead]:
    async with database.transaction() as tx:
        items = await service.dispatch_list(tx, actor, limit=limit)
    return [_dispatch(item) for item in items]


@router.get("/tickets/{ticket_id}", summary="One ticket", responses={404: REFUSALS[404]})
async def read_ticket(ticket_id: uuid.UUID, database: Db, actor: Reader) -> TicketRead:
    async with database.transaction() as tx:
        ticket = await service.get_readable(tx, actor, ticket_id)
        return TicketRead.model_validate(await service.staff_view(tx, actor, ticket))


@router.get("/tickets/{ticket_id}/events", summary="Its history", responses={404: REFUSALS[404]})
async def read_events(ticket_id: uuid.UUID, database: Db, actor: Reader) -> list[EventRead]:
    async with database.transaction() as tx:
        events = await service.events(tx, ticket_id, actor=actor)
    return [EventRead.model_validate(event) for event in events]


@router.get("/tickets/{ticket_id}/suggestions", summary="The machine's three best", responses={404: REFUSALS[404]})
async def read_suggestions(ticket_id: uuid.UUID, database: Db, actor: DeskMember) -> list[SuggestionRead]:
    async with database.transaction() as tx:
        ticket = await service.get_readable(tx, actor, ticket_id)
        return [_suggestion(item) for item in await service.suggestions(tx, ticket)]


@router.post(
    "/tickets/{ticket_id}/actions",
    summary="Forward, accept, return, resolve, refuse, reopen ...",
    responses={code: REFUSALS[code] for code in (403, 404, 409, 422)},
)
async def act(ticket_id: uuid.UUID, body: ActionRequest, database: Db, actor: Reader) -> TicketRead | None:
    """Answers with the ticket as it is now; with nothing when it is no longer the actor's to read (it was returned or
    forwarded)."""
    async with database.transaction() as tx:
        ticket = await service.act(
            tx,
            actor,
            ticket_id,
            body.action,
            version=body.version,
            text=body.text,
            reason=body.reason,
            unit_id=body.unit_id,
            category_code=body.category_code,
            commune_code=body.commune_code,
            media_ids=body.media_ids,
        )
        if not await service.may_follow(tx, ticket.id, actor=actor):
            return None
        return TicketRead.model_validate(await service.staff_view(tx, actor, ticket))


@router.post("/tickets/{ticket_id}/contact", summary="Name and phone unmasked; the look is written to the audit log")
async def reveal_contact(ticket_id: uuid.UUID, database: Db, actor: DeskMember) -> ContactRead:
    async with database.transaction() as tx:
        name, phone = await service.reveal_contact(tx, actor, ticket_id)
    return ContactRead(name=name, phone=phone)


# --- citizens -----------------------------------------------------------------------------------------------------


@router.post(
    "/reports",
    status_code=201,
    summary="Report a matter",
    responses={409: {"description": "conflict: the key was used for another report"}, 422: REFUSALS[422]},
)
async def report(
    request: Request,
    body: ReportCreate,
    database: Db,
    limiter: Limiter,
    idempotency_key: Annotated[
        str, Header(min_length=8, max_length=128, description="new for each report; sending it again is harmless")
    ],
) -> ReportOpened:
    """The link is the citizen's way back to the ticket: whoever has it may follow, rate and reopen."""
    await limiter.check(f"report:{_address(request)}", most=REPORTS_PER_ADDRESS, window_s=WINDOW_S)
    heard = await reporting.understand(request.app.state.engine, body.description)
    async with database.transaction() as tx:
        ticket = await reporting.report(tx, heard, body, idempotency_key=idempotency_key)
        view = await service.public_view(tx, ticket)
    return ReportOpened(
        code=view.code,
        link=ticket_link(ticket),
        state=State(view.state),
        unit_name=view.unit_name,
        due_at=view.due_at,
        emergency_number=heard.emergency_number if heard.emergency else None,
    )


@router.get("/reports/{code}", summary="A ticket by its code and the last four digits of its phone number")
async def look_up(
    request: Request,
    code: str,
    database: Db,
    limiter: Limiter,
    phone_end: Annotated[str, Query(max_length=4, description="needed when the report was left with a phone")] = "",
) -> PublicTicketRead:
    """Wrong code and wrong number look alike."""
    await limiter.check(f"look-up:{_address(request)}", most=LOOK_UPS_PER_ADDRESS, window_s=WINDOW_S)
    await limiter.check(f"look-up-code:{normalise(code)}", most=TRIES_PER_CODE, window_s=WINDOW_S)
    async with database.transaction() as tx:
        ticket = await service.by_code_for_citizen(tx, code, phone_end)
        return PublicTicketRead.model_validate(await service.public_view(tx, ticket))


@router.get("/links/{token}", summary="A ticket by the secret link in the citizen's message")
async def follow(token: str, database: Db) -> PublicTicketRead:
    async with database.transaction() as tx:
        return PublicTicketRead.model_validate(await service.public_view(tx, await _by_link(tx, token)))


@router.post(
    "/links/{token}/actions",
    summary="Rate, reopen, withdraw, add information",
    responses={code: REFUSALS[code] for code in (404, 409, 422)},
)
async def act_as_citizen(token: str, body: CitizenActionRequest, database: Db) -> PublicTicketRead:
    async with database.transaction() as tx:
        ticket = await _by_link(tx, token)
        ticket = await service.act(
            tx,
            citizen(ticket.citizen_id, "web"),
            ticket.id,
            Action(body.action),
            version=ticket.version,
            text=body.text,
            rating=body.rating,
            media_ids=body.media_ids,
        )
        return PublicTicketRead.model_validate(await service.public_view(tx, ticket))


async def _by_link(tx: Transaction, token: str) -> service.Ticket:
    ticket = await service.by_link(tx, token)
    if ticket is None:
        raise NotFound(what="ticket")
    return ticket


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _dispatch(item: DispatchItem) -> DispatchRead:
    suggested = item.returned.data.get("suggested_unit_id") if item.returned else None
    return DispatchRead(
        ticket=TicketRead.model_validate(item.ticket),
        suggestions=[_suggestion(suggestion) for suggestion in item.suggestions],
        returned_reason=item.returned.reason if item.returned else None,
        returned_text=item.returned.text if item.returned else None,
        suggested_unit_id=uuid.UUID(suggested) if suggested else None,
    )


def _suggestion(item: Suggestion) -> SuggestionRead:
    unit = item.routed.unit
    return SuggestionRead(
        category_code=item.category.code,
        category_name=item.category.name,
        probability=item.probability,
        words=item.words,
        unit_id=unit.id if unit else None,
        unit_name=unit.name if unit else None,
        reason=item.routed.reason.value,
        needs_place=item.routed.needs_place,
    )
