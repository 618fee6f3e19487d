"""Which of our models the server at an address was last heard to carry."""

import time
from collections.abc import Callable
from dataclasses import dataclass

BELIEVED_S = 10.0
"""After this long a server is asked once more: at a fixed address another model may have moved in."""


@dataclass(frozen=True, slots=True)
class _Word:
    model: str
    address: str
    at: float


class LastHeard:
    """What one answer told counts until the address changes. Shared between threads: one word replaces another whole.

    ``clock`` gives seconds that never go back.
    """

    def __init__(self, *, believed_s: float = BELIEVED_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._believed_s, self._clock = believed_s, clock
        self._word: _Word | None = None

    @property
    def long_ago(self) -> bool:
        """What was heard is worth asking again."""
        word = self._word
        return word is None or self._clock() - word.at > self._believed_s

    def note(self, model: str, *, at: str) -> None:
        """The server at this address has just answered with this model."""
        self._word = _Word(model, at, self._clock())

    def another_than(self, expected: str, *, at: str) -> bool:
        """Whether the server at this address is known to carry another model; not where nothing is ``expected``."""
        word = self._word
        return bool(expected) and word is not None and word.address == at and word.model != expected
