"""A circuit breaker: after failures in a row the other side is left alone for a while, then tried once."""

import threading
import time
from collections.abc import Callable

FAILURES_TO_OPEN = 3
PAUSE_S = 10.0


class Circuit:
    """Shared between threads. ``clock`` gives seconds that never go back.

    Who is let through must say ``succeeded`` or ``failed`` afterwards. While the circuit is open nobody is; when its
    pause is over one is, and that one's luck decides for the others.
    """

    def __init__(
        self,
        *,
        failures_to_open: int = FAILURES_TO_OPEN,
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open, self._pause_s, self._clock = failures_to_open, pause_s, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_again_at: float | None = None

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._closed_again_at is not None

    def lets_through(self) -> bool:
        """Whether to try now. Of several who ask when the pause is over only the first is told yes."""
        with self._lock:
            if self._closed_again_at is None:
                return True
            now = self._clock()
            if now < self._closed_again_at:
                return False
            self._closed_again_at = now + self._pause_s
            return True

    def succeeded(self) -> bool:
        """Note a success. True when it closed an open circuit."""
        with self._lock:
            was_open = self._closed_again_at is not None
            self._failures, self._closed_again_at = 0, None
            return was_open

    def failed(self) -> bool:
        """Note a failure. True when it opened a closed circuit."""
        with self._lock:
            self._failures += 1
            was_open = self._closed_again_at is not None
            if was_open or self._failures >= self._failures_to_open:
                self._closed_again_at = self._clock() + self._pause_s
                return not was_open
            return False
