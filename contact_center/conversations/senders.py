"""Sends what is in the outbox: in order within a conversation, never the same row twice knowingly.

A row is marked ``sending`` and committed before the provider is asked. If the process dies after asking, nobody knows
whether the citizen got it: the sweeper marks it ``unknown`` and no one sends it again blindly.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from channels.contracts import (
    Button,
    DeliveryStatus,
    OutboundMessage,
    SendDeferred,
    Sender,
    SendError,
    SendReceipt,
    SendRefused,
)
from contact_center.conversations import receipts, repository
from contact_center.conversations.models import Message, OutboxMessage
from contact_center.conversations.workers import WorkSignal
from contact_center.db import Database, Transaction

log = logging.getLogger(__name__)

# Longer than any sender's own time limit: after this a row still ``sending`` has lost its process.
LOST_AFTER = timedelta(seconds=60)
MOST_TRIES = 8
LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try."""

    state: str  # sent, failed, unknown, queued (try again)
    status: DeliveryStatus
    receipt: SendReceipt | None = None
    error_code: str | None = None
    retry_after_s: float = 0.0


class OutboxSender:
    def __init__(self, database: Database, senders: Mapping[str, Sender], *, hands: int = 8) -> None:
        self._database = database
        self._senders = senders
        self._hands = hands
        self._busy = 0
        self._signal = WorkSignal()
        self.wake = self._signal.wake

    async def run(self) -> None:
        """One claimer, ``hands`` messages under way at most; a slow provider holds back its own hand only."""
        async with asyncio.TaskGroup() as group:
            while True:
                for row in await self._claim_patiently(self._hands - self._busy):
                    self._busy += 1
                    group.create_task(self._send_and_return(row))
                await self._signal.rest()

    async def _claim_patiently(self, most: int) -> Sequence[OutboxMessage]:
        try:
            return await self._claim(most) if most > 0 else ()
        except (SQLAlchemyError, OSError) as error:
            log.warning("sender_database_away", extra={"error": type(error).__name__})
            return ()

    async def _claim(self, most: int) -> Sequence[OutboxMessage]:
        async with self._database.transaction() as tx:
            return await repository.claim_outbox(tx, limit=most)

    async def _send_and_return(self, row: OutboxMessage) -> None:
        try:
            await self._note(row.seq, await self._try(row))
        finally:
            self._busy -= 1
            self.wake()

    async def send_next(self) -> bool:
        """Send one message; False when none may leave now."""
        rows = await self._claim(1)
        for row in rows:
            await self._note(row.seq, await self._try(row))
        return bool(rows)

    async def _try(self, row: OutboxMessage) -> Outcome:
        sender = self._senders.get(row.channel)
        if sender is None:
            return Outcome("failed", DeliveryStatus.FAILED, error_code="channel_not_configured")
        try:
            receipt = await sender.send(message_of(row))
        except SendRefused as error:
            return Outcome("failed", DeliveryStatus.FAILED, error_code=error.code)
        except SendDeferred as error:
            return _again(row, error)
        except SendError as error:
            return Outcome("unknown", DeliveryStatus.UNKNOWN, error_code=error.code)
        except Exception as error:  # a fault in a sender says nothing about whether the message left
            log.exception("sender_failed", extra={"channel": row.channel})
            return Outcome("unknown", DeliveryStatus.UNKNOWN, error_code=type(error).__name__)
        return Outcome("sent", DeliveryStatus.SENT, receipt=receipt)

    async def _note(self, seq: int, outcome: Outcome) -> None:
        """Write down the outcome; the database may be away for a moment, and forgetting it would mean ``unknown``."""
        for pause_s in (0.2, 1.0, 3.0, 10.0):
            try:
                async with self._database.transaction() as tx:
                    await _finish(tx, seq, outcome)
                return
            except (SQLAlchemyError, OSError):
                await asyncio.sleep(pause_s)
        log.error("outcome_not_noted", extra={"seq": seq, "state": outcome.state})


def _again(row: OutboxMessage, error: SendDeferred) -> Outcome:
    if row.attempts >= MOST_TRIES:
        return Outcome("failed", DeliveryStatus.FAILED, error_code=error.code)
    pause_s = min(LONGEST_PAUSE_S, max(error.retry_after_s, 2.0 ** (row.attempts - 1)))
    return Outcome("queued", DeliveryStatus.QUEUED, error_code=error.code, retry_after_s=pause_s)


async def _finish(tx: Transaction, seq: int, outcome: Outcome) -> None:
    waits = timedelta(seconds=outcome.retry_after_s)
    when = {"available_at": tx.now + waits} if outcome.state == "queued" else {"finished_at": tx.now}
    found = (
        await tx.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.seq == seq, OutboxMessage.state.in_(("sending", "unknown")))
            .values(state=outcome.state, error_code=outcome.error_code, claimed_at=None, **when)
            .returning(OutboxMessage.reference)
        )
    ).scalar_one_or_none()
    if found is not None:
        await _show(tx, found, outcome)


async def _show(tx: Transaction, reference: uuid.UUID, outcome: Outcome) -> None:
    message = await tx.session.scalar(select(Message).where(Message.id == reference).with_for_update())
    if message is None:
        return
    if outcome.state == "queued" or receipts.advances(message.status, outcome.status):
        message.status = outcome.status.value
    if outcome.receipt is not None:
        message.provider_id = outcome.receipt.provider_id
        await receipts.catch_up(tx, message, outcome.receipt.provider_id)
    tx.ring(f"conversation:{message.conversation_id}", "receipt", seq=message.seq)


def message_of(row: OutboxMessage) -> OutboundMessage:
    payload = row.payload
    return OutboundMessage(
        reference=str(row.reference),
        channel=row.channel,  # type: ignore[arg-type]  # a stored channel name
        to=payload["to"],
        text=payload["text"],
        account=payload["account"],
        buttons=tuple(Button(**button) for button in payload["buttons"]),
        image_urls=tuple(payload["image_urls"]),
    )


async def mark_lost(tx: Transaction) -> int:
    """Sweep: rows whose sender died while asking the provider become ``unknown``."""
    lost = await repository.abandoned_outbox(tx, older_than=LOST_AFTER)
    for row in lost:
        row.state = "unknown"
        row.error_code = "sender_died"
        row.finished_at = tx.now
        await tx.session.execute(
            update(Message)
            .where(Message.id == row.reference, Message.status.in_(("queued", "sending")))
            .values(status=DeliveryStatus.UNKNOWN.value)
        )
        tx.ring("desk", "unknown", conversation_id=row.conversation_id)
    return len(lost)
