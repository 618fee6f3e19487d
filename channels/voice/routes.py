"""Twilio's call webhooks, answered inline. A caller never hears an error: what fails or is late becomes the way to a
person."""

import asyncio
import logging
from dataclasses import dataclass, replace

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from channels.acceptance import accept_all
from channels.contracts import CallHandler, CallReply, InboundEvent, Intake
from channels.refusal import RefusingRoute
from channels.twilio.webhook import TwilioWebhooks
from channels.voice import payload, twiml

log = logging.getLogger(__name__)

ACCEPT_WITHIN_S = 8.0
# Twilio gives up after 15 s; half of that is already a long silence on the phone.
DEADLINE_S = 8.0
# Above the handler's own deadline, for a handler that does not keep it.
GRACE_S = 1.0
TURN_PATH = "/channels/voice/turn"


@dataclass(frozen=True, slots=True)
class _Answers:
    """From an event to TwiML."""

    calls: CallHandler
    webhooks: TwilioWebhooks
    deadline_s: float

    async def answer(self, event: InboundEvent, *, number: int) -> Response:
        next_turn = self.webhooks.address(f"{TURN_PATH}?n={number + 1}")
        try:
            async with asyncio.timeout(self.deadline_s + GRACE_S):
                reply = await self.calls.turn(event, deadline_s=self.deadline_s)
            written = twiml.render(_after_dial(reply, event), next_turn=next_turn)
        except Exception as error:  # the caller hears the safe sentence, whatever broke
            # The type only: error texts carry the caller's words.
            log.warning("call_turn_unanswered", extra={"error": type(error).__name__, "turn": number})
            written = twiml.safe_answer(next_turn=next_turn)
        return Response(written, media_type="text/xml")


def _after_dial(reply: CallReply, event: InboundEvent) -> CallReply:
    """A transfer that ended is not dialled again at once: the talk is over, or the agent did not pick up."""
    status = event.data.get("dial_status")
    if not status or not reply.transfer_to:
        return reply
    if status in {"completed", "answered"}:
        return replace(reply, transfer_to="", hang_up=True)
    return replace(reply, transfer_to="", hold=True)


def router(
    calls: CallHandler,
    intake: Intake,
    *,
    auth_token: str,
    public_base_url: str,
    body_limit: int = 1_000_000,
    deadline_s: float = DEADLINE_S,
) -> APIRouter:
    """The endpoints. ``deadline_s`` is how long the core may think about one turn, in seconds."""
    routes = APIRouter(prefix="/channels/voice", tags=["channels"], route_class=RefusingRoute)
    webhooks = TwilioWebhooks(auth_token=auth_token, public_base_url=public_base_url, body_limit=body_limit)
    answers = _Answers(calls=calls, webhooks=webhooks, deadline_s=deadline_s)

    @routes.post("/incoming", summary="A call comes in", response_class=Response)
    async def incoming(request: Request) -> Response:
        form = await webhooks.form(request)
        return await answers.answer(payload.started_event(form), number=0)

    @routes.post("/turn", summary="The caller spoke, pressed keys or was silent", response_class=Response)
    async def turn(
        request: Request,
        n: int = Query(ge=1, le=100_000),
        silence: bool = False,
        hold: bool = False,
        person: bool = False,
    ) -> Response:
        form = await webhooks.form(request)
        event = payload.turn_event(form, number=n, silence=silence, hold=hold, person=person)
        return await answers.answer(event, number=n)

    @routes.post("/status", summary="The call ended", response_class=Response)
    async def status(request: Request) -> Response:
        form = await webhooks.form(request)
        event = payload.ended_event(form)
        if event is not None:
            await accept_all(intake, [event], within_s=ACCEPT_WITHIN_S)
        return Response(status_code=204)

    return routes
