"""Uploading a photo, looking at one, and downloading a document of an article."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import FileResponse, Response

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.errors import InvalidInput, NotFound
from contact_center.knowledge import service as knowledge
from contact_center.media import service
from contact_center.media.models import MediaFile
from contact_center.media.storage import MediaStorage, Variant
from contact_center.tickets import service as tickets
from contact_center.web.deps import AppSettings, CurrentActor, Db, Limiter
from contact_center.web.security import verify_csrf

router = APIRouter(prefix="/media", tags=["media"], dependencies=[Depends(verify_csrf)])

UPLOADS_PER_WINDOW = 30
WINDOW_S = 600


@router.post("/upload", status_code=201, summary="Keep a photo for a message or report that follows")
async def upload(
    request: Request,
    database: Db,
    settings: AppSettings,
    limiter: Limiter,
    photo: Annotated[UploadFile, File(description="JPEG, PNG, WebP or GIF, at most 10 MB")],
) -> dict[str, str]:
    """Answers ``{"media_id": ...}``. The photo is seen by nobody until a message or a ticket takes it."""
    address = request.client.host if request.client else "unknown"
    await limiter.check(f"upload:{address}", most=UPLOADS_PER_WINDOW, window_s=WINDOW_S)
    if photo.size is not None and photo.size > service.LARGEST_UPLOAD:
        raise InvalidInput(photo="too_large")
    data = await photo.read(service.LARGEST_UPLOAD + 1)
    async with database.transaction() as tx:
        media = await service.store(tx, MediaStorage(settings.media_dir), data=data, name=photo.filename or "")
    return {"media_id": str(media.id)}


@router.get("/{media_id}", summary="A photo, for staff or for the holder of the ticket's link; a document, to keep")
async def show(
    media_id: uuid.UUID,
    database: Db,
    settings: AppSettings,
    actor: CurrentActor,
    link: str = "",
    size: Variant = "full",
) -> Response:
    """Missing and forbidden look alike."""
    async with database.transaction() as tx:
        media = await service.get(tx, media_id)
        if not await _may_see(tx, media, actor, link):
            raise NotFound(what="photo")
    path = MediaStorage(settings.media_dir).path(media.sha256 or "", size)
    if not path.is_file():
        raise NotFound(what="photo")
    headers = {"Cache-Control": "private, max-age=3600"}
    # A name makes it a download: a document is never opened on our own pages.
    name = None if media.is_picture else media.original_name
    return FileResponse(path, media_type=media.media_type, filename=name, headers=headers)


async def _may_see(tx: Transaction, media: MediaFile, actor: Actor | None, link: str) -> bool:
    """Through the ticket or the article it is on; a photo still only in a conversation is the hotline's own."""
    if media.article_id is not None:
        return await knowledge.may_see_attachment(
            tx, media.article_id, actor=actor, internal=media.audience == "internal"
        )
    if media.ticket_id is not None:
        return await tickets.may_see_photo(tx, media.ticket_id, actor=actor, link=link, audience=media.audience)
    return actor is not None and actor.has_role(Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR)
