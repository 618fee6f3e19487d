"""The only writer of conversations, messages and the outbox.

Lock order: the conversation's row first, then anything else. News of a ticket therefore never writes here directly: it
is an event in the inbox (``notify_citizen``), handled in order with what the citizen says.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

from channels.contracts import Button, DeliveryStatus, InboundEvent
from channels.registry import CAPABILITIES
from contact_center.actors import Actor
from contact_center.citizens import service as citizens
from contact_center.conversations import outbox_repository, repository
from contact_center.conversations.callbacks import (
    callbacks,
    finish_callback,
    request_callback,
    require_agent,
    take_callback,
)
from contact_center.conversations.events import clean
from contact_center.conversations.models import CallbackRequest, Conversation, InboxEvent, Message
from contact_center.conversations.notices import notify_citizen, notify_phone
from contact_center.conversations.quiet import claim_quiet
from contact_center.conversations.reads import (
    find_call,
    get_readable,
    is_in_thread,
    last_messages,
    messages,
    mine,
    of_thread,
    queue,
)
from contact_center.db import Transaction, new_id
from contact_center.errors import Conflict, InvalidInput, NotAllowed
from contact_center.staff import service as staff

__all__ = [
    "LONGEST_REPLY",
    "QUIET_AFTER",
    "Author",
    "CallbackRequest",
    "Conversation",
    "Message",
    "add_system_note",
    "address_kind",
    "agent_extension",
    "callbacks",
    "claim_quiet",
    "close",
    "close_call",
    "deliver_notice",
    "find_call",
    "find_or_open",
    "finish_callback",
    "forget_words",
    "get_readable",
    "hand_to_queue",
    "is_in_thread",
    "last_messages",
    "messages",
    "mine",
    "note",
    "notify_citizen",
    "notify_phone",
    "of_thread",
    "queue",
    "record_citizen_message",
    "release_to_bot",
    "reply",
    "request_callback",
    "ring_message",
    "say",
    "take_callback",
    "take_over",
]

# A thread quiet for this long starts afresh: what the bot was asking yesterday is no longer being answered.
QUIET_AFTER = timedelta(hours=24)
LONGEST_REPLY = 4000

Author = Literal["citizen", "bot", "agent", "system", "note"]


# --- from the citizen ---------------------------------------------------------------------------------------------


async def find_or_open(tx: Transaction, event: InboundEvent) -> Conversation:
    """The open conversation of the event's thread, locked; opened, with its citizen, if there is none."""
    found = await repository.find_open(tx, event.channel, event.thread)
    if found is not None:
        if found.controller != "bot" or found.last_message_at > tx.now - QUIET_AFTER:
            return found
        await _close(tx, found)
        await tx.session.flush()
    return await _open(tx, channel=event.channel, thread=event.thread, peer=event.peer, account=event.account)


async def _open(tx: Transaction, *, channel: str, thread: str, peer: str, account: str) -> Conversation:
    kind = CAPABILITIES[channel].address_kind
    citizen = await citizens.find_or_make(tx, kind=kind, value=peer)
    opened = await repository.open_unless_open(
        tx,
        {
            "channel": channel,
            "thread": thread,
            "peer": peer,
            "account": account,
            "citizen_id": citizen.id,
            "bot_state": {},
            "state": "open",
            "controller": "bot",
            "controller_epoch": 0,
            "locale": "vi",
            "last_seq": 0,
            "unread": 0,
            "opened_at": tx.now,
            "last_message_at": tx.now,
        },
    )
    opened = opened or await repository.find_open(tx, channel, thread)
    if opened is None:
        raise Conflict(what="conversation")
    return opened


async def record_citizen_message(
    tx: Transaction, conversation: Conversation, event: InboundEvent, *, inbox_seq: int | None
) -> Message:
    """Write down what the citizen said."""
    data = {key: value for key, value in event.data.items() if key != "client_id"}
    if event.location is not None:
        data["location"] = {
            "latitude": event.location.latitude,
            "longitude": event.location.longitude,
            "label": event.location.label,
        }
    message = _append(tx, conversation, author="citizen", text=event.text, data=data)
    message.inbox_seq = inbox_seq
    message.client_id = event.data.get("client_id")
    conversation.unread += 1
    if conversation.controller != "bot":
        tx.ring("desk", "message", conversation_id=conversation.id)
    return message


