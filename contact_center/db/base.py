"""The declarative base, column types and identifiers every table uses."""

import secrets
import time
import uuid
from datetime import UTC, datetime
from threading import Lock
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """``timestamptz`` that refuses naive datetimes and always gives back UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


class _Moments:
    """Numbers of 48 bits of time (milliseconds) and 74 of chance, each larger than the one before in this process.
    Within one millisecond the next is as far away as nobody guesses."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def next(self) -> int:
        fresh = (time.time_ns() // 1_000_000) << 74 | secrets.randbits(74)
        with self._lock:
            self._last = fresh if fresh > self._last else self._last + 1 + secrets.randbits(64)
            return self._last


_moments = _Moments()


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562, with the monotonic random method of section 6.2): sorts in the order of making, so new rows
    land at the end of an index and rows written at once keep their order."""
    moment = _moments.next()
    time_ms, high, low = moment >> 74, moment >> 62 & 0xFFF, moment & (1 << 62) - 1
    return uuid.UUID(int=time_ms << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low)


def first_id_at(moment: datetime) -> uuid.UUID:
    """The smallest identifier a row made at this moment can have: rows of a span of time by their primary key."""
    return uuid.UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0x2 << 62))


Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Json = Annotated[dict[str, Any], mapped_column(JSONB, default=dict)]
Codes = Annotated[list[str], mapped_column(ARRAY(String), default=list)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), str: String()}
