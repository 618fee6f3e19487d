"""Keeping a bounded number of hands busy: nobody polls while there is nothing to do, no wake-up is lost."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

# One try at one piece of work; False when there was none.
Step = Callable[[], Awaitable[bool]]


class WorkSignal:
    """Wakes as many resting hands as there are pieces of work; a wake-up that finds nobody resting is kept until
    somebody wants to rest: whoever is busy looks again anyway."""

    def __init__(self) -> None:
        self._resting: deque[asyncio.Future[None]] = deque()
        self._pending = False
        self.in_vain = 0  # looks that found nothing to do

    def wake(self, hands: int = 1) -> None:
        while hands and self._resting:
            hand = self._resting.popleft()
            if not hand.done():
                hand.set_result(None)
                hands -= 1
        self._pending = self._pending or hands > 0

    async def rest(self) -> None:
        if self._pending:
            self._pending = False
            return
        hand: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._resting.append(hand)
        await hand


async def keep_working(step: Step, signal: WorkSignal, *, hands: int) -> None:
    """Run ``step`` over and over in ``hands`` tasks until cancelled. A database that is away is waited for."""
    async with asyncio.TaskGroup() as group:
        for _ in range(hands):
            group.create_task(_work(step, signal))


async def _work(step: Step, signal: WorkSignal) -> None:
    while True:
        in_vain = signal.in_vain
        try:
            busy = await step()
        except (SQLAlchemyError, OSError) as error:
            log.warning("database_away", extra={"error": type(error).__name__})
            await asyncio.sleep(0.5)
            continue
        if not busy:
            signal.in_vain += 1
        elif signal.in_vain != in_vain:
            # Somebody looked in vain meanwhile: perhaps for what had to wait for the end of this very piece.
            continue
        await signal.rest()


async def drain(step: Step) -> int:
    """Do everything there is to do now; returns how many pieces that were."""
    done = 0
    while await step():
        done += 1
    return done
