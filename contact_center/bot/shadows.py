"""A candidate model's ranking beside the one that was acted upon."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from contact_center.bot.models import Prediction
from contact_center.db import Transaction, first_id_at

Ranking = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of the ledger the candidate has not seen."""

    id: uuid.UUID
    message_id: uuid.UUID


async def unread(tx: Transaction, *, model: str, since: datetime, limit: int) -> list[Unread]:
    """The oldest since then, by their ids, which are in the order of time."""
    rows = await tx.session.execute(
        select(Prediction.id, Prediction.message_id)
        .where(
            Prediction.id >= first_id_at(since),
            Prediction.message_id.is_not(None),
            Prediction.categories != [],
            or_(Prediction.shadow_model.is_(None), Prediction.shadow_model != model),
        )
        .order_by(Prediction.id)
        .limit(limit)
    )
    return [Unread(row.id, row.message_id) for row in rows if row.message_id is not None]


async def keep(tx: Transaction, model: str, rankings: Mapping[uuid.UUID, Ranking]) -> int:
    """Write the rankings down. A row somebody works on is left for the next time, so a turn waits for nothing but the
    writing itself; one forgotten meanwhile stays forgotten."""
    free = (
        await tx.session.scalars(
            select(Prediction.id)
            .where(Prediction.id.in_(list(rankings)), Prediction.categories != [])
            .order_by(Prediction.id)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if free:
        await tx.session.execute(
            update(Prediction),
            [{"id": one, "shadow_model": model, "shadow_categories": rankings[one]} for one in free],
        )
    return len(free)
