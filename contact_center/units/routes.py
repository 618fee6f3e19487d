"""Communes, units and the working calendar over JSON."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from contact_center.actors import Actor
from contact_center.errors import NotFound
from contact_center.units import service
from contact_center.web.deps import Db, signed_in

router = APIRouter(prefix="/api/v1", tags=["units"])

Staff = Annotated[Actor, Depends(signed_in())]


class CommuneRead(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "code": "28261",
                    "name": "Mỹ Tho",
                    "full_name": "Phường Mỹ Tho",
                    "kind": "phuong",
                    "latitude": 10.3501,
                    "longitude": 106.375,
                }
            ]
        },
    )

    code: str
    name: str
    full_name: str
    kind: str
    latitude: float
    longitude: float


class UnitRead(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0193f3c8-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
                    "code": "ubnd-28261",
                    "name": "UBND Phường Mỹ Tho",
                    "short_name": "UBND Phường Mỹ Tho",
                    "department_type": "ubnd_xa",
                    "commune_code": "28261",
                }
            ]
        },
    )

    id: uuid.UUID
    code: str
    name: str
    short_name: str
    department_type: str
    commune_code: str | None


class CalendarDayRead(BaseModel):
    """A day unlike its weekday: ``holiday``, or ``working`` (a swap day)."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"day": "2026-02-17", "kind": "holiday", "note": "Tết Nguyên đán Bính Ngọ"}]},
    )

    day: date
    kind: str
    note: str


@router.get("/communes", summary="The communes and wards of the province")
async def list_communes(database: Db) -> list[CommuneRead]:
    async with database.transaction() as tx:
        return [CommuneRead.model_validate(commune) for commune in await service.communes(tx)]


@router.get("/communes/nearest", summary="The commune whose centre is nearest to a point")
async def nearest_commune(
    database: Db, lat: Annotated[float, Query(ge=-90, le=90)], lon: Annotated[float, Query(ge=-180, le=180)]
) -> CommuneRead:
    """``not_found`` outside the province."""
    async with database.transaction() as tx:
        found = await service.nearest_commune(tx, lat, lon)
        if found is None:
            raise NotFound(what="commune")
        return CommuneRead.model_validate(found)


@router.get("/units", summary="Units whose name has every word of q, with or without accents")
async def list_units(
    database: Db,
    actor: Staff,
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=400)] = 50,
) -> list[UnitRead]:
    async with database.transaction() as tx:
        return [UnitRead.model_validate(unit) for unit in await service.units(tx, q, limit=limit)]


@router.get("/calendar", summary="Holidays and swap days")
async def list_calendar_days(database: Db) -> list[CalendarDayRead]:
    async with database.transaction() as tx:
        return [CalendarDayRead.model_validate(day) for day in await service.calendar_days(tx)]
