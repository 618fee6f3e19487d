"""What became of messages that were to leave: written down for many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.contracts import DeliveryStatus, SendReceipt
from contact_center.conversations import outbox_repository as repository
from contact_center.conversations.outbox_repository import Letter, Noted, Shown
from contact_center.conversations.receipts import advances
from contact_center.db import Transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try at a letter."""

    letter: Letter
    state: str  # sent, failed, unknown, queued (try again)
    status: DeliveryStatus
    receipt: SendReceipt | None = None
    error_code: str | None = None
    retry_after_s: float = 0.0

    @property
    def provider_id(self) -> str | None:
        return self.receipt.provider_id if self.receipt else None

    def noted(self, now: datetime) -> Noted:
        again_at = now + timedelta(seconds=self.retry_after_s) if self.state == "queued" else None
        return Noted(self.letter.seq, self.letter.attempts, self.state, self.error_code, again_at)


async def note(tx: Transaction, outcomes: Sequence[Outcome]) -> None:
    """Close their rows of the outbox, and show on their messages how far they got."""
    references = await repository.finish_outbox(tx, [one.noted(tx.now) for one in outcomes])
    of_message = {references[one.letter.seq]: one for one in outcomes if one.letter.seq in references}
    shown = await repository.lock_shown(tx, list(of_message))
    quick = await repository.receipts_of(tx, [one.provider_id for one in of_message.values() if one.provider_id])
    moved = [_moved(message, of_message[message.id], quick) for message in shown]
    await repository.show(tx, moved)
    for message in moved:
        tx.ring(f"conversation:{message.conversation_id}", "receipt", seq=message.seq)


def _moved(message: Shown, outcome: Outcome, quick: Mapping[str, Sequence[str]]) -> Shown:
    """The message after this outcome, and after the receipts that were quicker than our own note of its id."""
    status = message.status
    if outcome.state == "queued" or advances(status, outcome.status):
        status = outcome.status.value
    for receipt in quick.get(outcome.provider_id or "", ()):
        if advances(status, DeliveryStatus(receipt)):
            status = receipt
    return Shown(message.id, message.conversation_id, message.seq, status, outcome.provider_id or message.provider_id)
