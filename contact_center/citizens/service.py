"""Citizens across channels: found by an address, or made from it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from contact_center.citizens.models import Citizen, CitizenAddress
from contact_center.db import Transaction, new_id
from contact_center.errors import NotFound

__all__ = ["Citizen", "add_address", "find_or_make", "get", "many", "phones_of", "remember"]


async def find_or_make(tx: Transaction, *, kind: str, value: str, verified: bool = True) -> Citizen:
    """The citizen who owns this address. Two callers at the same moment get the same citizen."""
    found = await _owner(tx, kind, value)
    if found is not None:
        return found
    made = await _make(tx, kind, value, verified=verified)
    if made is not None:
        return made
    owner = await _owner(tx, kind, value)
    if owner is None:
        raise NotFound(what="citizen")
    return owner


async def _make(tx: Transaction, kind: str, value: str, *, verified: bool) -> Citizen | None:
    """A citizen with this address, in one statement; None when somebody else was quicker and owns it."""
    candidate = new_id()
    address = (
        insert(CitizenAddress)
        .values(id=new_id(), citizen_id=candidate, kind=kind, value=value, verified=verified, created_at=tx.now)
        .on_conflict_do_nothing(index_elements=["kind", "value"])
        .returning(CitizenAddress.citizen_id, CitizenAddress.created_at)
        .cte("address")
    )
    # The foreign key is checked at the end of the statement, when the citizen is there too.
    return await tx.session.scalar(
        insert(Citizen)
        .from_select(["id", "created_at"], select(address.c.citizen_id, address.c.created_at))
        .returning(Citizen)
    )


async def _owner(tx: Transaction, kind: str, value: str) -> Citizen | None:
    return await tx.session.scalar(
        select(Citizen)
        .join(CitizenAddress, CitizenAddress.citizen_id == Citizen.id)
        .where(CitizenAddress.kind == kind, CitizenAddress.value == value)
    )


async def get(tx: Transaction, citizen_id: uuid.UUID) -> Citizen:
    citizen = await tx.session.get(Citizen, citizen_id)
    if citizen is None:
        raise NotFound(what="citizen")
    return citizen


async def many(tx: Transaction, citizen_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Citizen]:
    """Citizens by id, in one query."""
    if not citizen_ids:
        return {}
    rows = await tx.session.scalars(select(Citizen).where(Citizen.id.in_(citizen_ids)))
    return {citizen.id: citizen for citizen in rows}


async def add_address(tx: Transaction, citizen_id: uuid.UUID, *, kind: str, value: str, verified: bool = False) -> None:
    """Remember another address of the same person. An address somebody else already owns is left with them."""
    await tx.session.execute(
        insert(CitizenAddress)
        .values(id=new_id(), citizen_id=citizen_id, kind=kind, value=value, verified=verified, created_at=tx.now)
        .on_conflict_do_nothing(index_elements=["kind", "value"])
    )


async def remember(
    tx: Transaction, citizen_id: uuid.UUID, *, name: str | None = None, honorific: str | None = None
) -> None:
    """Keep what the citizen told us of themselves."""
    citizen = await get(tx, citizen_id)
    if name:
        citizen.display_name = name
    if honorific:
        citizen.honorific = honorific


async def phones_of(tx: Transaction, citizen_id: uuid.UUID) -> list[str]:
    """Phone numbers, those a channel proved first."""
    rows = await tx.session.scalars(
        select(CitizenAddress.value)
        .where(CitizenAddress.citizen_id == citizen_id, CitizenAddress.kind == "phone")
        .order_by(CitizenAddress.verified.desc(), CitizenAddress.created_at)
    )
    return list(rows)
