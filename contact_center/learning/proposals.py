"""A correction is written down as a proposed label: by whom, why, and what the machine had said.

Only this feature's own table is touched, so that the ledger can call it in the transaction of the correction.
"""

import uuid

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from contact_center.actors import Actor
from contact_center.db import Transaction, new_id
from contact_center.learning.models import LabelProposal

PROPOSED = "proposed"


async def propose(
    tx: Transaction,
    ticket_id: uuid.UUID,
    *,
    machine: str,
    probability: float,
    category: str,
    actor: Actor,
    reason: str,
) -> None:
    """One proposal a ticket, the newest; a label that was decided on is open again when it changes once more. Where
    people came back to what the machine had said there is nothing to learn."""
    if category == machine:
        await forget(tx, ticket_id)
        return
    said = {
        "machine_category": machine,
        "machine_probability": probability,
        "category": category,
        "reason": reason,
        "proposed_by": actor.id if actor.kind == "staff" else None,
        "proposed_at": tx.now,
        "state": PROPOSED,
        "decided_by": None,
        "decided_at": None,
    }
    await tx.session.execute(
        insert(LabelProposal)
        .values(id=new_id(), ticket_id=ticket_id, **said)
        .on_conflict_do_update(index_elements=["ticket_id"], set_=said, where=LabelProposal.category != category)
    )


async def forget(tx: Transaction, ticket_id: uuid.UUID) -> None:
    """Nothing of this ticket is learned."""
    await tx.session.execute(delete(LabelProposal).where(LabelProposal.ticket_id == ticket_id))
