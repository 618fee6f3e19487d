"""Every query on the taxonomy's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from contact_center.db import Base, Transaction, new_id
from contact_center.taxonomy.importer import ParsedTaxonomy
from contact_center.taxonomy.models import Category, Confusable, DepartmentType, Field, TaxonomyVersion

# Two imports at once would mix two files; the number is only a name for the lock.
IMPORT_LOCK = 1022_01


async def newest_version(tx: Transaction) -> Row[str, str, datetime] | None:
    """Version, digest and time of the import in force; without its lists, which are long."""
    return (
        await tx.session.execute(
            select(TaxonomyVersion.version, TaxonomyVersion.sha256, TaxonomyVersion.imported_at)
            .order_by(TaxonomyVersion.imported_at.desc())
            .limit(1)
        )
    ).one_or_none()


async def lists_of(tx: Transaction, version: str) -> dict[str, Any]:
    lists = await tx.session.scalar(select(TaxonomyVersion.lists).where(TaxonomyVersion.version == version))
    return lists or {}


async def replace(tx: Transaction, parsed: ParsedTaxonomy, *, sha256: str) -> None:
    """Write the rows of a checked file; what it no longer names is retired, not deleted."""
    await tx.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})
    await _upsert(tx, DepartmentType, parsed.departments)
    await tx.session.execute(update(Category).values(active=False))
    await tx.session.execute(update(Field).values(active=False))
    await _upsert(tx, Field, parsed.fields)
    await _upsert(tx, Category, parsed.categories)
    await tx.session.execute(delete(Confusable))
    if parsed.confusable:
        await tx.session.execute(insert(Confusable), [{"id": new_id(), **row} for row in parsed.confusable])
    values = {"version": parsed.version, "sha256": sha256, "lists": parsed.lists, "imported_at": tx.now}
    statement = insert(TaxonomyVersion).values(values)
    await tx.session.execute(statement.on_conflict_do_update(index_elements=["version"], set_=values))


async def _upsert(tx: Transaction, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    statement = insert(model).values(list(rows))
    changes = {key: statement.excluded[key] for key in rows[0] if key != "code"}
    await tx.session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changes))


async def category_rows(tx: Transaction) -> list[dict[str, Any]]:
    columns = [column for column in Category.__table__.columns if column.name != "position"]
    rows = await tx.session.execute(select(*columns).order_by(Category.position))
    return [
        {key: tuple(value) if isinstance(value, list) else value for key, value in row._mapping.items()} for row in rows
    ]


async def field_rows(tx: Transaction) -> list[dict[str, Any]]:
    rows = await tx.session.execute(
        select(Field.code, Field.name, Field.description, Field.lead_department, Field.active).order_by(Field.position)
    )
    return [dict(row._mapping) for row in rows]


async def department_type_rows(tx: Transaction) -> list[dict[str, Any]]:
    rows = await tx.session.execute(
        select(
            DepartmentType.code,
            DepartmentType.name,
            DepartmentType.level,
            DepartmentType.kind,
            DepartmentType.resolve_by_location,
        ).order_by(DepartmentType.code)
    )
    return [dict(row._mapping) for row in rows]


async def confusable_rows(tx: Transaction) -> list[dict[str, Any]]:
    rows = await tx.session.execute(select(Confusable.codes, Confusable.question).order_by(Confusable.id))
    return [{"codes": tuple(row.codes), "question": row.question} for row in rows]
