"""A caller waits for a person: what they hear, and the call-back they may ask for instead."""

from datetime import timedelta

from sqlalchemy import select

from channels.contracts import InboundEvent
from contact_center.clock import local
from contact_center.conversations import service
from contact_center.conversations.models import Conversation, Message
from contact_center.db import Transaction
from contact_center.i18n import translate
from contact_center.staff import service as staff

CALL_BACK_KEY = "1"
OFFER_AGAIN_AFTER = timedelta(seconds=45)
OFFER = "callback_offer"


async def attend(tx: Transaction, conversation: Conversation, event: InboundEvent) -> None:
    """One turn of a caller in the queue: promise a call-back when they press 1, offer it when nobody is free."""
    if not conversation.peer.startswith("+"):
        return  # a hidden number cannot be called back: they hold the line
    offer = await _last_offer(tx, conversation)
    if offer is not None and event.data.get("digits") == CALL_BACK_KEY:
        await _promise(tx, conversation)
    elif _is_due(tx, offer) and not await staff.ready_agents(tx):
        await _say(tx, conversation, "offer", data={"key": OFFER})


def _is_due(tx: Transaction, offer: Message | None) -> bool:
    return offer is None or offer.created_at < tx.now - OFFER_AGAIN_AFTER


async def _last_offer(tx: Transaction, conversation: Conversation) -> Message | None:
    return await tx.session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.author == "system",
            Message.data["key"].as_string() == OFFER,
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )


async def _promise(tx: Transaction, conversation: Conversation) -> None:
    request = await service.request_callback(tx, conversation, phone=conversation.peer, reason="asked")
    time = local(request.promised_by).strftime("%H:%M")
    await _say(tx, conversation, "promised", time=time, data={"call": {"hang_up": True}})


async def _say(
    tx: Transaction, conversation: Conversation, name: str, *, data: dict[str, object], **blanks: str
) -> None:
    text = translate(f"conversations.call.{name}", conversation.locale, **blanks)
    await service.say(tx, conversation, text=text, author="system", data=data)
