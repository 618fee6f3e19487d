"""What citizens wrote, by message: for those who learn from it. Forgotten and erased messages have no words left."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from contact_center.conversations.models import Conversation, Message
from contact_center.db import Transaction


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a citizen and the channel it came on."""

    text: str
    channel: str
    conversation_id: uuid.UUID


async def written(tx: Transaction, message_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Written]:
    """The citizens' messages among these that still have words, in one query."""
    if not message_ids:
        return {}
    rows = await tx.session.execute(
        select(Message.id, Message.text, Conversation.channel, Conversation.id.label("conversation_id"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id.in_(message_ids), Message.author == "citizen", Message.text != "")
    )
    return {row.id: Written(row.text, row.channel, row.conversation_id) for row in rows}
