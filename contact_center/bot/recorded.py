"""What the ledger holds on one message or one ticket, for whoever asks why."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from contact_center.bot.ledger import Guess
from contact_center.bot.models import Prediction
from contact_center.db import Transaction

MOST = 20


@dataclass(frozen=True, slots=True)
class Recorded:
    """One understanding as it was acted upon. ``corrected_to`` is people's word on the ticket, if they gave another."""

    id: uuid.UUID
    message_id: uuid.UUID | None
    ticket_id: uuid.UUID | None
    engine: str
    model: str
    intent: str
    emergency: bool
    guesses: tuple[Guess, ...]
    threshold: float
    abstained: bool
    decision: Mapping[str, Any]
    corrected_to: str
    at: datetime


async def of_message(tx: Transaction, message_id: uuid.UUID) -> list[Recorded]:
    """Oldest first; a message of two matters was understood twice."""
    return await _list(tx, Prediction.message_id == message_id)


async def of_ticket(tx: Transaction, ticket_id: uuid.UUID) -> list[Recorded]:
    return await _list(tx, Prediction.ticket_id == ticket_id)


async def _list(tx: Transaction, which: ColumnElement[bool]) -> list[Recorded]:
    rows: Sequence[Prediction] = (
        await tx.session.scalars(select(Prediction).where(which).order_by(Prediction.id).limit(MOST))
    ).all()
    return [_recorded(row) for row in rows]


def _recorded(row: Prediction) -> Recorded:
    return Recorded(
        id=row.id,
        message_id=row.message_id,
        ticket_id=row.ticket_id,
        engine=row.engine,
        model=row.model,
        intent=row.intent,
        emergency=row.emergency,
        guesses=tuple(Guess(one["code"], float(one["probability"]), one.get("reason", "")) for one in row.categories),
        threshold=row.threshold,
        abstained=row.abstained,
        decision=row.decision,
        corrected_to=row.corrected_category or "",
        at=row.created_at,
    )
