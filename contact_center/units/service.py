"""Departments, communes and their working time, for the other features."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from math import cos, hypot, radians

from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.units import repository
from contact_center.units.calendar import Calendar, DayKind, parse_hours
from contact_center.units.models import CalendarDay, Commune, Unit
from nlu.text import fold

__all__ = [
    "OFFICE_CALENDAR",
    "Calendar",
    "CalendarDay",
    "Commune",
    "Unit",
    "calendar",
    "calendar_days",
    "commune",
    "communes",
    "communes_by_code",
    "in_force",
    "nearest_commune",
    "unit",
    "unit_by_code",
    "units",
    "units_by_code",
    "units_by_id",
]

# The calendar of state offices; used where no unit is responsible yet.
OFFICE_CALENDAR = "hanh_chinh"
KM_PER_DEGREE = 111.2
# Farther than this from every commune's centre, a point is not in the province.
FARTHEST_KM = 20.0


async def communes(tx: Transaction) -> Sequence[Commune]:
    """All communes and wards in alphabetical order."""
    return await repository.list_communes(tx)


async def commune(tx: Transaction, code: str) -> Commune:
    """Raises ``NotFound``."""
    found = await repository.find_commune(tx, code)
    if found is None:
        raise NotFound(what="commune")
    return found


async def nearest_commune(tx: Transaction, latitude: float, longitude: float) -> Commune | None:
    """The commune whose centre is nearest to a point, or None outside the province. A guess to be confirmed."""
    found = await repository.nearest_commune(tx, latitude, longitude)
    if found is None:
        return None
    north = found.latitude - latitude
    east = (found.longitude - longitude) * cos(radians(latitude))
    return found if hypot(north, east) * KM_PER_DEGREE <= FARTHEST_KM else None


async def unit(tx: Transaction, unit_id: uuid.UUID) -> Unit:
    """Raises ``NotFound``."""
    found = await repository.find_unit(tx, unit_id)
    if found is None:
        raise NotFound(what="unit")
    return found


def in_force(unit: Unit, day: date) -> bool:
    """Whether the unit exists on a day: mergers end some and begin others."""
    return unit.valid_from <= day and (unit.valid_to is None or day < unit.valid_to)


async def unit_by_code(tx: Transaction, code: str) -> Unit:
    """Raises ``NotFound``."""
    found = await repository.find_unit_by_code(tx, code)
    if found is None:
        raise NotFound(what="unit")
    return found


async def units(tx: Transaction, query: str = "", *, limit: int = 50) -> Sequence[Unit]:
    """Units of today whose name has every word of ``query``, with or without accents."""
    return await repository.list_units(tx, folded=fold(query), on=local(tx.now).date(), limit=limit)


async def units_by_id(tx: Transaction, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Unit]:
    return await repository.units_by_id(tx, ids)


async def units_by_code(tx: Transaction, codes: Iterable[str]) -> dict[str, Unit]:
    """Those that exist."""
    return await repository.units_by_code(tx, codes)


async def communes_by_code(tx: Transaction, codes: Iterable[str]) -> dict[str, Commune]:
    return await repository.communes_by_code(tx, codes)


async def calendar(tx: Transaction, code: str = OFFICE_CALENDAR) -> Calendar:
    """Raises ``NotFound``."""
    return await tx.shelf.get(("calendar", code), partial(_read_calendar, tx, code))


async def _read_calendar(tx: Transaction, code: str) -> Calendar:
    found = await repository.find_calendar(tx, code)
    if found is None:
        raise NotFound(what="calendar")
    hours, kinds = found
    days: dict[date, DayKind] = {day: "working" if kind == "working" else "holiday" for day, kind in kinds.items()}
    return Calendar(code=code, hours=parse_hours(hours), days=days)


async def calendar_days(tx: Transaction, code: str = OFFICE_CALENDAR) -> Sequence[CalendarDay]:
    """Days unlike their weekday, with the note that explains each."""
    return await repository.list_calendar_days(tx, code)
