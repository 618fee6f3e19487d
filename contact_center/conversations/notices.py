"""News for a citizen, queued as an event of the inbox: handled in order with what the citizen says (decision 0002)."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from channels.contracts import Button
from channels.registry import CAPABILITIES
from contact_center.conversations.events import NOTICE, clean, thread_key
from contact_center.conversations.models import Conversation, InboxEvent
from contact_center.conversations.wake import INBOX
from contact_center.db import Transaction
from contact_center.errors import NotFound


async def notify_citizen(
    tx: Transaction,
    *,
    conversation_id: uuid.UUID,
    key: str,
    text: str,
    sms_text: str | None = None,
    buttons: Sequence[Button] = (),
    data: dict[str, Any] | None = None,
) -> None:
    """Queue news for the citizen on the channel they came by; a caller gets it as SMS on the number they called from.

    ``key`` names the news for ever ("ticket_event:<id>"): queueing it twice tells it once. It is delivered by the
    dispatcher in order with everything else in that thread.
    """
    conversation = await tx.session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound(what="conversation")
    spoken = CAPABILITIES[conversation.channel].spoken
    channel, thread = ("sms", conversation.peer) if spoken else (conversation.channel, conversation.thread)
    await _queue_notice(
        tx,
        key,
        {
            "channel": channel,
            "thread": thread,
            "peer": conversation.peer,
            "account": "" if spoken else conversation.account,
            "text": (sms_text or text) if channel == "sms" else text,
            "buttons": [{"title": button.title, "payload": button.payload} for button in buttons],
            "data": data or {},
        },
    )


async def notify_phone(
    tx: Transaction, *, phone: str, key: str, sms_text: str, data: dict[str, Any] | None = None
) -> None:
    """The same by SMS, for a citizen who left nothing but a number (E.164)."""
    payload = {
        "channel": "sms",
        "thread": phone,
        "peer": phone,
        "account": "",
        "text": sms_text,
        "buttons": [],
        "data": data or {},
    }
    await _queue_notice(tx, key, payload)


async def _queue_notice(tx: Transaction, key: str, payload: dict[str, Any]) -> None:
    channel = payload["channel"]
    await tx.session.execute(
        insert(InboxEvent)
        .values(
            channel=channel,
            event_id=f"{NOTICE}:{key}",
            thread=thread_key(channel, payload["thread"]),
            kind=NOTICE,
            payload=clean(payload),
        )
        .on_conflict_do_nothing(index_elements=["channel", "event_id"])
    )
    tx.wake(INBOX)
