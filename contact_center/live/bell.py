"""Rings on Redis streams, one per scope, so that a screen that was away reads what it missed.

The database stays the truth: a ring only says "look again", so when Redis is away screens fall back to asking now and
then, and nothing is lost.
"""

import asyncio
import logging
from collections import defaultdict, deque
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from contact_center.db import Bell, Ring

log = logging.getLogger(__name__)

# A screen away for longer than this many rings reloads as a whole.
KEEP_RINGS = 500
# A screen looks again this much later at most. While Redis is away the oldest rings are dropped.
TOGETHER_S = 0.02
MOST_WAITING = 5_000


def stream_key(scope: str) -> str:
    return f"live:{scope}"


class RedisBell:
    """Adds rings to their streams; gives up quietly (one log line) when Redis does not answer within a second."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def ring(self, rings: list[Ring]) -> None:
        by_scope: dict[str, list[Ring]] = defaultdict(list)
        for ring in rings:
            by_scope[ring.scope].append(ring)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for scope, scope_rings in by_scope.items():
                    for ring in scope_rings:
                        fields: dict[Any, Any] = {"event": ring.event, "data": orjson.dumps(ring.data)}
                        pipe.xadd(stream_key(scope), fields, maxlen=KEEP_RINGS, approximate=True)
                await pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("live_ring_lost", extra={"error": type(error).__name__, "scopes": len(by_scope)})


class GatheringBell:
    """Rings for several transactions at once, and nobody waits for it: a turn costs less, and a Redis that is away
    delays no answer."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._waiting: deque[Ring] = deque(maxlen=MOST_WAITING)
        self._ringing: asyncio.Task[None] | None = None

    async def ring(self, rings: list[Ring]) -> None:
        self._waiting.extend(rings)
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        while self._waiting:
            await asyncio.sleep(TOGETHER_S)
            rings = list(self._waiting)
            self._waiting.clear()
            await self._bell.ring(rings)

    async def close(self) -> None:
        """Ring for those that wait."""
        if self._ringing is not None:
            await self._ringing
