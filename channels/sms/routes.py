"""Twilio's messaging webhooks. Answers go out through the outbox, so what Twilio hears is an empty ``<Response/>``."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from channels.acceptance import accept_all
from channels.contracts import Intake
from channels.refusal import RefusingRoute
from channels.sms import payload
from channels.twilio.webhook import TwilioWebhooks

# Twilio waits 15 s in all (docs/errors/11205); below that the answer is still ours to give.
ACCEPT_WITHIN_S = 8.0
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def router(intake: Intake, *, auth_token: str, public_base_url: str, body_limit: int = 1_000_000) -> APIRouter:
    """The endpoints, around the core's intake."""
    routes = APIRouter(prefix="/channels/sms/twilio", tags=["channels"], route_class=RefusingRoute)
    webhooks = TwilioWebhooks(auth_token=auth_token, public_base_url=public_base_url, body_limit=body_limit)

    @routes.post("", summary="An SMS from a citizen", response_class=Response)
    async def receive_message(request: Request) -> Response:
        form = await webhooks.form(request)
        await accept_all(intake, [payload.message_event(form)], within_s=ACCEPT_WITHIN_S)
        return Response(EMPTY_TWIML, media_type="text/xml")

    @routes.post("/status", summary="A delivery receipt", response_class=Response)
    async def receive_status(request: Request, ref: str = "") -> Response:
        form = await webhooks.form(request)
        await accept_all(intake, [payload.receipt_event(form, ref)], within_s=ACCEPT_WITHIN_S)
        return Response(status_code=204)

    return routes
