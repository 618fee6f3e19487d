"""Delivery receipts: kept as they come, and never turning a message's status back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from channels.contracts import RANK, DeliveryStatus, InboundEvent
from contact_center.conversations import outbox_repository
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says of one message of ours. ``reference`` is ours, where the provider gives it back."""

    channel: str
    provider_id: str
    reference: uuid.UUID | None
    status: DeliveryStatus
    error_code: str | None = None


def receipt_of(event: InboundEvent) -> Receipt:
    return Receipt(
        channel=event.channel,
        provider_id=str(event.data.get("provider_id", "")),
        reference=as_reference(event.data.get("reference")),
        status=DeliveryStatus(event.data["status"]),
        error_code=event.data.get("error_code"),
    )


async def apply(tx: Transaction, receipts: Sequence[Receipt]) -> None:
    """Keep the receipts and move their messages on, many in a few statements: each message brings two or three.

    One that comes before our sender has noted the provider's id waits in ``delivery_event`` until the outcome is noted.
    """
    tx.session.add_all(
        DeliveryEvent(
            id=new_id(),
            channel=receipt.channel,
            provider_id=receipt.provider_id,
            reference=receipt.reference,
            status=receipt.status.value,
            error_code=receipt.error_code,
            received_at=tx.now,
        )
        for receipt in receipts
    )
    messages = await outbox_repository.lock_outbound(
        tx,
        provider_ids=[receipt.provider_id for receipt in receipts if receipt.provider_id],
        references=[receipt.reference for receipt in receipts if receipt.reference],
    )
    by_key: dict[object, Message] = {message.id: message for message in messages}
    by_key |= {message.provider_id: message for message in messages if message.provider_id}
    for receipt in receipts:
        message = by_key.get(receipt.reference) or by_key.get(receipt.provider_id)
        if message is not None:
            await _advance(tx, message, receipt.provider_id, receipt.status)


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
