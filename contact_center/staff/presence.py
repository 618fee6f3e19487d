"""Which agents are there to take contacts: their own word, kept fresh by the desk's heartbeat."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from contact_center.actors import Actor
from contact_center.db import Transaction
from contact_center.staff.models import Account, Presence

PRESENT_WITHIN = timedelta(seconds=60)

PresenceState = Literal["ready", "break", "away"]


async def set_presence(tx: Transaction, actor: Actor, state: PresenceState) -> None:
    """The agent's word, refreshed by the desk's heartbeat."""
    await tx.session.execute(
        insert(Presence)
        .values(account_id=actor.id, state=state, seen_at=tx.now)
        .on_conflict_do_update(index_elements=["account_id"], set_={"state": state, "seen_at": tx.now})
    )
    tx.ring("desk", "presence", account_id=actor.id)


async def heartbeat(tx: Transaction, actor: Actor) -> None:
    await tx.session.execute(update(Presence).where(Presence.account_id == actor.id).values(seen_at=tx.now))


async def presence_of(tx: Transaction, actor: Actor) -> str:
    state = await tx.session.scalar(
        select(Presence.state).where(Presence.account_id == actor.id, Presence.seen_at > tx.now - PRESENT_WITHIN)
    )
    return state or "away"


async def ready_agents(tx: Transaction) -> int:
    """How many agents take contacts right now."""
    count = await tx.session.scalar(
        select(func.count())
        .select_from(Presence)
        .join(Account, Account.id == Presence.account_id)
        .where(Presence.state == "ready", Presence.seen_at > tx.now - PRESENT_WITHIN, Account.active)
    )
    return count or 0
