"""Twilio's Messages API as far as our sender uses it, with Twilio's own errors
(``POST /2010-04-01/Accounts/{AccountSid}/Messages.json``; codes: Twilio, "Error and warning dictionary")."""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse

from channels.phones import as_e164
from channels.simulator.behaviour import OUTCOMES, Fate, Outcome
from channels.simulator.citizen import new_sid
from channels.simulator.state import NEVER_S, StandIn, utc_now
from channels.sms.segments import segments

LONGEST_BODY = 1600
# What each fate looks like on the way back to us, in the order the provider tells it.
RECEIPTS: Mapping[Fate, tuple[str, ...]] = {
    Fate.UNDELIVERED: ("sent", "undelivered"),
    Fate.MUDDLED: ("delivered", "sent", "delivered", "queued", "sent"),
}
USUAL_RECEIPTS = ("sent", "delivered")
UNREACHABLE = "30003"


@dataclass(frozen=True, slots=True)
class ApiError(Exception):
    """Twilio's error body."""

    status: int
    code: int
    message: str

    def response(self) -> JSONResponse:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        body = {"code": self.code, "message": self.message, "more_info": more, "status": self.status}
        return JSONResponse(body, status_code=self.status)


def router(stand_in: StandIn) -> APIRouter:
    routes = APIRouter()

    @routes.post("/2010-04-01/Accounts/{account_sid}/Messages.json")
    async def create_message(request: Request, account_sid: str) -> JSONResponse:
        try:
            _check_caller(stand_in, request, account_sid)
            form = await request.form()
            _check_form(form)
        except ApiError as error:
            outcome: Outcome = "not_authorised" if error.status in {401, 404} else "malformed"
            stand_in.log.note("twilio", outcome, code=str(error.code))
            return error.response()
        return await _take(stand_in, form)

    return routes


def _check_caller(stand_in: StandIn, request: Request, account_sid: str) -> None:
    accounts = stand_in.accounts
    expected = base64.b64encode(f"{accounts.account_sid}:{accounts.auth_token}".encode()).decode()
    if not hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Basic {expected}".encode()):
        raise ApiError(401, 20003, "Authenticate")
    if account_sid != accounts.account_sid:
        raise ApiError(404, 20404, "The requested resource was not found")


def _check_form(form: FormData) -> None:
    """The parameters the specification requires, and the limits it states."""
    if not _text(form, "To"):
        raise ApiError(400, 21604, "A 'To' phone number is required.")
    if as_e164(_text(form, "To")) is None or not _text(form, "To").startswith("+"):
        raise ApiError(400, 21211, "Invalid 'To' Phone Number")
    if not (_text(form, "From") or _text(form, "MessagingServiceSid")):
        raise ApiError(400, 21603, "A 'From' phone number is required.")
    if not (_text(form, "Body") or _text(form, "MediaUrl") or _text(form, "ContentSid")):
        raise ApiError(400, 21602, "Message body is required.")
    if len(_text(form, "Body")) > LONGEST_BODY:
        raise ApiError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    callback = urlsplit(_text(form, "StatusCallback"))
    if callback.geturl() and not (callback.scheme in {"http", "https"} and callback.hostname):
        raise ApiError(400, 21609, "The StatusCallback URL is not a valid URL.")


async def _take(stand_in: StandIn, form: FormData) -> JSONResponse:
    to, callback = _text(form, "To"), _text(form, "StatusCallback")
    reference = "".join(parse_qs(urlsplit(callback).query).get("ref", [])[:1])
    fate = stand_in.behaviour.fate_of(to, stand_in.log.tried_before(reference or to))
    await asyncio.sleep(stand_in.behaviour.delay_s)
    facts: dict[str, Any] = {"to": to, "text": _text(form, "Body"), "reference": reference}
    if fate is Fate.REFUSED:
        stand_in.log.note("twilio", "refused", code="21211", **facts)
        return ApiError(400, 21211, "Invalid 'To' Phone Number").response()
    if fate is Fate.BUSY:
        stand_in.log.note("twilio", "busy", code="20429", **facts)
        return ApiError(429, 20429, "Too Many Requests").response()
    sid = new_sid("SM")
    # Only the last part of a long message carries the callback, and with it the reference.
    part = "" if reference else sid
    count = segments(facts["text"])
    outcome = OUTCOMES.get(fate, "accepted")
    stand_in.log.note("twilio", outcome, provider_id=sid, part=part, segments=count, **facts)
    if callback:
        _post_receipts(stand_in, callback, sid, to, fate)
    if fate is Fate.NO_ANSWER:
        await asyncio.sleep(NEVER_S)
    if fate in {Fate.SERVER_ERROR, Fate.NO_ANSWER}:
        return ApiError(500, 20500, "Internal Server Error").response()
    return JSONResponse(_resource(form, stand_in.accounts.account_sid, sid, count), status_code=201)


def _post_receipts(stand_in: StandIn, callback: str, sid: str, to: str, fate: Fate) -> None:
    line = stand_in.accounts.line
    path = callback.removeprefix(line.base_url.rstrip("/"))
    statuses = RECEIPTS.get(fate, USUAL_RECEIPTS)
    requests = []
    for status in statuses:
        error = {"ErrorCode": UNREACHABLE} if status == "undelivered" else {}
        form = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "To": to, "From": line.number, **error}
        requests.append(line.request(path, form))
    stand_in.post_receipts(requests)


def _resource(form: FormData, account_sid: str, sid: str, count: int) -> dict[str, Any]:
    now = format_datetime(utc_now())
    return {
        "sid": sid,
        "account_sid": account_sid,
        "to": _text(form, "To"),
        "from": _text(form, "From"),
        "body": _text(form, "Body"),
        "status": "queued",
        "num_segments": str(count),
        "num_media": "0",
        "direction": "outbound-api",
        "api_version": "2010-04-01",
        "date_created": now,
        "date_updated": now,
        "date_sent": None,
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "uri": f"/2010-04-01/Accounts/{account_sid}/Messages/{sid}.json",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{account_sid}/Messages/{sid}/Media.json"},
    }


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
