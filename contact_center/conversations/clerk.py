"""Writes down delivery receipts: many at a time, now and then, because nobody waits for one."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from contact_center.conversations import receipts, repository
from contact_center.conversations.dispatcher import postpone
from contact_center.conversations.events import from_payload
from contact_center.conversations.workers import database_is_away
from contact_center.db import Database

log = logging.getLogger(__name__)

AT_ONCE = 200
# Every message brings two or three; a screen shows them this much later at most.
LOOK_EVERY_S = 0.25


class ReceiptClerk:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Look for receipts until cancelled. A database that is away is waited for."""
        while True:
            try:
                while await self.handle_next():
                    continue
            except (SQLAlchemyError, OSError) as error:
                log.warning("clerk_database_away", extra={"error": type(error).__name__})
            await asyncio.sleep(LOOK_EVERY_S)

    async def handle_next(self) -> bool:
        """Write down the receipts that wait, oldest first; False when there are none."""
        return await self._handle(AT_ONCE)

    async def _handle(self, limit: int) -> bool:
        seq: int | None = None
        try:
            async with self._database.transaction() as tx:
                rows = await repository.claim_receipts(tx, limit=limit)
                if not rows:
                    return False
                seq = rows[0].seq
                await receipts.apply(tx, [receipts.receipt_of(from_payload(row.payload)) for row in rows])
                await repository.finish_inbox(tx, [row.seq for row in rows])
        except Exception as error:  # one receipt nobody understands must not hold back the others: one by one
            if seq is None or database_is_away(error):
                raise
            if limit > 1:
                return await self._handle(1)
            await postpone(self._database, seq, error)
        return True
