"""A comparison somebody asks for on a page: made in a process of its own at the lowest priority, never where citizens
are answered.

``python -m contact_center.learning.measuring VERSION`` is that process: ``contact-center nlu compare`` without a table.
"""

import asyncio
import logging
import os
import sys

from contact_center.db import Database
from contact_center.errors import DomainError
from contact_center.learning.workshop import Workshop
from nlu.classifier import ModelNotUsable
from nlu.models import model_root
from nlu.train import say

log = logging.getLogger(__name__)

GENTLE = 10
"""Added niceness."""

LIMIT_S = 900.0
"""Two models on one busy processor; beyond this something hangs."""


class Measuring:
    """One comparison at a time. What it finds is kept with the candidate; here is only known whether it still runs."""

    def __init__(self, database_url: str, *, limit_s: float = LIMIT_S) -> None:
        self._database_url, self._limit_s = database_url, limit_s
        self._task: asyncio.Task[None] | None = None
        self._version = ""
        self._failed = False

    def runs(self, version: str = "") -> bool:
        """Whether this candidate, or any, is being measured."""
        busy = self._task is not None and not self._task.done()
        return busy and version in ("", self._version)

    def failed(self, version: str) -> bool:
        """The last try on this candidate came to nothing."""
        return self._failed and version == self._version and not self.runs()

    def start(self, version: str) -> bool:
        """Begin, unless another one runs; whether it did."""
        if self.runs():
            return False
        self._version, self._failed = version, False
        self._task = asyncio.create_task(self._measure(version))
        return True

    async def _measure(self, version: str) -> None:
        command = [sys.executable, "-m", "contact_center.learning.measuring", version]
        process = await asyncio.create_subprocess_exec(
            *command,
            env=os.environ | {"DATABASE_URL": self._database_url},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, words = await asyncio.wait_for(process.communicate(), self._limit_s)
        except TimeoutError:
            self._note_failure(version, "took too long")
        else:
            if process.returncode:
                self._note_failure(version, words.decode(errors="replace").strip().rpartition("\n")[2])
        finally:
            if process.returncode is None:  # too slow, or this process ends
                process.kill()
                await process.communicate()

    def _note_failure(self, version: str, why: str) -> None:
        self._failed = True
        log.error("nlu_compare_failed", extra={"model": version, "why": why})


def main(version: str) -> int:
    """0 once the two models are compared and the figures kept; 1 with one sentence where they could not be."""
    os.nice(GENTLE)
    try:
        asyncio.run(_compare(version))
    except (DomainError, ModelNotUsable) as error:
        sys.stderr.write(f"nlu: {error}\n")
        return 1
    return 0


async def _compare(version: str) -> None:
    database = Database(os.environ["DATABASE_URL"])
    try:
        await Workshop(database, model_root(), say).compare(version)
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
