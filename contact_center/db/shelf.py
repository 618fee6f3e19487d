"""Reference data every transaction asks for and that changes only with an import: read once in a few seconds."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

# An import made by another process is seen this much later at most.
FRESH_S = 5.0

T = TypeVar("T")


class Shelf:
    """Belongs to a ``Database`` and is shared by its transactions. For plain, frozen values only: rows of one session
    mean nothing in another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._values: dict[Hashable, tuple[float, Any]] = {}

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What was read under this key, or what ``read`` gives now. What ``read`` raises is not kept."""
        read_at, value = self._values.get(key, (0.0, None))
        now = self._clock()
        if read_at and now - read_at < FRESH_S:
            return cast("T", value)
        fresh = await read()
        self._values[key] = (now, fresh)
        return fresh

    def forget(self) -> None:
        """Something was imported: everything is read again."""
        self._values.clear()
