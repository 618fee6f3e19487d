"""Accepting an event: one row, once, committed before the provider hears "thank you". Nothing else happens here.

Events that arrive while a commit is under way wait for the next one and share it: a commit costs the same for one row
or fifty, and each caller still hears only after its own row is safe.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from channels.contracts import Acceptance, EventKind, InboundEvent
from contact_center.conversations.events import clean, thread_key, to_payload
from contact_center.conversations.wake import INBOX, Waker
from contact_center.db import Database

log = logging.getLogger(__name__)

# ON CONFLICT closes the race that a look-up before the insert would leave open: fifty deliveries of one event at the
# same moment make one row. A repeated delivery finds the row whether or not it has been handled; unhandled rows are
# found by the dispatcher's sweep, so nothing has to be queued again here.
INSERT = """
    insert into inbox (channel, event_id, thread, kind, payload)
    select channel, event_id, thread, kind, payload
    from rows from (jsonb_to_recordset(%s::jsonb)
                    as (channel text, event_id text, thread text, kind text, payload jsonb))
         with ordinality as given (channel, event_id, thread, kind, payload, position)
    order by position
    on conflict (channel, event_id) do nothing
    returning channel, event_id
"""
MOST_AT_ONCE = 100
WRITERS = 2
# Nobody is woken for a receipt: they are looked for now and then, and written down many at a time.
UNHURRIED = frozenset({EventKind.DELIVERY})

Row = dict[str, Any]
Key = tuple[str, str]


@dataclass(slots=True)
class _Waiting:
    row: Row
    wakes: bool
    answer: "asyncio.Future[Acceptance]"

    @property
    def key(self) -> Key:
        return self.row["channel"], self.row["event_id"]


class _Writer:
    """A connection of its own, opened when it is first needed and again when it broke."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection | None = None

    async def insert(self, rows: Sequence[Row]) -> set[Key]:
        """One statement, one transaction; the keys that were new."""
        connection = await self._connected()
        cursor = await connection.execute(INSERT, [orjson.dumps(rows).decode()])
        return set(await cursor.fetchall())

    @property
    def is_connected(self) -> bool:
        return self._connection is not None and not self._connection.closed

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or not self.is_connected:
            self._connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        return self._connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error, OSError):
                await connection.close()


class DatabaseIntake:
    """Implements ``channels.contracts.Intake`` on the inbox table, over two connections of its own: while one commits,
    the other takes what came meanwhile."""

    def __init__(self, database: Database) -> None:
        self._waker = Waker(database, INBOX)
        self._idle = [_Writer(database.conninfo) for _ in range(WRITERS)]
        self._waiting: list[_Waiting] = []
        self._under_way: set[Key] = set()
        self._writing: set[asyncio.Task[None]] = set()

    async def accept(self, event: InboundEvent) -> Acceptance:
        """Commit the event. Raises what the database raises: then it was not accepted and the provider tries again."""
        return await self._write(event, wakes=event.kind not in UNHURRIED)

    async def store(self, event: InboundEvent) -> Acceptance:
        """``accept`` for an event its own request goes on to handle; should that die, the sweep finds the row."""
        return await self._write(event, wakes=False)

    async def _write(self, event: InboundEvent, *, wakes: bool) -> Acceptance:
        waiting = _Waiting(row_of(event), wakes, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._start_writing()
        return await waiting.answer

    def _start_writing(self) -> None:
        if self._idle and self._waiting:
            task = asyncio.create_task(self._write_all(self._idle.pop()))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def _write_all(self, writer: _Writer) -> None:
        try:
            while batch := self._next_batch():
                try:
                    await self._write_batch(writer, batch)
                finally:
                    self._under_way.difference_update(waiting.key for waiting in batch)
        finally:
            self._idle.append(writer)

    def _next_batch(self) -> list[_Waiting]:
        """What waits, but nothing that is being written already: two statements with the same keys in another order
        would wait for each other for ever."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        for waiting in self._waiting:
            free = len(batch) < MOST_AT_ONCE and waiting.key not in self._under_way
            (batch if free else later).append(waiting)
        self._waiting = later
        self._under_way.update(waiting.key for waiting in batch)
        return batch

    async def _write_batch(self, writer: _Writer, batch: Sequence[_Waiting]) -> None:
        try:
            fresh = await writer.insert([waiting.row for waiting in batch])
        except (psycopg.Error, OSError) as error:
            if len(batch) == 1 or not writer.is_connected:
                _fail(batch, error)
                return
            # One row the database does not take must not refuse the others.
            for waiting in batch:
                await self._write_batch(writer, [waiting])
            return
        for waiting in batch:
            accepted = waiting.key in fresh
            fresh.discard(waiting.key)
            if not waiting.answer.done():
                waiting.answer.set_result(Acceptance.ACCEPTED if accepted else Acceptance.DUPLICATE)
        work = sum(waiting.wakes for waiting in batch)
        if work:
            self._waker.wake(work)

    async def close(self) -> None:
        while self._writing:
            await asyncio.wait(self._writing)
        await self._waker.close()
        for writer in self._idle:
            await writer.close()


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    log.warning("events_not_accepted", extra={"count": len(batch), "error": type(error).__name__})
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)


def row_of(event: InboundEvent) -> Row:
    return {
        "channel": event.channel,
        "event_id": clean(event.event_id),
        "thread": clean(thread_key(event.channel, event.thread)),
        "kind": event.kind.value,
        "payload": to_payload(event),
    }
