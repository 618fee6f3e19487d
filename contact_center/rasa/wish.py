"""Which of our models Rasa ought to carry: the one that answers citizens, by the house's own word in its database."""

import asyncio
import time

from sqlalchemy.exc import SQLAlchemyError

from contact_center.db import Database
from contact_center.learning import serving

ASK_EVERY_S = 1.0
TIMEOUT_S = 3.0


class ModelInForce:
    """Asks again every second. What was heard last holds while the database is away: Rasa then stays where it is.

    For a program of one thread without a loop of its own; not safe for several threads.
    """

    def __init__(self, database_url: str, shipped: str) -> None:
        """``shipped`` is the version of the model this code brings along. Raises ``ValueError`` for an address that is
        none of PostgreSQL's."""
        self._runner = asyncio.Runner()
        self._database = Database(database_url, pool_size=1)
        self._shipped = shipped
        self._ask_again_at = 0.0
        self.version: str | None = None

    def look(self) -> str | None:
        """The version in force; None until the database has answered for the first time."""
        now = time.monotonic()
        if now >= self._ask_again_at:
            self._ask_again_at = now + ASK_EVERY_S
            try:
                self.version = self._runner.run(asyncio.wait_for(self._ask(), TIMEOUT_S))
            except (SQLAlchemyError, OSError, TimeoutError):
                return self.version
        return self.version

    def ask_once(self) -> str | None:
        """The version in force now, or None where the database does not answer."""
        try:
            return self.look()
        finally:
            self.close()

    def close(self) -> None:
        self._runner.run(self._database.close())
        self._runner.close()

    async def _ask(self) -> str:
        async with self._database.transaction() as tx:
            return (await serving.in_force(tx, self._shipped)).version
