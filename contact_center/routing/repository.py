"""Every query on bindings."""

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from contact_center.db import Transaction
from contact_center.routing.models import UnitBinding
from contact_center.routing.rules import Bindings, BoundUnit
from contact_center.units import service as units


async def list_bindings(tx: Transaction, types: Iterable[str], communes: Iterable[str], *, on: date) -> Bindings:
    """What these department types are bound to on a day, for these communes and for the whole province."""
    rows = (
        await tx.session.execute(
            select(UnitBinding.department_type, UnitBinding.commune_code, UnitBinding.unit_id).where(
                UnitBinding.department_type.in_(set(types)),
                or_(UnitBinding.commune_code.is_(None), UnitBinding.commune_code.in_(set(communes))),
                UnitBinding.valid_from <= on,
                or_(UnitBinding.valid_to.is_(None), UnitBinding.valid_to > on),
            )
        )
    ).all()
    found = await units.units_by_id(tx, {row.unit_id for row in rows})
    return {
        (row.department_type, row.commune_code): as_bound(found[row.unit_id])
        for row in rows
        if units.in_force(found[row.unit_id], on)
    }


def as_bound(unit: units.Unit) -> BoundUnit:
    return BoundUnit(
        id=unit.id,
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        department_type=unit.department_type,
        commune_code=unit.commune_code,
    )


async def list_unit_names(tx: Transaction) -> list[tuple[uuid.UUID, str]]:
    """Folded full names of today's units."""
    return [(unit.id, unit.sort_key) for unit in await units.units(tx, limit=2000)]
