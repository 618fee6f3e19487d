"""Handles inbox events: one thread at a time in order, many threads at once, each event in one transaction."""

import logging
from datetime import timedelta

from contact_center.conversations import repository
from contact_center.conversations.hand_over import HandOverResponder
from contact_center.conversations.handling import handle
from contact_center.conversations.responder import Responder
from contact_center.conversations.workers import WorkSignal, database_is_away, keep_working
from contact_center.db import Database

log = logging.getLogger(__name__)

# After this many failed tries the bot is left out: the message is written down and a person asked to answer.
BOT_TRIES = 2
# Each event wakes a hand of its own; one that waited longer than this is not alone, and everybody looks for more.
BACKLOG_AFTER = timedelta(milliseconds=100)
# After this many even that failed: the event is put aside, with an error in the log for the operator.
MOST_TRIES = 5


class Dispatcher:
    """``wake`` it when there may be work; ``run`` keeps ``hands`` handlers going until cancelled."""

    def __init__(self, database: Database, responder: Responder, *, hands: int = 4) -> None:
        self._database = database
        self._responder = responder
        self._hands = hands
        self._signal = WorkSignal()
        self.wake = self._signal.wake

    async def run(self) -> None:
        await keep_working(self.handle_next, self._signal, hands=self._hands)

    async def handle_next(self) -> bool:
        """Handle one event; False when none is ready."""
        seq: int | None = None
        try:
            async with self._database.transaction() as tx:
                row = await repository.claim_inbox(tx)
                if row is None:
                    return False
                seq = row.seq
                if tx.now - row.received_at > BACKLOG_AFTER:
                    self.wake(self._hands)
                responder = self._responder if row.attempts < BOT_TRIES else HandOverResponder()
                await handle(tx, row, responder)
        except Exception as error:  # a fault in handling one event must not stop the others
            if seq is None or database_is_away(error):
                raise  # the transaction is gone and the event waits as before
            await postpone(self._database, seq, error)
        return True


async def postpone(database: Database, seq: int, error: Exception) -> None:
    """Count a failed try at an event and let it wait; after too many it is put aside."""
    code = type(error).__name__
    log.error("event_failed", extra={"seq": seq, "error": code}, exc_info=error)
    async with database.transaction() as tx:
        attempts = await repository.postpone_inbox(tx, seq, error_code=code, delay=timedelta(milliseconds=200))
        if attempts >= MOST_TRIES:
            await repository.give_up_inbox(tx, seq, error_code=code)
            log.error("event_given_up", extra={"seq": seq, "error": code})
