"""Handles inbox events: one thread at a time in order, many threads at once, each event in one transaction."""

import logging
from datetime import timedelta

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from contact_center.conversations import receipts, repository
from contact_center.conversations.events import from_payload
from contact_center.conversations.hand_over import HandOverResponder
from contact_center.conversations.handling import handle
from contact_center.conversations.responder import Responder
from contact_center.conversations.workers import WorkSignal, keep_working
from contact_center.db import Database

log = logging.getLogger(__name__)

# After this many failed tries the bot is left out: the message is written down and a person asked to answer.
BOT_TRIES = 2
# After this many even that failed: the event is put aside, with an error in the log for the operator.
MOST_TRIES = 5
RECEIPTS_AT_ONCE = 100


class Dispatcher:
    """``wake`` it when there may be work; ``run`` keeps ``hands`` handlers going until cancelled."""

    def __init__(self, database: Database, responder: Responder, *, hands: int = 8) -> None:
        self._database = database
        self._responder = responder
        self._hands = hands
        self._signal = WorkSignal()
        self.wake = self._signal.wake

    async def run(self) -> None:
        await keep_working(self.handle_next, self._signal, hands=self._hands)

    async def handle_next(self) -> bool:
        """Handle one event, or, when none is ready, the receipts that wait; False when there is nothing to do."""
        return await self._handle_event() or await self._handle_receipts(RECEIPTS_AT_ONCE)

    async def _handle_event(self) -> bool:
        seq: int | None = None
        try:
            async with self._database.transaction() as tx:
                row = await repository.claim_inbox(tx)
                if row is None:
                    return False
                seq = row.seq
                self.wake()
                responder = self._responder if row.attempts < BOT_TRIES else HandOverResponder()
                await handle(tx, row, responder)
        except Exception as error:  # a fault in handling one event must not stop the others
            await self._failed(seq, error)
        return True

    async def _handle_receipts(self, limit: int) -> bool:
        seq: int | None = None
        try:
            async with self._database.transaction() as tx:
                rows = await repository.claim_receipts(tx, limit=limit)
                if not rows:
                    return False
                seq = rows[0].seq
                await receipts.apply(tx, [receipts.receipt_of(from_payload(row.payload)) for row in rows])
                for row in rows:
                    row.state, row.handled_at = "done", tx.now
        except Exception as error:  # one receipt nobody understands must not hold back the others: one by one
            if limit > 1 and not _database_is_away(error):
                return await self._handle_receipts(1)
            await self._failed(seq, error)
        return True

    async def _failed(self, seq: int | None, error: Exception) -> None:
        if seq is None or _database_is_away(error):
            raise error  # the transaction is gone and the event waits as before
        await self._postpone(seq, error)

    async def _postpone(self, seq: int, error: Exception) -> None:
        code = type(error).__name__
        log.error("event_failed", extra={"seq": seq, "error": code}, exc_info=error)
        async with self._database.transaction() as tx:
            attempts = await repository.postpone_inbox(tx, seq, error_code=code, delay=timedelta(milliseconds=200))
            if attempts >= MOST_TRIES:
                await repository.give_up_inbox(tx, seq, error_code=code)
                log.error("event_given_up", extra={"seq": seq, "error": code})


def _database_is_away(error: Exception) -> bool:
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
