"""Delivery receipts: kept as they come, and never turning a message's status back."""

import uuid
from typing import Any

from sqlalchemy import select, update

from channels.contracts import RANK, DeliveryStatus
from contact_center.conversations import repository
from contact_center.conversations.models import DeliveryEvent, Message, OutboxMessage
from contact_center.db import Transaction, new_id


def as_reference(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def advances(old: str | None, new: DeliveryStatus) -> bool:
    """Whether ``new`` is further than ``old``: receipts arrive late, twice and out of order."""
    return old is None or RANK[new] > RANK[DeliveryStatus(old)]


async def apply(
    tx: Transaction,
    *,
    channel: str,
    provider_id: str,
    reference: uuid.UUID | None,
    status: DeliveryStatus,
    error_code: str | None = None,
) -> None:
    """Keep the receipt and move its message on. One that comes before our send has noted the provider's id waits in
    ``delivery_event`` until ``catch_up``."""
    tx.session.add(
        DeliveryEvent(
            id=new_id(),
            channel=channel,
            provider_id=provider_id,
            reference=reference,
            status=status.value,
            error_code=error_code,
            received_at=tx.now,
        )
    )
    message = await repository.find_outbound(tx, provider_id=provider_id, reference=reference)
    if message is not None:
        await _advance(tx, message, provider_id, status)


async def catch_up(tx: Transaction, message: Message, provider_id: str) -> None:
    """Apply the receipts that were quicker than our own note of the provider's id."""
    statuses = await tx.session.scalars(select(DeliveryEvent.status).where(DeliveryEvent.provider_id == provider_id))
    for status in statuses:
        await _advance(tx, message, provider_id, DeliveryStatus(status))


async def _advance(tx: Transaction, message: Message, provider_id: str, status: DeliveryStatus) -> None:
    if not advances(message.status, status):
        return
    if message.status == DeliveryStatus.UNKNOWN:
        await tx.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.reference == message.id, OutboxMessage.state == "unknown")
            .values(state="failed" if status is DeliveryStatus.FAILED else "sent", finished_at=tx.now)
        )
    message.status = status.value
    message.provider_id = message.provider_id or provider_id
    tx.ring(f"conversation:{message.conversation_id}", "receipt", seq=message.seq)
