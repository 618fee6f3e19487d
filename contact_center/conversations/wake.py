"""Waking the worker: a NOTIFY that may be lost, because a sweep follows every few seconds anyway.

NOTIFY inside a transaction makes PostgreSQL take one database-wide lock when it commits, so it is sent apart, after the
commit, at most once in ``PAUSE_S``, however many rows came in between.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from contact_center.db import Database

log = logging.getLogger(__name__)

INBOX = "inbox"
OUTBOX = "outbox"
PAUSE_S = 0.01
_NOTIFY = text("select pg_notify(:name, :pieces)")


class Waker:
    """Coalesces wake-ups of one channel from one process."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self.name = name
        self._task: asyncio.Task[None] | None = None
        self._pieces = 0

    def wake(self, pieces: int = 1) -> None:
        """There are so many more pieces of work."""
        self._pieces += pieces
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        while self._pieces:
            pieces, self._pieces = self._pieces, 0
            try:
                async with self._database.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await connection.execute(_NOTIFY, {"name": self.name, "pieces": str(pieces)})
            except (SQLAlchemyError, OSError) as error:
                log.warning("wake_lost", extra={"channel": self.name, "error": type(error).__name__})
            await asyncio.sleep(PAUSE_S)

    async def close(self) -> None:
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task


async def wake_ups(conninfo: str, names: tuple[str, ...], *, every_s: float) -> AsyncIterator[tuple[str, int]]:
    """Yields a name, and how many pieces of work it is about, when it is notified; and every name at least once in
    ``every_s`` seconds. Reconnects for ever."""
    while True:
        for name in names:
            yield name, 1
        try:
            async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
                for name in names:
                    await connection.execute(f'LISTEN "{name}"'.encode())
                while True:
                    seen = False
                    async for notice in connection.notifies(timeout=every_s, stop_after=1):
                        seen = True
                        yield notice.channel, int(notice.payload or 1)
                    if not seen:
                        for name in names:
                            yield name, 1
        except (psycopg.Error, OSError) as error:
            log.warning("listen_lost", extra={"error": type(error).__name__})
            await asyncio.sleep(min(every_s, 1.0))
