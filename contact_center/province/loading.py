"""Write the sample province into a database. What is there already stays as it is, so it is safe at every start."""

import asyncio
import os
import sys
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from contact_center.db import Base, Database, Transaction, new_id
from contact_center.knowledge import service as knowledge
from contact_center.province.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from contact_center.province.sources import ProvinceSource, read_province
from contact_center.routing.models import UnitBinding
from contact_center.staff.models import Account
from contact_center.staff.passwords import hash_password
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.models import TaxonomyVersion
from contact_center.units.models import CalendarDay, Commune, Unit, WorkingCalendar
from nlu.text import fold

# Several processes may start at once; the number is only a name for the lock.
LOAD_LOCK = 1022_02


async def load_sample(database: Database) -> None:
    """Communes, departments, bindings, calendar, taxonomy and sample accounts; nothing that exists is changed."""
    async with database.transaction() as tx:
        await tx.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOAD_LOCK})
        if await tx.session.scalar(select(TaxonomyVersion.version).limit(1)) is None:
            await taxonomy.import_file(tx)
        source = await asyncio.to_thread(read_province)
        await _load_calendar(tx, source.calendar)
        await _load_communes(tx, source)
        unit_ids = await _load_units(tx, source)
        await _load_bindings(tx, source, unit_ids)
        await _load_accounts(tx, unit_ids)
        await knowledge.load_articles(tx)


async def _load_calendar(tx: Transaction, calendar: dict[str, Any]) -> None:
    code = calendar["code"]
    await _add(tx, WorkingCalendar, [{"code": code, "name": calendar["name"], "hours": calendar["hours"]}])
    days = [
        {
            "id": new_id(),
            "calendar_code": code,
            "day": date.fromisoformat(row["day"]),
            "kind": row["kind"],
            "note": row["note"],
        }
        for row in calendar["days"]
    ]
    await _add(tx, CalendarDay, days)


async def _load_communes(tx: Transaction, source: ProvinceSource) -> None:
    rows = [
        {
            "code": commune.code,
            "name": commune.name,
            "full_name": commune.full_name,
            "kind": commune.kind,
            "sort_key": fold(commune.name),
            "latitude": commune.latitude,
            "longitude": commune.longitude,
        }
        for commune in source.communes
    ]
    await _add(tx, Commune, rows)


async def _load_units(tx: Transaction, source: ProvinceSource) -> dict[str, uuid.UUID]:
    """Ids by code, of units new and old."""
    rows = [
        {
            "id": new_id(),
            "code": unit.code,
            "name": unit.name,
            "short_name": unit.short_name,
            "sort_key": unit.sort_key,
            "department_type": unit.department_type,
            "commune_code": unit.commune_code,
            "calendar_code": source.calendar["code"],
            "valid_from": source.effective,
            "created_at": tx.now,
        }
        for unit in source.units
    ]
    await _add(tx, Unit, rows)
    rows_there = await tx.session.execute(select(Unit.code, Unit.id))
    ids = {row.code: row.id for row in rows_there}
    await _set_parents(tx, {ids[unit.code]: ids[unit.parent] for unit in source.units if unit.parent is not None})
    return ids


async def _set_parents(tx: Transaction, parents: Mapping[uuid.UUID, uuid.UUID]) -> None:
    await tx.session.execute(
        text(
            "update unit set parent_id = pair.parent from unnest(cast(:children as uuid[]), cast(:parents as uuid[]))"
            " as pair(child, parent) where unit.id = pair.child and unit.parent_id is null"
        ),
        {"children": list(parents), "parents": list(parents.values())},
    )


async def _load_bindings(tx: Transaction, source: ProvinceSource, unit_ids: Mapping[str, uuid.UUID]) -> None:
    rows = [
        {
            "id": new_id(),
            "department_type": department_type,
            "commune_code": commune_code,
            "unit_id": unit_ids[unit.code],
            "valid_from": source.effective,
        }
        for unit in source.units
        for department_type, commune_code in unit.bound_to
    ]
    await _add(tx, UnitBinding, rows)


async def _load_accounts(tx: Transaction, unit_ids: Mapping[str, uuid.UUID]) -> None:
    existing = set(await tx.session.scalars(select(Account.username)))
    missing = [account for account in SAMPLE_ACCOUNTS if account.username not in existing]
    if not missing:
        return
    # Slow on purpose, so once for all of them.
    digest = await asyncio.to_thread(hash_password, SAMPLE_PASSWORD)
    rows = [
        {
            "id": new_id(),
            "username": account.username,
            "full_name": account.full_name,
            "role": account.role.value,
            "unit_id": unit_ids[account.unit_code] if account.unit_code else None,
            "password_hash": digest,
            "active": True,
            "locale": "vi",
            "created_at": tx.now,
        }
        for account in missing
    ]
    await _add(tx, Account, rows)


async def _add(tx: Transaction, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert what is not there yet, in one statement."""
    if rows:
        await tx.session.execute(insert(model).values(rows).on_conflict_do_nothing())


async def _load(url: str) -> None:
    database = Database(url)
    try:
        await load_sample(database)
    finally:
        await database.close()


def main() -> int:
    """``contact-center seed``."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        sys.stderr.write("DATABASE_URL chưa đặt. / DATABASE_URL is not set.\n")
        return 2
    asyncio.run(_load(url))
    return 0
