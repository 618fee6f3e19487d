"""Calls: the same events, handled inline, because a caller cannot wait for a worker."""

import asyncio
import logging
from dataclasses import asdict
from typing import Any

from channels.contracts import CallReply, DeliveryStatus, InboundEvent, Say
from contact_center.conversations import repository, service, waiting
from contact_center.conversations.hand_over import HandOverResponder
from contact_center.conversations.handling import handle
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.models import Conversation, InboxEvent
from contact_center.conversations.responder import Responder
from contact_center.db import Database, Transaction

log = logging.getLogger(__name__)


class CallTurnLate(TimeoutError):
    """The answer was not ready in time; the event is accepted and will be handled by the worker."""


class InlineCallHandler:
    """Implements ``channels.contracts.CallHandler``."""

    def __init__(self, database: Database, intake: DatabaseIntake, responder: Responder) -> None:
        self._database = database
        self._intake = intake
        self._responder = responder

    async def turn(self, event: InboundEvent, *, deadline_s: float) -> CallReply:
        """Accept the event, answer it, and remember the answer for a repeated webhook.

        Raises ``CallTurnLate`` when the answer is not there in time; whatever else goes wrong in answering sends the
        caller to a person.
        """
        try:
            async with asyncio.timeout(deadline_s):
                await self._intake.store(event)
                return await self._answer(event)
        except TimeoutError as error:
            raise CallTurnLate(event.event_id) from error

    async def _answer(self, event: InboundEvent) -> CallReply:
        try:
            return await self._answer_with(event, self._responder)
        except Exception:  # the bot's failure is a hand-over; the caller hears a person's queue, never an error
            log.exception("call_turn_failed")
            return await self._answer_with(event, HandOverResponder())

    async def _answer_with(self, event: InboundEvent, responder: Responder) -> CallReply:
        async with self._database.transaction() as tx:
            row = await repository.lock_inbox(tx, event.channel, event.event_id)
            if row is None:
                raise RuntimeError("the event was accepted but is not in the inbox")
            if row.state == "done" and row.reply is not None:
                return reply_from(row.reply)
            conversation = await self._handle(tx, row, event, responder)
            if conversation.controller == "queue":
                await waiting.attend(tx, conversation, event)
            reply = await _compose(tx, conversation)
            row.reply = asdict(reply)
            return reply

    async def _handle(
        self, tx: Transaction, row: InboxEvent, event: InboundEvent, responder: Responder
    ) -> Conversation:
        if row.state == "new":
            conversation = await handle(tx, row, responder)
            if conversation is not None:
                return conversation
        return await service.find_or_open(tx, event)


async def _compose(tx: Transaction, conversation: Conversation) -> CallReply:
    """Everything said on the call and not yet heard, with the last message's directions for what happens next."""
    unspoken = await repository.unspoken(tx, conversation.id)
    directions: dict[str, Any] = {}
    for message in unspoken:
        message.status = DeliveryStatus.SENT
        directions = message.data.get("call", {})
    says = tuple(Say(message.text) for message in unspoken)
    hang_up = bool(directions.get("hang_up", False))
    if conversation.controller != "bot" and not hang_up:
        transfer_to = await service.agent_extension(tx, conversation)
        return CallReply(says=says, hold=not transfer_to, transfer_to=transfer_to, hang_up=False)
    return CallReply(
        says=says,
        listen=not hang_up,
        expect=directions.get("expect", "any"),
        num_digits=directions.get("num_digits"),
        hints=tuple(directions.get("hints", ())),
        hang_up=hang_up,
    )


def reply_from(stored: dict[str, Any]) -> CallReply:
    says = tuple(Say(**say) for say in stored["says"])
    return CallReply(**{**stored, "says": says, "hints": tuple(stored["hints"])})
