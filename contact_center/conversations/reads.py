"""Conversations as others read them; who may read which is in the queries."""

import uuid
from collections.abc import Sequence

from channels.contracts import InboundEvent
from contact_center.actors import Actor
from contact_center.conversations import repository
from contact_center.conversations.models import Conversation, Message
from contact_center.db import Transaction


async def get_readable(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> Conversation:
    return await repository.get_readable(tx, actor, conversation_id)


async def of_thread(tx: Transaction, channel: str, thread: str) -> Conversation | None:
    """The newest conversation of a thread, open or not, for the citizen who holds the thread's key."""
    return await repository.find_latest(tx, channel, thread)


async def is_in_thread(tx: Transaction, message_id: uuid.UUID, channel: str, thread: str) -> bool:
    """Whether a message belongs to a conversation of this thread."""
    return await repository.is_in_thread(tx, message_id, channel, thread)


async def messages(
    tx: Transaction,
    conversation_id: uuid.UUID,
    *,
    after_seq: int = 0,
    limit: int = 200,
    with_notes: bool = False,
) -> Sequence[Message]:
    return await repository.list_messages(tx, conversation_id, after_seq=after_seq, limit=limit, with_notes=with_notes)


async def queue(tx: Transaction, actor: Actor, *, limit: int = 100) -> Sequence[Conversation]:
    return await repository.list_queue(tx, actor, limit=limit)


async def mine(tx: Transaction, actor: Actor, *, limit: int = 50) -> Sequence[Conversation]:
    return await repository.list_of_agent(tx, actor, limit=limit)


async def last_messages(tx: Transaction, conversation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Message]:
    return await repository.last_messages(tx, conversation_ids)


async def find_call(tx: Transaction, event: InboundEvent) -> Conversation | None:
    return await repository.find_open(tx, event.channel, event.thread)
