"""Understanding beside the event loop: a long message costs milliseconds of pure computing."""

import asyncio

from nlu.engine import Engine
from nlu.understanding import Channel, Understanding

INLINE_LENGTH = 400
"""Up to this many characters understanding takes well under two milliseconds: a thread would cost as much."""


class EngineHost:
    """One engine for the process."""

    def __init__(self, engine: Engine, *, threshold: float = 0.0) -> None:
        self._engine = engine
        # An engine that asks another process says so; it is never called on the event loop itself.
        self._waits = bool(getattr(engine, "waits", False))
        self._threshold = threshold

    @property
    def threshold(self) -> float:
        """The probability below which the engine abstains, for the ledger: that of its model now, which may change."""
        return float(getattr(self._engine, "abstain_below", self._threshold))

    async def understand(self, text: str, channel: Channel) -> Understanding:
        if len(text) <= INLINE_LENGTH and not self._waits:
            return self._engine.understand(text, channel)
        return await asyncio.to_thread(self._engine.understand, text, channel)
