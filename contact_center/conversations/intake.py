"""Accepting an event: one row, once, committed before the provider hears "thank you". Nothing else happens here."""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from channels.contracts import Acceptance, InboundEvent
from contact_center.conversations.events import clean, thread_key, to_payload
from contact_center.conversations.wake import INBOX, Waker
from contact_center.db import Database

# ON CONFLICT closes the race that a look-up before the insert would leave open: fifty deliveries of one event at the
# same moment make one row. A repeated delivery finds the row whether or not it has been handled; unhandled rows are
# found by the dispatcher's sweep, so nothing has to be queued again here.
INSERT = text(
    """
    insert into inbox (channel, event_id, thread, kind, payload)
    values (:channel, :event_id, :thread, :kind, :payload)
    on conflict (channel, event_id) do nothing
    returning seq
    """
).bindparams(bindparam("payload", type_=JSONB))


class DatabaseIntake:
    """Implements ``channels.contracts.Intake`` on the inbox table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waker = Waker(database, INBOX)

    async def accept(self, event: InboundEvent) -> Acceptance:
        """Commit the event. Raises what the database raises: then it was not accepted and the provider tries again."""
        acceptance = await self.store(event)
        if acceptance is Acceptance.ACCEPTED:
            self._waker.wake()
        return acceptance

    async def store(self, event: InboundEvent) -> Acceptance:
        """``accept`` for an event its own request goes on to handle; should that die, the sweep finds the row."""
        async with self._database.engine.begin() as connection:
            seq = await connection.scalar(INSERT, row_of(event))
        return Acceptance.DUPLICATE if seq is None else Acceptance.ACCEPTED

    async def close(self) -> None:
        await self._waker.close()


def row_of(event: InboundEvent) -> dict[str, object]:
    return {
        "channel": event.channel,
        "event_id": clean(event.event_id),
        "thread": clean(thread_key(event.channel, event.thread)),
        "kind": event.kind.value,
        "payload": to_payload(event),
    }
