"""Every query on the outbox, and on messages as far as they left."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, func, insert, or_, select, text, update
from sqlalchemy.orm import aliased

from contact_center.conversations.models import QUEUED, SENDING, DeliveryEvent, Message, OutboxMessage
from contact_center.conversations.wake import OUTBOX
from contact_center.db import Transaction


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that may leave now, and the number of this try."""

    seq: int
    reference: uuid.UUID
    conversation_id: uuid.UUID
    channel: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Noted:
    """How one try ended; ``again_at`` only for what is to be tried again."""

    seq: int
    attempts: int
    state: str
    error_code: str | None
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see of how far a message got."""

    id: uuid.UUID
    conversation_id: uuid.UUID
    seq: int
    status: str | None
    provider_id: str | None


_PUT = insert(cast("Table", OutboxMessage.__table__)).values(
    {name: bindparam(name) for name in ("reference", "conversation_id", "channel", "payload")}
)


async def put_into_outbox(tx: Transaction, outgoing: dict[str, Any]) -> None:
    """A message leaves once this transaction commits, after those put in before it."""
    await tx.session.execute(_PUT, outgoing)
    tx.wake(OUTBOX)


def _claim_statement() -> Executable:
    unsent = aliased(OutboxMessage)
    first_of_conversation = (
        select(func.min(unsent.seq))
        .where(unsent.conversation_id == OutboxMessage.conversation_id, unsent.state.in_((QUEUED, SENDING)))
        .scalar_subquery()
    )
    first = (
        select(OutboxMessage.seq)
        .where(
            OutboxMessage.state == QUEUED,
            OutboxMessage.available_at <= func.now(),
            OutboxMessage.seq == first_of_conversation,
        )
        .order_by(OutboxMessage.seq)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        # A CTE that locks is run once; a sub-query in the condition might be run again and lock more than asked for.
        .cte("first")
    )
    return (
        update(OutboxMessage)
        .where(OutboxMessage.seq == first.c.seq)
        .values(state="sending", claimed_at=bindparam("now"), attempts=OutboxMessage.attempts + 1)
        .returning(
            OutboxMessage.seq,
            OutboxMessage.reference,
            OutboxMessage.conversation_id,
            OutboxMessage.channel,
            OutboxMessage.payload,
            OutboxMessage.attempts,
        )
        .execution_options(synchronize_session=False)
    )


_CLAIM = _claim_statement()


async def claim_outbox(tx: Transaction, *, limit: int) -> Sequence[Letter]:
    """The oldest messages that may leave, each the first of its conversation; ``sending`` once committed."""
    rows = await tx.session.execute(_CLAIM, {"most": limit, "now": tx.now})
    return sorted((Letter(*row) for row in rows), key=lambda letter: letter.seq)


# A try that was counted since (``attempts``) is somebody else's: what we know of ours is no longer the news.
_FINISH = text("""
    update outbox
    set state = noted.state,
        error_code = noted.error_code,
        claimed_at = null,
        available_at = coalesce(noted.again_at, outbox.available_at),
        finished_at = case when noted.again_at is null then cast(:now as timestamptz) end
    from unnest(cast(:seqs as bigint[]), cast(:attempts as int[]), cast(:states as text[]),
                cast(:error_codes as text[]), cast(:again_at as timestamptz[]))
         as noted (seq, attempts, state, error_code, again_at)
    where outbox.seq = noted.seq and outbox.attempts = noted.attempts and outbox.state in ('sending', 'unknown')
    returning outbox.seq, outbox.reference
""")


async def finish_outbox(tx: Transaction, noted: Sequence[Noted]) -> dict[int, uuid.UUID]:
    """Close rows, or open them for another try; the messages of those that were still ours to close, by ``seq``."""
    rows = await tx.session.execute(
        _FINISH,
        {
            "now": tx.now,
            "seqs": [one.seq for one in noted],
            "attempts": [one.attempts for one in noted],
            "states": [one.state for one in noted],
            "error_codes": [one.error_code for one in noted],
            "again_at": [one.again_at for one in noted],
        },
    )
    return {row.seq: row.reference for row in rows}


async def abandoned_outbox(tx: Transaction, *, older_than: timedelta, limit: int = 100) -> Sequence[OutboxMessage]:
    """Messages whose sender died between asking the provider and noting the answer."""
    rows = await tx.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == SENDING, OutboxMessage.claimed_at < tx.now - older_than)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


async def lock_shown(tx: Transaction, ids: Sequence[uuid.UUID]) -> list[Shown]:
    """Messages of ours, locked in the one order everybody locks them in."""
    if not ids:
        return []
    rows = await tx.session.execute(
        select(Message.id, Message.conversation_id, Message.seq, Message.status, Message.provider_id)
        .where(Message.id.in_(ids))
        .order_by(Message.id)
        .with_for_update()
    )
    return [Shown(*row) for row in rows]


_SHOW = text("""
    update message set status = shown.status, provider_id = shown.provider_id
    from unnest(cast(:ids as uuid[]), cast(:statuses as text[]), cast(:provider_ids as text[]))
         as shown (id, status, provider_id)
    where message.id = shown.id
""")


async def show(tx: Transaction, shown: Sequence[Shown]) -> None:
    """Write down how far these messages, which the caller holds locked, got."""
    if shown:
        await tx.session.execute(
            _SHOW,
            {
                "ids": [one.id for one in shown],
                "statuses": [one.status for one in shown],
                "provider_ids": [one.provider_id for one in shown],
            },
        )


async def receipts_of(tx: Transaction, provider_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The statuses providers told of these messages so far."""
    if not provider_ids:
        return {}
    rows = await tx.session.execute(
        select(DeliveryEvent.provider_id, DeliveryEvent.status).where(DeliveryEvent.provider_id.in_(provider_ids))
    )
    told: dict[str, list[str]] = defaultdict(list)
    for provider_id, status in rows:
        told[provider_id].append(status)
    return told


async def lock_outbound(
    tx: Transaction, *, provider_ids: Sequence[str], references: Sequence[uuid.UUID]
) -> Sequence[Message]:
    """Messages of ours by either name, locked in one order so that two batches never wait for each other."""
    rows = await tx.session.scalars(
        select(Message)
        .where(or_(Message.provider_id.in_(provider_ids), Message.id.in_(references)))
        .order_by(Message.id)
        .with_for_update()
    )
    return rows.all()
