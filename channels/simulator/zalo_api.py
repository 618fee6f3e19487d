"""Zalo's consultation, upload and OAuth APIs as our sender uses them; errors come with HTTP 200, as Zalo's do."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from channels.simulator.behaviour import OUTCOMES, Fate
from channels.simulator.state import NEVER_S, StandIn, utc_now
from channels.simulator.tokens import LIFETIME_S

LONGEST_TEXT = 2000
MOST_BUTTONS = 5
ERRORS = {
    -32: "Your application reached limit call api",
    -201: "Params is invalid",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
}


def router(stand_in: StandIn) -> APIRouter:
    routes = APIRouter()

    @routes.post("/v3.0/oa/message/cs")
    async def send_message(request: Request) -> JSONResponse:
        if not stand_in.tokens.takes(request.headers.get("access_token", "")):
            stand_in.log.note("zalo", "not_authorised", code="-216")
            return _error(-216)
        body = await _json(request)
        wrong = _what_is_wrong(body)
        if wrong:
            stand_in.log.note("zalo", "malformed", code="-201", wrong=wrong)
            return _error(-201, wrong)
        return await _take(stand_in, body, request.headers.get("x-request-reference", ""))

    @routes.post("/v2.0/oa/upload/{kind}")
    async def upload(request: Request, kind: str) -> JSONResponse:
        if not stand_in.tokens.takes(request.headers.get("access_token", "")):
            return _error(-216)
        file = (await request.form()).get("file")
        if kind not in {"image", "gif", "file"} or file is None or isinstance(file, str):
            return _error(-201, "file is required")
        name = "token" if kind == "file" else "attachment_id"
        return JSONResponse({"data": {name: secrets.token_urlsafe(12)}, "error": 0, "message": "Success"})

    @routes.post("/v4/oa/access_token")
    async def renew_token(request: Request) -> JSONResponse:
        form = await request.form()
        known = (
            request.headers.get("secret_key") == stand_in.accounts.app_secret
            and form.get("app_id") == stand_in.accounts.app_id
            and form.get("grant_type") == "refresh_token"
        )
        pair = stand_in.tokens.renew(str(form.get("refresh_token", ""))) if known else None
        if pair is None:
            return JSONResponse(_oauth_error())
        answer = {"access_token": pair[0], "refresh_token": pair[1], "expires_in": str(LIFETIME_S)}
        return JSONResponse(answer)

    return routes


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _what_is_wrong(body: Mapping[str, Any]) -> str:
    """The rules of the documented request bodies; empty when all hold."""
    recipient, message = body.get("recipient"), body.get("message")
    user_id = recipient.get("user_id") if isinstance(recipient, dict) else None
    if not (isinstance(user_id, str) and user_id.isdecimal()):
        return "user_id is invalid!"
    if not isinstance(message, dict) or not (message.get("text") or message.get("attachment")):
        return "message is invalid!"
    if len(message.get("text") or "") > LONGEST_TEXT:
        return "text is too long!"
    return _what_is_wrong_with_attachment(message)


def _what_is_wrong_with_attachment(message: Mapping[str, Any]) -> str:
    attachment = message.get("attachment")
    if attachment is None:
        return ""
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        return "attachment is invalid!"
    buttons = payload.get("buttons", [])
    complete = all({"title", "type", "payload"} <= set(button) for button in buttons)
    if len(buttons) > MOST_BUTTONS or not complete or (buttons and not message.get("text")):
        return "buttons are invalid!"
    return ""


async def _take(stand_in: StandIn, body: Mapping[str, Any], reference: str) -> JSONResponse:
    to, message = body["recipient"]["user_id"], body["message"]
    fate = stand_in.behaviour.fate_of(to, stand_in.log.tried_before(reference or to))
    await asyncio.sleep(stand_in.behaviour.delay_s)
    facts: dict[str, Any] = {
        "to": to,
        "text": message.get("text", ""),
        "reference": reference,
        "attachment": message.get("attachment"),
    }
    if fate is Fate.REFUSED:
        stand_in.log.note("zalo", "refused", code="-213", **facts)
        return _error(-213)
    if fate is Fate.BUSY:
        stand_in.log.note("zalo", "busy", code="-32", **facts)
        return _error(-32)
    message_id = secrets.token_hex(10)
    part = hashlib.sha256(repr(message).encode()).hexdigest()[:8]
    stand_in.log.note("zalo", OUTCOMES.get(fate, "accepted"), provider_id=message_id, part=part, **facts)
    _post_receipts(stand_in, to, message_id, fate)
    if fate is Fate.NO_ANSWER:
        await asyncio.sleep(NEVER_S)
    if fate in {Fate.SERVER_ERROR, Fate.NO_ANSWER}:
        return JSONResponse({"message": "Internal Server Error"}, status_code=500)
    return _taken(to, message_id)


def _post_receipts(stand_in: StandIn, to: str, message_id: str, fate: Fate) -> None:
    account = stand_in.accounts.zalo
    if fate is Fate.UNDELIVERED:
        return
    received = [account.received(to, message_id)]
    seen = [account.seen(to, message_id)]
    stand_in.post_receipts([*seen, *received, *seen] if fate is Fate.MUDDLED else received)


def _taken(to: str, message_id: str) -> JSONResponse:
    sent_time = str(int(utc_now().timestamp() * 1000))
    data = {"message_id": message_id, "user_id": to, "sent_time": sent_time, "quota": {"quota_type": "reply"}}
    return JSONResponse({"data": data, "error": 0, "message": "Success"})


def _error(code: int, message: str = "") -> JSONResponse:
    return JSONResponse({"error": code, "message": message or ERRORS[code]})


def _oauth_error() -> dict[str, Any]:
    return {
        "error": -14020,
        "error_name": "Invalid refresh token",
        "error_description": "Refresh token is invalid",
        "error_reason": "",
        "ref_doc": "",
    }
