"""A responder that answers every message with its own words, and events as the channels make them."""

import asyncio

from channels.contracts import EventKind, InboundEvent, OutboundMessage, SendReceipt
from contact_center.conversations import service
from contact_center.conversations.models import Conversation, Message
from contact_center.db import Transaction


class Echo:
    """Says back what it heard."""

    async def respond(
        self, tx: Transaction, conversation: Conversation, message: Message | None, event: InboundEvent
    ) -> None:
        text = message.text if message else "(im lặng)"
        await service.say(tx, conversation, text=f"đã nghe: {text}", epoch=conversation.controller_epoch)

    async def ended(self, tx: Transaction, conversation: Conversation) -> None:
        return None


class Broken:
    """Fails every time, as a bot with a fault does."""

    async def respond(
        self, tx: Transaction, conversation: Conversation, message: Message | None, event: InboundEvent
    ) -> None:
        raise RuntimeError("fault")

    async def ended(self, tx: Transaction, conversation: Conversation) -> None:
        raise RuntimeError("fault")


class Recorder:
    """A sender that remembers what it was asked to send, in order, and takes a moment for each."""

    def __init__(self) -> None:
        self.sent: list[OutboundMessage] = []

    async def send(self, message: OutboundMessage) -> SendReceipt:
        await asyncio.sleep(0)
        self.sent.append(message)
        return SendReceipt(provider_id=f"P-{message.reference}")


def sms(text: str, *, event_id: str, phone: str = "+84912345678") -> InboundEvent:
    return InboundEvent(
        channel="sms", event_id=event_id, kind=EventKind.MESSAGE, peer=phone, thread=phone, account="1022", text=text
    )


def call(
    n: int, text: str = "", *, digits: str = "", call_id: str = "CA1", kind: EventKind = EventKind.MESSAGE
) -> InboundEvent:
    return InboundEvent(
        channel="voice",
        event_id=f"{call_id}:{n}",
        kind=kind,
        peer="+84912345678",
        thread=call_id,
        account="1022",
        text=text or digits,
        data={"digits": digits},
    )