async def forget_words(tx: Transaction, message: Message) -> None:
    """Keep that something was said, and no word of it: a denunciation (Law on Denunciations 2018, secrecy)."""
    message.text, message.data = "", {"forgotten": True}
    if message.inbox_seq is not None:
        row = await tx.session.get(InboxEvent, message.inbox_seq)
        if row is not None:
            row.payload = {**row.payload, "text": "", "data": {}}


# --- to the citizen -----------------------------------------------------------------------------------------------


async def say(
    tx: Transaction,
    conversation: Conversation,
    *,
    text: str,
    author: Author = "bot",
    buttons: Sequence[Button] = (),
    data: dict[str, Any] | None = None,
    agent_id: uuid.UUID | None = None,
    epoch: int | None = None,
    image_urls: Sequence[str] = (),
) -> Message | None:
    """Say something in the conversation, which the caller holds locked.

    With ``epoch`` given and moved on, nothing is said and None comes back: a person took over meanwhile.
    """
    if epoch is not None and epoch != conversation.controller_epoch:
        return None
    message = _append(tx, conversation, author=author, text=text, data=data or {})
    message.buttons = [{"title": button.title, "payload": button.payload} for button in buttons]
    message.agent_id = agent_id
    capabilities = CAPABILITIES[conversation.channel]
    if capabilities.pushed:
        message.status = DeliveryStatus.QUEUED
        await outbox_repository.put_into_outbox(tx, _outgoing(conversation, message, image_urls))
    else:
        message.status = DeliveryStatus.QUEUED if capabilities.spoken else DeliveryStatus.SENT
    if capabilities.address_kind == "web":
        tx.ring(f"web:{conversation.thread}", "message", seq=message.seq)
    return message


def _outgoing(conversation: Conversation, message: Message, image_urls: Sequence[str]) -> dict[str, Any]:
    return {
        "reference": message.id,
        "conversation_id": conversation.id,
        "channel": conversation.channel,
        "payload": {
            "to": conversation.peer,
            "account": conversation.account,
            "text": message.text,
            "buttons": message.buttons,
            "image_urls": list(image_urls),
        },
    }


def _append(tx: Transaction, conversation: Conversation, *, author: Author, text: str, data: dict[str, Any]) -> Message:
    conversation.last_seq += 1
    if author != "note":
        conversation.last_message_at = tx.now
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        author=author,
        text=clean(text),
        buttons=[],
        data=clean(data),
        created_at=tx.now,
    )
    tx.session.add(message)
    tx.ring(f"conversation:{conversation.id}", "message", seq=message.seq)
    return message


async def deliver_notice(tx: Transaction, payload: dict[str, Any]) -> None:
    """The dispatcher's half of ``notices.notify_citizen``."""
    conversation = await repository.find_open(tx, payload["channel"], payload["thread"])
    if conversation is None:
        conversation = await _open(
            tx,
            channel=payload["channel"],
            thread=payload["thread"],
            peer=payload["peer"],
            account=payload["account"],
        )
    await say(
        tx,
        conversation,
        text=payload["text"],
        author="system",
        buttons=[Button(**button) for button in payload["buttons"]],
        data=payload["data"],
    )


# --- who is in control --------------------------------------------------------------------------------------------


async def hand_to_queue(tx: Transaction, conversation: Conversation, *, reason: str) -> None:
    """From here on a person answers. Does nothing when a person already does."""
    if conversation.controller != "bot":
        return
    conversation.controller = "queue"
    conversation.controller_epoch += 1
    conversation.waiting_since = tx.now
    conversation.hand_over_reason = reason
    tx.ring("desk", "waiting", conversation_id=conversation.id)
    tx.ring(f"conversation:{conversation.id}", "controller")


