"""The citizen's page for a ticket: found by code, or opened by the link; rated, reopened, added to."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from contact_center.actors import Actor, citizen
from contact_center.db import Transaction
from contact_center.errors import Conflict, DomainError, InvalidInput, NotFound
from contact_center.i18n import has_message, translate
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.portal import reporting
from contact_center.portal.report import MOST_PHOTOS
from contact_center.tickets import service as tickets
from contact_center.web.deps import AppSettings, Db, Limiter
from contact_center.web.errors import message_of
from contact_center.web.security import verify_csrf
from contact_center.web.templates import locale_of, render

router = APIRouter(include_in_schema=False, dependencies=[Depends(verify_csrf)])

Text = Annotated[str, Form()]
# Guessing a code must not pay: few tries from an address, fewer for one code wherever they come from.
TRIES_OF_ADDRESS = 20
TRIES_OF_CODE = 6
WINDOW_S = 600
ACTIONS_PER_WINDOW = 30
VISIBLE: tuple[media.Audience, ...] = ("citizen", "result")


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket with its photos: those of the report, and by the step they came with."""

    ticket: tickets.PublicTicket
    photos: Sequence[str]
    photos_of_step: dict[str, list[str]]
    link: str


async def _shown(tx: Transaction, ticket: tickets.Ticket) -> Shown:
    kept = await media.of_ticket(tx, ticket.id, audiences=VISIBLE)
    steps: dict[str, list[str]] = {}
    for photo in kept:
        if photo.ticket_event_id is not None:
            steps.setdefault(str(photo.ticket_event_id), []).append(str(photo.id))
    return Shown(
        ticket=await tickets.public_view(tx, ticket),
        photos=[str(photo.id) for photo in kept if photo.ticket_event_id is None],
        photos_of_step=steps,
        link=ticket.link_token,
    )


async def _by_link(tx: Transaction, link: str) -> tickets.Ticket:
    ticket = await tickets.by_link(tx, link) if link.isascii() and link.isalnum() else None
    if ticket is None:
        raise NotFound(what="ticket", reason="ticket")
    return ticket


# --- found by code ------------------------------------------------------------------------------------------------


@router.get("/tra-cuu")
async def ask_for_code(request: Request) -> Response:
    return render(request, "portal/lookup.html", code="", digits="", problem="")


@router.post("/tra-cuu")
async def look_up(request: Request, database: Db, limiter: Limiter, code: Text = "", digits: Text = "") -> Response:
    """Unknown code and wrong digits look alike."""
    address = request.client.host if request.client else "unknown"
    plain = "".join(character for character in code if character.isdigit())[:12]
    await limiter.check(f"lookup:{address}", most=TRIES_OF_ADDRESS, window_s=WINDOW_S)
    await limiter.check(f"lookup-code:{plain}", most=TRIES_OF_CODE, window_s=WINDOW_S)
    async with database.transaction() as tx:
        try:
            ticket = await tickets.by_code_for_citizen(tx, plain, digits.strip())
        except NotFound:
            problem = "not_found" if digits.strip() else "not_found_or_digits"
            return render(request, "portal/lookup.html", status=422, code=code, digits=digits, problem=problem)
    return RedirectResponse(f"/p/{ticket.link_token}", status_code=303)


# --- opened by link -----------------------------------------------------------------------------------------------


@router.get("/p/{link}")
async def show(request: Request, link: str, database: Db, moi: str = "") -> Response:
    """``moi``: just opened, the code large."""
    async with database.transaction() as tx:
        shown = await _shown(tx, await _by_link(tx, link))
    return render(request, "portal/ticket.html", shown=shown, fresh=bool(moi), problem="", typed="")


@router.get("/p/{link}/tinh-hinh")
async def news(request: Request, link: str, database: Db) -> Response:
    """The parts of the page that change by themselves; what the citizen is typing stays out of them."""
    async with database.transaction() as tx:
        shown = await _shown(tx, await _by_link(tx, link))
    return render(request, "portal/ticket_news.html", shown=shown, part="all")


Step = Callable[[Transaction, tickets.Ticket, Actor], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds the link acts as the citizen of this ticket, and not too often."""

    request: Request
    link: str
    database: Db
    limiter: Limiter

    async def act(self, step: Step, *, typed: str) -> Response:
        """Do it and show the page anew. What is refused leaves the words in their field."""
        await self.limiter.check(f"ticket:{self.link}", most=ACTIONS_PER_WINDOW, window_s=WINDOW_S)
        try:
            async with self.database.transaction() as tx:
                ticket = await _by_link(tx, self.link)
                await step(tx, ticket, citizen(ticket.citizen_id, reporting.CHANNEL))
        except (InvalidInput, Conflict) as error:
            return await self._refused(error, typed)
        return RedirectResponse(f"/p/{self.link}", status_code=303)

    async def _refused(self, error: DomainError, typed: str) -> Response:
        async with self.database.transaction() as tx:
            shown = await _shown(tx, await _by_link(tx, self.link))
        problem = problem_of(error, locale_of(self.request))
        return render(
            self.request,
            "portal/ticket.html",
            status=error.status,
            shown=shown,
            fresh=False,
            problem=problem,
            typed=typed,
        )


def holder(request: Request, link: str, database: Db, limiter: Limiter) -> Holder:
    return Holder(request, link, database, limiter)


TheHolder = Annotated[Holder, Depends(holder)]
Photos = Annotated[list[UploadFile] | None, File()]


def problem_of(error: DomainError, locale: str) -> str:
    """The sentence for the citizen: the field's own where there is one."""
    for field, reason in error.details.items():
        if has_message(key := f"portal.wrong.{field}.{reason}"):
            return translate(key, locale)
    return message_of(error.code, locale, error.details)


@router.post("/p/{link}/danh-gia")
async def rate(who: TheHolder, rating: Text = "", text: Text = "") -> Response:
    async def step(tx: Transaction, ticket: tickets.Ticket, actor: Actor) -> None:
        await tickets.rate(tx, actor, ticket, rating=rating, text=text)

    return await who.act(step, typed=text)


@router.post("/p/{link}/mo-lai")
async def reopen(who: TheHolder, settings: AppSettings, text: Text = "", photo: Photos = None) -> Response:
    async def step(tx: Transaction, ticket: tickets.Ticket, actor: Actor) -> None:
        kept = await _photos(tx, settings.media_dir, photo)
        version = ticket.version
        await tickets.act(tx, actor, ticket.id, tickets.Action.REOPEN, version=version, text=text, media_ids=kept)

    return await who.act(step, typed=text)


@router.post("/p/{link}/bo-sung")
async def add(who: TheHolder, settings: AppSettings, text: Text = "", photo: Photos = None) -> Response:
    async def step(tx: Transaction, ticket: tickets.Ticket, actor: Actor) -> None:
        kept = await _photos(tx, settings.media_dir, photo)
        await tickets.add_information(tx, actor, ticket.id, text, kept)

    return await who.act(step, typed=text)


async def _photos(tx: Transaction, folder: Path, uploads: Sequence[UploadFile] | None) -> list[uuid.UUID]:
    """Raises ``InvalidInput`` for the first one that cannot be kept."""
    given = [upload for upload in uploads or [] if upload.filename]
    stored = await reporting.keep_photos(tx, MediaStorage(folder), given, room=MOST_PHOTOS)
    if stored.refused:
        raise InvalidInput(photo=stored.refused[0][1])
    return [uuid.UUID(photo) for photo in stored.kept]
