"""Accepting an event: one row, once, committed before the provider hears "thank you". Nothing else happens here.

Events that arrive while a commit is under way wait for the next one and share it: a commit costs the same for one row
or fifty, and each caller still hears only after its own row is safe.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson
import psycopg

from channels.contracts import Acceptance, EventKind, InboundEvent
from contact_center.conversations.events import clean, thread_key, to_payload
from contact_center.conversations.wake import INBOX
from contact_center.db import Database

log = logging.getLogger(__name__)

# ON CONFLICT closes the race that a look-up before the insert would leave open: fifty deliveries of one event at the
# same moment make one row. A repeated delivery finds the row whether or not it has been handled; unhandled rows are
# found by the dispatcher's sweep, so nothing has to be queued again here.
INSERT = """
    insert into inbox (channel, event_id, thread, kind, payload)
    select channel, event_id, thread, kind, payload::jsonb
    from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
         with ordinality as given (channel, event_id, thread, kind, payload, position)
    order by position
    on conflict (channel, event_id) do nothing
    returning channel, event_id
"""
MOST_AT_ONCE = 100
# Nobody is woken for a receipt: they are looked for now and then, and written down many at a time.
UNHURRIED = frozenset({EventKind.DELIVERY.value})

Row = tuple[str, str, str, str, str]
KIND = 3  # its place in a row


@dataclass(slots=True)
class _Waiting:
    row: Row
    wakes: bool
    answer: "asyncio.Future[Acceptance]"


class DatabaseIntake:
    """Implements ``channels.contracts.Intake`` on the inbox table, over one connection of its own."""

    def __init__(self, database: Database) -> None:
        self._conninfo = database.conninfo
        self._connection: psycopg.AsyncConnection | None = None
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, event: InboundEvent) -> Acceptance:
        """Commit the event. Raises what the database raises: then it was not accepted and the provider tries again."""
        return await self._write(event, wakes=True)

    async def store(self, event: InboundEvent) -> Acceptance:
        """``accept`` for an event its own request goes on to handle; should that die, the sweep finds the row."""
        return await self._write(event, wakes=False)

    async def _write(self, event: InboundEvent, *, wakes: bool) -> Acceptance:
        waiting = _Waiting(row_of(event), wakes, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await waiting.answer

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                await self._write_batch(batch)
            except (psycopg.Error, OSError) as error:
                await self._disconnect()
                _fail(batch, error)

    async def _write_batch(self, batch: Sequence[_Waiting]) -> None:
        try:
            fresh = await self._insert([waiting.row for waiting in batch])
        except psycopg.DataError as error:
            # One row the database does not take must not refuse the others.
            if len(batch) == 1:
                _fail(batch, error)
                return
            for waiting in batch:
                await self._write_batch([waiting])
            return
        for waiting in batch:
            key = waiting.row[:2]
            accepted = key in fresh
            fresh.discard(key)
            if not waiting.answer.done():
                waiting.answer.set_result(Acceptance.ACCEPTED if accepted else Acceptance.DUPLICATE)
        work = sum(waiting.wakes and waiting.row[KIND] not in UNHURRIED for waiting in batch)
        if work:
            await self._wake_worker(work)

    async def _insert(self, rows: Sequence[Row]) -> set[tuple[str, str]]:
        """One statement, one transaction; the keys that were new."""
        connection = await self._connected()
        cursor = await connection.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])
        return set(await cursor.fetchall())

    async def _wake_worker(self, pieces: int) -> None:
        """Best effort, and apart from the insert: NOTIFY takes a database-wide lock while its transaction commits."""
        connection = await self._connected()
        await connection.execute(f"NOTIFY \"{INBOX}\", '{pieces}'".encode())

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error, OSError):
                await connection.close()

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing
        await self._disconnect()


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    log.warning("events_not_accepted", extra={"count": len(batch), "error": type(error).__name__})
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)


def row_of(event: InboundEvent) -> Row:
    return (
        event.channel,
        clean(event.event_id),
        clean(thread_key(event.channel, event.thread)),
        event.kind.value,
        orjson.dumps(to_payload(event)).decode(),
    )
