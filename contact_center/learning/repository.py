"""Every query on proposed labels, models and which of them serves."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select, text, update

from contact_center.db import Transaction
from contact_center.learning.models import LabelProposal, NluModel, NluServing

# --- proposed labels ----------------------------------------------------------------------------------------------


async def proposed(tx: Transaction, *, limit: int) -> Sequence[LabelProposal]:
    """Oldest first: who corrected it still remembers."""
    statement = select(LabelProposal).where(LabelProposal.state == "proposed")
    return (await tx.session.scalars(statement.order_by(LabelProposal.proposed_at).limit(limit))).all()


async def accepted(tx: Transaction, *, limit: int) -> Sequence[LabelProposal]:
    statement = select(LabelProposal).where(LabelProposal.state == "accepted")
    return (await tx.session.scalars(statement.order_by(LabelProposal.proposed_at.desc()).limit(limit))).all()


async def count_by_state(tx: Transaction) -> dict[str, int]:
    statement = select(LabelProposal.state, func.count().label("labels")).group_by(LabelProposal.state)
    return {row.state: row.labels for row in await tx.session.execute(statement)}


async def lock_proposal(tx: Transaction, proposal_id: uuid.UUID) -> LabelProposal | None:
    return await tx.session.scalar(select(LabelProposal).where(LabelProposal.id == proposal_id).with_for_update())


# --- models -------------------------------------------------------------------------------------------------------


async def model(tx: Transaction, version: str) -> NluModel | None:
    return await tx.session.get(NluModel, version)


async def models(tx: Transaction, *, limit: int = 50) -> Sequence[NluModel]:
    """Newest first."""
    return (await tx.session.scalars(select(NluModel).order_by(NluModel.trained_at.desc()).limit(limit))).all()


async def shadowing(tx: Transaction) -> NluModel | None:
    return await tx.session.scalar(select(NluModel).where(NluModel.shadowing))


async def end_shadows(tx: Transaction) -> None:
    await tx.session.execute(update(NluModel).where(NluModel.shadowing).values(shadowing=False))


async def serving(tx: Transaction) -> NluServing | None:
    """The newest word on which model serves."""
    return await tx.session.scalar(select(NluServing).order_by(NluServing.seq.desc()).limit(1))


async def last_promotion(tx: Transaction, version: str) -> NluServing | None:
    return await tx.session.scalar(
        select(NluServing)
        .where(NluServing.version == version, NluServing.how == "promoted")
        .order_by(NluServing.seq.desc())
        .limit(1)
    )


async def hold_serving(tx: Transaction) -> None:
    """One change of the serving model at a time."""
    await tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended('nlu_serving', 1022))"))


async def moves(tx: Transaction, *, limit: int = 20) -> Sequence[NluServing]:
    """What was promoted and taken back, newest first."""
    return (await tx.session.scalars(select(NluServing).order_by(NluServing.seq.desc()).limit(limit))).all()


async def notify(tx: Transaction, channel: str) -> None:
    """Tell every process once this is committed; rare enough for a NOTIFY inside the transaction."""
    await tx.session.execute(text("select pg_notify(:channel, '1')"), {"channel": channel})
