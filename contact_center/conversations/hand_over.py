"""The bot's failure is a person's turn, never the citizen's problem."""

from channels.contracts import InboundEvent
from contact_center.conversations import service
from contact_center.conversations.models import Conversation, Message
from contact_center.db import Transaction


class HandOverResponder:
    """Answers nothing itself: asks for a person. Used when the real responder failed."""

    def __init__(self, reason: str = "bot_failed") -> None:
        self._reason = reason

    async def respond(
        self, tx: Transaction, conversation: Conversation, message: Message | None, event: InboundEvent
    ) -> None:
        await service.hand_to_queue(tx, conversation, reason=self._reason)

    async def ended(self, tx: Transaction, conversation: Conversation) -> None:
        """Nothing of its own was being told."""
