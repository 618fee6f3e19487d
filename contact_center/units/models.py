"""Departments, communes and their working calendars."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id


class Commune(Base):
    """A commune or ward of the province since 2025-07-01, by its five-digit code."""

    __tablename__ = "commune"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]  # "Mỹ Tho"
    full_name: Mapped[str]  # "Phường Mỹ Tho"
    kind: Mapped[str]  # phuong, xa
    sort_key: Mapped[str] = mapped_column(index=True)  # folded name: PostgreSQL's ICU collations are not everywhere
    latitude: Mapped[float]
    longitude: Mapped[float]


class Unit(Base):
    """Somebody who can be made responsible. Valid from a day to a day, so that mergers keep their history."""

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_department_type", "department_type", "commune_code"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)  # ASCII: "so-xd", "ubnd-28249"
    name: Mapped[str]
    short_name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(index=True)
    department_type: Mapped[str] = mapped_column(ForeignKey("department_type.code"))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    calendar_code: Mapped[str] = mapped_column(ForeignKey("working_calendar.code"))
    phone: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_at: Mapped[datetime]


class WorkingCalendar(Base):
    """``hours`` maps ISO weekday ("1" = Monday) to working intervals [["07:00", "11:30"], ["13:30", "17:00"]]."""

    __tablename__ = "working_calendar"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    hours: Mapped[dict[str, list[list[str]]]] = mapped_column(JSONB)


class CalendarDay(Base):
    """A day unlike its weekday: ``holiday`` (nobody works) or ``working`` (a swap day worked like a Monday)."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar_code", "day"),)

    id: Mapped[Id]
    calendar_code: Mapped[str] = mapped_column(ForeignKey("working_calendar.code"))
    day: Mapped[date]
    kind: Mapped[str]
    note: Mapped[str]