async def take_over(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> Conversation:
    """The agent answers from now on. Raises ``Conflict`` when another agent was quicker."""
    require_agent(actor)
    conversation = await repository.lock(tx, conversation_id)
    if conversation.controller == "human" and conversation.agent_id == actor.id:
        return conversation
    if conversation.controller == "human":
        raise Conflict(what="conversation", reason="taken")
    if conversation.state != "open":
        raise Conflict(what="conversation", reason="closed")
    conversation.controller = "human"
    conversation.controller_epoch += 1
    conversation.agent_id = actor.id
    conversation.waiting_since = None
    conversation.unread = 0
    tx.ring("desk", "taken", conversation_id=conversation.id)
    tx.ring(f"conversation:{conversation.id}", "controller")
    tx.ring(f"web:{conversation.thread}", "controller")
    return conversation


async def release_to_bot(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> Conversation:
    """Back to the bot, which starts with a clean mind."""
    conversation = await _held_by(tx, actor, conversation_id)
    conversation.controller = "bot"
    conversation.controller_epoch += 1
    conversation.agent_id = None
    conversation.hand_over_reason = None
    conversation.bot_state = {}
    tx.ring("desk", "released", conversation_id=conversation.id)
    tx.ring(f"conversation:{conversation.id}", "controller")
    tx.ring(f"web:{conversation.thread}", "controller")
    return conversation


async def reply(
    tx: Transaction, actor: Actor, conversation_id: uuid.UUID, *, text: str, client_id: str | None = None
) -> Message:
    """The agent answers. Raises ``NotAllowed`` unless the agent holds the conversation."""
    written = text.strip()
    if not written:
        raise InvalidInput(text="required")
    if len(written) > LONGEST_REPLY:
        raise InvalidInput(text="too_long")
    conversation = await _held_by(tx, actor, conversation_id)
    if client_id is not None:
        earlier = await repository.find_by_client_id(tx, conversation.id, client_id)
        if earlier is not None:
            return earlier
    message = await say(tx, conversation, text=written, author="agent", agent_id=actor.id)
    if message is None:
        raise Conflict(what="conversation")
    message.client_id = client_id
    conversation.unread = 0
    return message


async def note(tx: Transaction, actor: Actor, conversation_id: uuid.UUID, *, text: str) -> Message:
    """An internal note; the citizen never sees it."""
    require_agent(actor)
    written = text.strip()
    if not written:
        raise InvalidInput(text="required")
    conversation = await repository.lock(tx, conversation_id)
    message = _append(tx, conversation, author="note", text=written, data={})
    message.agent_id = actor.id
    return message


async def close(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> Conversation:
    require_agent(actor)
    conversation = await repository.lock(tx, conversation_id)
    await _close(tx, conversation)
    return conversation


async def close_call(tx: Transaction, conversation: Conversation) -> None:
    """The caller hung up. A caller who was still waiting for a person becomes a call-back."""
    if conversation.controller == "queue":
        await request_callback(tx, conversation, phone=conversation.peer, reason="hung_up_waiting")
    await _close(tx, conversation)


async def _close(tx: Transaction, conversation: Conversation) -> None:
    conversation.state = "closed"
    conversation.closed_at = tx.now
    conversation.controller = "bot"
    conversation.controller_epoch += 1
    conversation.agent_id = None
    conversation.waiting_since = None
    tx.ring("desk", "closed", conversation_id=conversation.id)
    tx.ring(f"conversation:{conversation.id}", "controller")
    tx.ring(f"web:{conversation.thread}", "controller")


async def _held_by(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> Conversation:
    require_agent(actor)
    conversation = await repository.lock(tx, conversation_id)
    if conversation.controller != "human" or conversation.agent_id != actor.id:
        raise NotAllowed(action="conversation", reason="not_held")
    return conversation


# --- reads --------------------------------------------------------------------------------------------------------


def address_kind(channel: str) -> str:
    return CAPABILITIES[channel].address_kind


async def add_system_note(tx: Transaction, conversation: Conversation, *, key: str, text: str = "") -> Message:
    """A line only staff see, shown from the catalogue by its key."""
    return _append(tx, conversation, author="note", text=text, data={"key": f"conversations.note.{key}"})


async def agent_extension(tx: Transaction, conversation: Conversation) -> str:
    """Where to put the call through to the agent who took it; empty = the agent answers by typing, read aloud."""
    if conversation.agent_id is None:
        return ""
    return await staff.extension_of(tx, conversation.agent_id)


async def ring_message(tx: Transaction, message_id: uuid.UUID) -> None:
    """Something about a message is new (its photo arrived): whoever looks at the conversation looks again."""
    message = await tx.session.get(Message, message_id)
    if message is not None:
        tx.ring(f"conversation:{message.conversation_id}", "message", seq=message.seq)
