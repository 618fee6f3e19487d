"""Talks with the bot that fell silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contact_center.conversations import repository
from contact_center.conversations.models import Conversation
from contact_center.db import Transaction

# Older ones were looked at long ago; the index on the last message keeps the search short.
LOOK_BACK = timedelta(hours=24)


async def claim_quiet(tx: Transaction, *, since: datetime, flows: Sequence[str], limit: int) -> Sequence[Conversation]:
    """Open talks that fell silent at ``since`` or before, while the bot was in one of these flows; locked."""
    return await repository.claim_quiet(tx, after=since - LOOK_BACK, before=since, flows=flows, limit=limit)
