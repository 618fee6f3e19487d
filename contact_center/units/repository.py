"""Every query on units, communes and calendars."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from contact_center.db import Transaction
from contact_center.units.models import CalendarDay, Commune, Unit, WorkingCalendar

Hours = dict[str, list[list[str]]]

# Where a session keeps the units its transaction has read.
_KEPT = "units"


def valid_on(day: date) -> ColumnElement[bool]:
    return (Unit.valid_from <= day) & (Unit.valid_to.is_(None) | (Unit.valid_to > day))


async def list_communes(tx: Transaction) -> Sequence[Commune]:
    return (await tx.session.scalars(select(Commune).order_by(Commune.sort_key))).all()


async def find_commune(tx: Transaction, code: str) -> Commune | None:
    return await tx.session.get(Commune, code)


async def nearest_commune(tx: Transaction, latitude: float, longitude: float) -> Commune | None:
    """By flat distance: over a province the error is far below the size of a commune."""
    north = Commune.latitude - latitude
    east = (Commune.longitude - longitude) * func.cos(func.radians(latitude))
    return await tx.session.scalar(select(Commune).order_by(north * north + east * east).limit(1))


async def find_unit(tx: Transaction, unit_id: uuid.UUID) -> Unit | None:
    return (await units_by_id(tx, [unit_id])).get(unit_id)


async def find_unit_by_code(tx: Transaction, code: str) -> Unit | None:
    return await tx.session.scalar(select(Unit).where(Unit.code == code))


async def list_units(tx: Transaction, *, folded: str, on: date, limit: int) -> Sequence[Unit]:
    """Units valid on a day; every folded word has to occur in the name or begin the short name's code."""
    statement = select(Unit).where(valid_on(on))
    for word in folded.split():
        statement = statement.where(or_(Unit.sort_key.contains(word, autoescape=True), Unit.code.startswith(word)))
    return (await tx.session.scalars(statement.order_by(Unit.sort_key).limit(limit))).all()


async def units_by_id(tx: Transaction, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Unit]:
    """Read once a transaction: routing, the promise and the reply all name the same unit."""
    kept: dict[uuid.UUID, Unit] = tx.session.info.setdefault(_KEPT, {})
    wanted = set(ids)
    if missing := wanted - kept.keys():
        rows = await tx.session.scalars(select(Unit).where(Unit.id.in_(missing)))
        kept.update({unit.id: unit for unit in rows})
    return {unit_id: kept[unit_id] for unit_id in wanted if unit_id in kept}


async def units_by_code(tx: Transaction, codes: Iterable[str]) -> dict[str, Unit]:
    wanted = set(codes)
    if not wanted:
        return {}
    rows = await tx.session.scalars(select(Unit).where(Unit.code.in_(wanted)))
    return {unit.code: unit for unit in rows}


async def communes_by_code(tx: Transaction, codes: Iterable[str]) -> dict[str, Commune]:
    wanted = set(codes)
    if not wanted:
        return {}
    rows = await tx.session.scalars(select(Commune).where(Commune.code.in_(wanted)))
    return {commune.code: commune for commune in rows}


async def find_calendar(tx: Transaction, code: str) -> tuple[Hours, dict[date, str]] | None:
    """Weekly hours, and the kinds of the days unlike their weekday, in one query."""
    rows = (
        await tx.session.execute(
            select(WorkingCalendar.hours, CalendarDay.day, CalendarDay.kind)
            .outerjoin(CalendarDay, CalendarDay.calendar_code == WorkingCalendar.code)
            .where(WorkingCalendar.code == code)
        )
    ).all()
    return (rows[0].hours, {row.day: row.kind for row in rows if row.day is not None}) if rows else None


async def list_calendar_days(tx: Transaction, code: str) -> Sequence[CalendarDay]:
    rows = await tx.session.scalars(
        select(CalendarDay).where(CalendarDay.calendar_code == code).order_by(CalendarDay.day)
    )
    return rows.all()
