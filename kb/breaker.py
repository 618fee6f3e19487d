"""A circuit breaker: a server that keeps failing is left alone for a while, so that nobody waits for it in vain."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after ``failures`` in a row; after ``pause_s`` one call may try, and the rest once that one worked."""

    failures: int = 3
    pause_s: float = 10.0
    clock: Callable[[], float] = time.monotonic
    _in_a_row: int = 0
    _open_until: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are to be refused now."""
        return self._in_a_row >= self.failures and self.clock() < self._open_until

    def let_through(self) -> bool:
        """Whether this call may go. Of the calls after a pause only the first; a success lets the others follow."""
        if self._in_a_row < self.failures:
            return True
        if self.clock() < self._open_until:
            return False
        self._open_until = self.clock() + self.pause_s
        return True

    def succeeded(self) -> None:
        self._in_a_row = 0

    def failed(self) -> None:
        self._in_a_row += 1
        if self._in_a_row >= self.failures:
            self._open_until = self.clock() + self.pause_s
