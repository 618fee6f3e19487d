"""What happens by itself: a deadline that passes is noted once, a rating nobody gives closes as silence."""

from contact_center.actors import SYSTEM
from contact_center.db import Transaction
from contact_center.tickets import repository, service
from contact_center.tickets.changes import NO_RESPONSE
from contact_center.tickets.deadlines import RATE_WITHIN
from contact_center.tickets.service import Action

# A sweep comes round every few seconds: a small batch keeps its transaction short.
BATCH = 100


async def sweep(tx: Transaction) -> int:
    """One batch of each kind, locked, so that two workers never do the same. Returns how many tickets changed."""
    overdue = await repository.claim_overdue(tx, limit=BATCH)
    for ticket in overdue:
        await service.act(tx, SYSTEM, ticket.id, Action.MARK_OVERDUE, version=ticket.version)
    unrated = await repository.claim_unrated(tx, resolved_before=tx.now - RATE_WITHIN, limit=BATCH)
    for ticket in unrated:
        await service.act(tx, SYSTEM, ticket.id, Action.CLOSE, version=ticket.version, reason=NO_RESPONSE)
    return len(overdue) + len(unrated)
