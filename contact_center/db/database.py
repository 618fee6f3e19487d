"""One request or one job is one transaction, committed by the handler itself.

``async with database.transaction() as tx`` ends before the handler returns, so the answer is only made once the commit
is known to have worked. Services take ``tx`` and never commit.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from contact_center.clock import Clock, utc_now
from contact_center.db.shelf import Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ring:
    """A screen should look again: ``scope`` names the stream (``desk``, ``unit:<id>``, ``ticket:<id>``, ...)."""

    scope: str
    event: str
    data: dict[str, str]


class Bell(Protocol):
    """Tells waiting screens, best effort: the database stays the truth, so a lost ring loses nothing."""

    async def ring(self, rings: list[Ring]) -> None: ...


class SilentBell:
    async def ring(self, rings: list[Ring]) -> None:
        return None


@dataclass(slots=True)
class Transaction:
    """The open transaction a service works in. ``now`` is the same for everything that happens in it."""

    session: AsyncSession
    now: datetime
    shelf: Shelf = field(default_factory=Shelf)
    rings: list[Ring] = field(default_factory=list)
    wakes: set[str] = field(default_factory=set)

    def wake(self, name: str) -> None:
        """Ask that whoever works on ``name`` looks once this is committed. May be lost: they look anyway."""
        self.wakes.add(name)

    def ring(self, scope: str, event: str, **data: object) -> None:
        """Ask for a ring on ``scope`` once this transaction is committed."""
        self.rings.append(Ring(scope, event, {key: str(value) for key, value in data.items()}))


class Database:
    """The engine and the way into a transaction."""

    def __init__(
        self,
        url: str,
        *,
        bell: Bell | None = None,
        clock: Clock = utc_now,
        pool_size: int = 10,
        pre_ping: bool = True,
    ) -> None:
        """``pre_ping`` asks a connection whether it is alive before each use: for requests, which are not tried again.
        The worker tries again by itself and saves the round trip."""
        self.conninfo = as_psycopg_url(url).replace("postgresql+psycopg://", "postgresql://", 1)
        self.engine: AsyncEngine = create_async_engine(
            as_psycopg_url(url), pool_size=pool_size, max_overflow=5, pool_pre_ping=pre_ping
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=True)
        self._bell: Bell = bell or SilentBell()
        self._clock = clock
        self._shelf = Shelf()
        self._wakers: dict[str, Callable[[], None]] = {}

    def on_wake(self, name: str, wake: Callable[[], None]) -> None:
        """What a committed ``tx.wake(name)`` calls in this process."""
        self._wakers[name] = wake

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._sessions() as session, session.begin():
            tx = Transaction(session=session, now=self._clock(), shelf=self._shelf)
            yield tx
        for name in tx.wakes & self._wakers.keys():
            self._wakers[name]()
        if tx.rings:
            await self._bell.ring(tx.rings)

    async def close(self) -> None:
        await self.engine.dispose()


def as_psycopg_url(url: str) -> str:
    """``postgres://`` and ``postgresql://`` as operators write them, for SQLAlchemy with psycopg 3."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise ValueError("DATABASE_URL must start with postgresql://")
