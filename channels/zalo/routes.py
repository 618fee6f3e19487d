"""Zalo's webhook: verified on the raw bytes, committed, answered inside two seconds."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from channels.acceptance import accept_all
from channels.bodies import read_body
from channels.contracts import Intake
from channels.refusal import Refusal, RefusingRoute
from channels.zalo import payload, signature

# Zalo wants its answer within 2 s, the way there and back included.
ACCEPT_WITHIN_S = 1.5


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ZaloWebhooks:
    """``oa_secret_key`` is the account's webhook key, not the app's secret."""

    app_id: str
    oa_secret_key: str = field(repr=False)
    body_limit: int
    now: Callable[[], datetime] = _utc_now

    async def event(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """The JSON and its bytes. Raises ``Refusal``: 413 too large, 400 no JSON, 403 not Zalo's or far too old.

        The content type is not looked at: the signature says more.
        """
        raw = await read_body(request, self.body_limit)
        given = request.headers.get(signature.HEADER)
        if not given:
            raise _not_signed()
        event = _parse(raw)
        timestamp = str(event.get("timestamp", ""))
        ours = str(event.get("app_id", "")) == self.app_id
        if not ours or not signature.is_signed(self.app_id, raw, timestamp, self.oa_secret_key, given):
            raise _not_signed()
        occurred_at = payload.moment(timestamp)
        if occurred_at is None or not signature.is_timely(occurred_at, self.now()):
            raise Refusal(403, "not_timely", "Timestamp missing, too old or in the future")
        return event, raw


def router(
    intake: Intake,
    *,
    app_id: str,
    oa_secret_key: str,
    oa_id: str = "",
    body_limit: int = 1_000_000,
    now: Callable[[], datetime] = _utc_now,
) -> APIRouter:
    """The endpoint, around the core's intake. With ``oa_id`` only this account's events are conversed with."""
    routes = APIRouter(prefix="/channels/zalo", tags=["channels"], route_class=RefusingRoute)
    webhooks = ZaloWebhooks(app_id=app_id, oa_secret_key=oa_secret_key, body_limit=body_limit, now=now)

    @routes.post("", summary="An event of the official account", response_class=Response)
    async def receive(request: Request) -> Response:
        event, raw = await webhooks.event(request)
        await accept_all(intake, payload.events_of(event, raw, oa_id=oa_id), within_s=ACCEPT_WITHIN_S)
        return Response(status_code=200)

    return routes


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed", "Not JSON") from None
    if not isinstance(event, dict):
        raise Refusal(400, "malformed", "Not a JSON object")
    return event


def _not_signed() -> Refusal:
    return Refusal(403, "not_signed", "Signature missing or wrong")
