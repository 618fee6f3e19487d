"""The chat widget's endpoints: a session, sending, and catching up. What is new is announced over the live stream; the
messages themselves are always fetched here, so that nothing is lost or repeated over a broken connection."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError

from channels.acceptance import accept_all
from channels.bodies import read_body
from channels.contracts import Acceptance, Intake
from channels.refusal import Refusal, RefusingRoute
from channels.webchat import payload, signature
from channels.webchat.capabilities import CAPABILITIES
from channels.webchat.reader import ChatLimiter, ChatReader
from channels.webchat.signature import Visitor

BODY_LIMIT = 64_000
PAGE = 100
# Then the widget shows "not sent" and tries again by itself.
ACCEPT_WITHIN_S = 10.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Door:
    """Who may come in, and how often."""

    secret: str = field(repr=False)
    limiter: ChatLimiter | None
    now: Callable[[], datetime]

    def known(self, request: Request) -> Visitor | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return signature.visitor_of(token.strip(), self.secret, self.now()) if scheme.lower() == "bearer" else None

    def visitor(self, request: Request) -> Visitor:
        visitor = self.known(request)
        if visitor is None:
            raise Refusal(401, "session_expired", "Phiên trò chuyện đã hết hạn, vui lòng tải lại trang.")
        return visitor

    async def not_too_often(self, action: str, key: str) -> None:
        wait_s = await self.limiter.wait_s(action, key) if self.limiter else 0
        if wait_s > 0:
            raise Refusal(
                429, "too_many_requests", "Anh/chị gửi hơi nhanh, vui lòng chờ một chút.", retry_after_s=wait_s
            )


def router(
    intake: Intake,
    reader: ChatReader,
    *,
    secret: str,
    limiter: ChatLimiter | None = None,
    body_limit: int = BODY_LIMIT,
    now: Callable[[], datetime] = _utc_now,
) -> APIRouter:
    """The endpoints, around the core's intake and reader. ``secret`` signs the visitors' tokens."""
    routes = APIRouter(prefix="/channels/web", tags=["chat"], route_class=RefusingRoute)
    door = _Door(secret=secret, limiter=limiter, now=now)

    @routes.post(
        "/session",
        summary="A token for a new chat, or a fresh one for the chat whose token is shown",
        response_model=payload.SessionOut,
    )
    async def open_session(request: Request) -> dict[str, Any]:
        await door.not_too_often("web_session", request.client.host if request.client else "")
        known = door.known(request)
        visitor = signature.renewed(known, now()) if known else signature.new_visitor(now())
        token = signature.token_of(visitor, secret)
        return {"token": token, "thread": visitor.id, "expires_at": visitor.expires_at}

    @routes.post(
        "/messages",
        summary="Send a message; safe to repeat with the same client_id",
        response_model=payload.MessageAccepted,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": payload.message_schema()}},
            }
        },
    )
    async def send_message(request: Request) -> dict[str, Any]:
        visitor = door.visitor(request)
        message = await _message(request, body_limit)
        await door.not_too_often("web_message", visitor.id)
        event = payload.event_of(message, visitor, now())
        if payload.is_empty(event):
            raise Refusal(422, "empty", "Vui lòng nhập nội dung hoặc gửi ảnh.")
        [acceptance] = await accept_all(intake, [event], within_s=ACCEPT_WITHIN_S)
        return {"client_id": message.client_id, "duplicate": acceptance is Acceptance.DUPLICATE}

    @routes.get("/messages", summary="Messages after a number", response_model=payload.PageOut)
    async def read_messages(request: Request, after: int = Query(default=0, ge=0, le=2**31 - 1)) -> dict[str, Any]:
        visitor = door.visitor(request)
        return payload.page_out(await reader.after(visitor.id, after, limit=PAGE))

    return routes


async def _message(request: Request, body_limit: int) -> payload.MessageIn:
    """The parsed body. Raises ``Refusal``: 413 too large, 415 no JSON, 422 not a message or too long a text."""
    raw = await read_body(request, body_limit)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "not_json", "Expected application/json")
    try:
        message = payload.MessageIn.model_validate_json(raw)
    except ValidationError as error:
        fields = {".".join(map(str, item["loc"])) or "body": item["type"] for item in error.errors()}
        raise Refusal(422, "invalid_input", "Nội dung gửi lên không hợp lệ.", fields=fields) from None
    if payload.is_too_long(message):
        words = f"Tin nhắn dài quá {CAPABILITIES.max_text} ký tự, vui lòng chia nhỏ."
        raise Refusal(422, "too_long", words, longest=CAPABILITIES.max_text)
    return message
