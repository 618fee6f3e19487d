"""Rings on Redis streams, one per scope, so that a screen that was away reads what it missed.

The database stays the truth: a ring only says "look again", so when Redis is away screens fall back to asking now and
then, and nothing is lost.
"""

import logging
from collections import defaultdict
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from contact_center.db import Ring

log = logging.getLogger(__name__)

# A screen away for longer than this many rings reloads as a whole.
KEEP_RINGS = 500


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
