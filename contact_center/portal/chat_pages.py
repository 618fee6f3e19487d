"""The chat: a page of its own, the same page in a frame on another site of the province, and its photos."""

import uuid
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from channels.webchat.signature import visitor_of
from contact_center.conversations import service as conversations
from contact_center.errors import NotFound
from contact_center.i18n import catalogue, translate
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage, Variant
from contact_center.portal.chat_reader import CHANNEL
from contact_center.web.deps import AppSettings, Db
from contact_center.web.templates import locale_of, render

router = APIRouter(include_in_schema=False)


@router.get("/chat")
async def chat(request: Request, khung: str = "") -> Response:
    """``khung``: shown in a frame, without the site's head and foot."""
    prefix, locale = "portal.chat.script.", locale_of(request)
    words = {key.removeprefix(prefix): translate(key, locale) for key in catalogue("vi") if key.startswith(prefix)}
    return render(request, "portal/chat.html", framed=bool(khung), chat_words=words)


@router.get("/chat/anh/{media_id}")
async def photo(
    request: Request, media_id: uuid.UUID, database: Db, settings: AppSettings, size: Variant = "thumbnail"
) -> Response:
    """A photo of the visitor's own talk, shown with the visitor's token. Missing and forbidden look alike."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    visitor = visitor_of(token, settings.secret_key.get_secret_value(), datetime.now(UTC))
    if visitor is None:
        raise NotFound(what="photo")
    async with database.transaction() as tx:
        kept = await media.get(tx, media_id)
        if kept.message_id is None or not await conversations.is_in_thread(tx, kept.message_id, CHANNEL, visitor.id):
            raise NotFound(what="photo")
    path = MediaStorage(settings.media_dir).path(kept.sha256 or "", size)
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
