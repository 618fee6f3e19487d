"""What the dispatcher asks of whoever answers: the bot implements it, the dispatcher does not know the bot."""

from typing import Protocol

from channels.contracts import InboundEvent
from contact_center.conversations.models import Conversation, Message
from contact_center.db import Transaction


class Responder(Protocol):
    async def respond(
        self, tx: Transaction, conversation: Conversation, message: Message | None, event: InboundEvent
    ) -> None:
        """Answer one event of a conversation the bot controls, by the verbs of ``conversations.service``.

        ``message`` is None when the citizen said nothing yet (a call began, a chat was opened) or was silent.
        """
        ...

    async def ended(self, tx: Transaction, conversation: Conversation) -> None:
        """The caller hung up and nobody had taken the talk over: what they had told must not be lost."""
        ...
