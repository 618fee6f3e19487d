"""The report form, one question a page. Every page works without JavaScript."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.portal import drafts, reporting
from contact_center.portal.models import ReportDraft
from contact_center.portal.report import (
    LONGEST_NAME,
    LONGEST_PLACE,
    LONGEST_TEXT,
    MOST_PHOTOS,
    Step,
    Told,
    may_open,
    next_step,
    pin_of,
    problems_of_contact,
    problems_of_place,
    problems_of_what,
    progress,
    step_before,
    told_from,
    with_contact,
)
from contact_center.taxonomy import service as taxonomy
from contact_center.units import service as units
from contact_center.web.deps import AppSettings, Db, Limiter
from contact_center.web.security import verify_csrf
from contact_center.web.templates import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(verify_csrf)])

START = "/phan-anh"
# A family behind one address may report all evening; a script may not.
FORMS_PER_WINDOW = 120
WINDOW_S = 600
NOT_SURE = "?"

Text = Annotated[str, Form()]
Token = str


async def limited(request: Request, limiter: Limiter) -> None:
    address = request.client.host if request.client else "unknown"
    await limiter.check(f"report:{address}", most=FORMS_PER_WINDOW, window_s=WINDOW_S)


Limited = Depends(limited)


def address_of(token: str, step: Step) -> str:
    return f"{START}/{token}/{step}"


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def _to_ticket(draft: ReportDraft) -> Response:
    return _to(f"/p/{draft.ticket_link}?moi=1")


def _page(
    request: Request, step: Step, told: Told, *, token: str = "", wrong: dict[str, str] | None = None, **more: Any
) -> Response:
    before = step_before(step, told)
    return render(
        request,
        f"portal/report_{step.name.lower()}.html",
        status=422 if wrong else 200,
        told=told,
        token=token,
        wrong=wrong or {},
        progress=progress(step, told),
        action=address_of(token, step) if token else START,
        back=address_of(token, before) if before and token else "/",
        limits={"text": LONGEST_TEXT, "place": LONGEST_PLACE, "name": LONGEST_NAME, "photos": MOST_PHOTOS},
        refused=more.pop("refused", ()),
        **more,
    )


async def _context(tx: Transaction, step: Step, told: Told) -> dict[str, Any]:
    """What a page shows besides what was told."""
    if step is Step.KIND:
        known = await taxonomy.snapshot(tx)
        return {"choices": [known.category(code) for code in told.guesses]}
    if step is Step.WHERE:
        communes = await units.communes(tx)
        return {
            "communes": communes,
            "possible": [commune for commune in communes if commune.code in told.candidates],
            "needed": await reporting.place_is_needed(tx, told),
        }
    if step is Step.REVIEW:
        known = await taxonomy.snapshot(tx)
        commune = await units.commune(tx, told.commune) if told.commune else None
        return {"category": known.by_code.get(told.category), "commune": commune}
    return {}


# --- what ---------------------------------------------------------------------------------------------------------


@router.get(START)
async def begin(request: Request) -> Response:
    """The first page writes nothing: a look at the form is not a draft."""
    return _page(request, Step.WHAT, Told())


@router.post(START, dependencies=[Limited])
async def begin_with(
    request: Request,
    database: Db,
    settings: AppSettings,
    text: Text = "",
    photo: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    async with database.transaction() as tx:
        draft = await drafts.begin(tx)
        return await _take_what(request, tx, draft, MediaStorage(settings.media_dir), text=text, photos=photo)


@router.post(f"{START}/{{token}}/{Step.WHAT}", dependencies=[Limited])
async def change_what(
    request: Request,
    token: Token,
    database: Db,
    settings: AppSettings,
    text: Text = "",
    drop: Text = "",
    photo: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        if draft.ticket_link:
            return _to_ticket(draft)
        return await _take_what(
            request, tx, draft, MediaStorage(settings.media_dir), text=text, photos=photo, drop=drop
        )


async def _take_what(
    request: Request,
    tx: Transaction,
    draft: ReportDraft,
    storage: MediaStorage,
    *,
    text: str,
    photos: list[UploadFile] | None,
    drop: str = "",
) -> Response:
    """Words and photos are kept whatever is wrong with either; ``drop`` takes a photo out again."""
    told, text = await reporting.without_photo(tx, storage, told_from(draft.data), drop), reporting.tidy(text)
    uploads = [upload for upload in photos or [] if upload.filename]
    stored = await reporting.keep_photos(tx, storage, uploads, room=reporting.room_for_photos(told))
    told = reporting.with_photos(told, stored.kept)
    wrong = {} if drop else problems_of_what(text)
    if wrong or drop or stored.refused:
        told = reporting.with_words_kept(told, text)
        drafts.save(tx, draft, told)
        wrong |= {"photo": stored.refused[0][1]} if stored.refused else {}
        return _page(request, Step.WHAT, told, token=draft.token, wrong=wrong, refused=stored.refused)
    told = await reporting.tell_what(tx, request.app.state.engine, told, text)
    told = told.finished(Step.WHAT)
    drafts.save(tx, draft, told)
    return _to(address_of(draft.token, next_step(told)))


@router.get(f"{START}/{{token}}/anh/{{media_id}}")
async def photo_of_draft(token: Token, media_id: uuid.UUID, database: Db, settings: AppSettings) -> Response:
    """A photo of this draft, for whoever writes it."""
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        if str(media_id) not in told_from(draft.data).photos:
            raise NotFound(what="photo")
        kept = await media.get(tx, media_id)
    path = MediaStorage(settings.media_dir).path(kept.sha256 or "", "thumbnail")
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


# --- the pages after it -------------------------------------------------------------------------------------------


@router.get(f"{START}/gan-nhat")
async def nearest(database: Db, lat: float, lon: float) -> JSONResponse:
    """The commune nearest to a point on the map: a suggestion to confirm."""
    async with database.transaction() as tx:
        commune = await units.nearest_commune(tx, lat, lon)
    return JSONResponse({"code": commune.code, "name": commune.full_name} if commune else {"code": "", "name": ""})


@router.get(f"{START}/{{token}}/{{step}}")
async def show(request: Request, token: Token, step: Step, database: Db) -> Response:
    """Any page of the form; one whose turn has not come leads to the one whose turn it is."""
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        if draft.ticket_link:
            return _to_ticket(draft)
        told = told_from(draft.data)
        if not may_open(step, told):
            return _to(address_of(token, next_step(told)))
        return _page(request, step, told, token=token, **await _context(tx, step, told))


async def _answered(tx: Transaction, draft: ReportDraft, told: Told, step: Step) -> Response:
    told = told.finished(step)
    drafts.save(tx, draft, told)
    return _to(address_of(draft.token, next_step(told)))


@router.post(f"{START}/{{token}}/{Step.EMERGENCY}", dependencies=[Limited])
async def go_on_after_number(token: Token, database: Db) -> Response:
    """The number was shown first; now the record."""
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        return await _answered(tx, draft, told_from(draft.data), Step.EMERGENCY)


@router.post(f"{START}/{{token}}/{Step.KIND}", dependencies=[Limited])
async def take_kind(request: Request, token: Token, database: Db, category: Text = "") -> Response:
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        told = told_from(draft.data)
        if category != NOT_SURE and category not in told.guesses:
            wrong = {"category": "required"}
            return _page(request, Step.KIND, told, token=token, wrong=wrong, **await _context(tx, Step.KIND, told))
        told = reporting.with_kind(told, "" if category == NOT_SURE else category)
        return await _answered(tx, draft, told, Step.KIND)


@router.post(f"{START}/{{token}}/{Step.WHERE}", dependencies=[Limited])
async def take_where(
    request: Request,
    token: Token,
    database: Db,
    place: Text = "",
    latitude: Text = "",
    longitude: Text = "",
    commune: Text = "",
) -> Response:
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        told, unsure = told_from(draft.data), commune == NOT_SURE
        told = await reporting.tell_where(
            tx,
            request.app.state.engine,
            told,
            text=reporting.tidy(place, one_line=True),
            pin=pin_of(latitude, longitude),
            chosen=commune,
        )
        wrong = problems_of_place(told, needed=await reporting.place_is_needed(tx, told), unsure=unsure)
        drafts.save(tx, draft, told)
        if wrong:
            context = await _context(tx, Step.WHERE, told)
            return _page(request, Step.WHERE, told, token=token, wrong=wrong, **context)
        return await _answered(tx, draft, told, Step.WHERE)


@router.post(f"{START}/{{token}}/{Step.CONTACT}", dependencies=[Limited])
async def take_contact(
    request: Request,
    token: Token,
    database: Db,
    name: Text = "",
    phone: Text = "",
    anonymous: Text = "",
    publish: Text = "",
) -> Response:
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        told = with_contact(
            told_from(draft.data),
            name=reporting.tidy(name, one_line=True),
            phone=reporting.tidy(phone, one_line=True),
            anonymous=bool(anonymous),
            publish=bool(publish),
        )
        wrong = problems_of_contact(told)
        drafts.save(tx, draft, told)
        if wrong:
            return _page(request, Step.CONTACT, told, token=token, wrong=wrong)
        return await _answered(tx, draft, told, Step.CONTACT)


@router.post(f"{START}/{{token}}/{Step.REVIEW}", dependencies=[Limited])
async def send(request: Request, token: Token, database: Db, settings: AppSettings) -> Response:
    """Open the ticket. Pressing twice, or reloading, leads to the same one."""
    async with database.transaction() as tx:
        draft = await drafts.get(tx, token)
        if draft.ticket_link is None:
            told = told_from(draft.data)
            if not may_open(Step.REVIEW, told):
                return _to(address_of(token, next_step(told)))
            await reporting.send(tx, request.app.state.engine, MediaStorage(settings.media_dir), draft, told)
        return _to_ticket(draft)
