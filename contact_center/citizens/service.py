"""Citizens across channels: found by an address, or made from it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Executable, bindparam, select, union_all
from sqlalchemy.dialects.postgresql import insert

from contact_center.citizens.models import Citizen, CitizenAddress
from contact_center.db import Transaction, new_id
from contact_center.errors import NotFound

__all__ = ["Citizen", "add_address", "find_or_make", "get", "many", "phones_of", "remember"]


# Where a session keeps the citizens its transaction has met: a turn asks for the same one several times.
_MET = "citizens"


async def find_or_make(tx: Transaction, *, kind: str, value: str, verified: bool = True) -> Citizen:
    """The citizen who owns this address. Two callers at the same moment get the same citizen."""
    found = await _owner_or_new(tx, kind, value, verified=verified)
    if found is None:
        found = await tx.session.scalar(_OWNER, _key(kind, value))
    if found is None:
        raise NotFound(what="citizen")
    _met(tx)[found.id] = found
    return found


def _key(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value}


def _met(tx: Transaction) -> dict[uuid.UUID, Citizen]:
    met: dict[uuid.UUID, Citizen] = tx.session.info.setdefault(_MET, {})
    return met


_OWNER = (
    select(Citizen)
    .join(CitizenAddress, CitizenAddress.citizen_id == Citizen.id)
    .where(CitizenAddress.kind == bindparam("kind"), CitizenAddress.value == bindparam("value"))
)


def _owner_or_new_statement() -> Executable:
    address = (
        insert(CitizenAddress)
        .values({name: bindparam(name) for name in ("id", "citizen_id", "kind", "value", "verified", "created_at")})
        .on_conflict_do_nothing(index_elements=["kind", "value"])
        .returning(CitizenAddress.citizen_id, CitizenAddress.created_at)
        .cte("address")
    )
    # The foreign key is checked at the end of the statement, when the citizen is there too.
    made = (
        insert(Citizen)
        .from_select(["id", "created_at"], select(address.c.citizen_id, address.c.created_at))
        .returning(Citizen.id, Citizen.display_name, Citizen.honorific, Citizen.created_at)
        .cte("made")
    )
    either = union_all(select(made), _OWNER)
    return select(Citizen).from_statement(either)


# A person with this address made, or the one there was: one statement, built once. Nothing comes back when somebody
# else is making the same person at this very moment; they are seen by the next look.
_OWNER_OR_NEW = _owner_or_new_statement()


async def _owner_or_new(tx: Transaction, kind: str, value: str, *, verified: bool) -> Citizen | None:
    new = {"id": new_id(), "citizen_id": new_id(), "verified": verified, "created_at": tx.now}
    found: Citizen | None = await tx.session.scalar(_OWNER_OR_NEW, {**_key(kind, value), **new})
    return found


async def get(tx: Transaction, citizen_id: uuid.UUID) -> Citizen:
    citizen = _met(tx).get(citizen_id) or await tx.session.get(Citizen, citizen_id)
    if citizen is None:
        raise NotFound(what="citizen")
    _met(tx)[citizen_id] = citizen
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
