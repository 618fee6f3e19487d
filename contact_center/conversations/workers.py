"""Keeping a bounded number of hands busy: nobody polls while there is nothing to do, no wake-up is lost."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

log = logging.getLogger(__name__)

# One try at one piece of work; False when there was none.
Step = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Look:
    """What had happened when a hand began to look for work: wake-ups so far, and looks that found nothing."""

    woken: int
    in_vain: int


class WorkSignal:
    """Wakes as many resting hands as there are pieces of work. A wake-up that finds nobody resting is kept until
    somebody wants to rest, or has looked since and found nothing."""

    def __init__(self) -> None:
        self._resting: deque[asyncio.Future[None]] = deque()
        self._pending = 0
        self._woken = 0
        self._in_vain = 0

    def wake(self, hands: int = 1) -> None:
        self._woken += hands
        while hands and self._resting:
            hand = self._resting.popleft()
            if not hand.done():
                hand.set_result(None)
                hands -= 1
        self._pending += hands

    def begin_look(self) -> Look:
        return Look(self._woken, self._in_vain)

    def found_nothing(self, look: Look) -> None:
        self._in_vain += 1
        self.saw_everything(look)

    def saw_everything(self, look: Look) -> None:
        """What woke us before this look began has been seen to."""
        self._pending = min(self._pending, self._woken - look.woken)

    def somebody_found_nothing(self, since: Look) -> bool:
        """Perhaps because it had to wait for the end of the very piece we were at."""
        return self._in_vain != since.in_vain

    async def rest(self) -> None:
        if self._pending:
            self._pending -= 1
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
        look = signal.begin_look()
        try:
            busy = await step()
        except (SQLAlchemyError, OSError) as error:
            log.warning("database_away", extra={"error": type(error).__name__})
            await asyncio.sleep(0.5)
            continue
        if not busy:
            signal.found_nothing(look)
        elif signal.somebody_found_nothing(look):
            continue
        await signal.rest()


async def drain(step: Step) -> int:
    """Do everything there is to do now; returns how many pieces that were."""
    done = 0
    while await step():
        done += 1
    return done


def database_is_away(error: Exception) -> bool:
    """Whether the fault is the database's absence rather than the work: the work is as it was and is tried again."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
