"""One Redis reader for a whole process, however many screens are open."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from contact_center.live.bell import KEEP_RINGS, stream_key

log = logging.getLogger(__name__)

# Also the longest a newly opened screen waits for its first ring.
BLOCK_MS = 400
# A screen that has not read this many rings is told to reload instead.
MOST_UNREAD = 200
RESYNC = "resync"


@dataclass(frozen=True, slots=True)
class Heard:
    """A ring as a screen hears it; ``id`` is where to go on after a broken connection."""

    id: str
    scope: str
    event: str
    data: str


@dataclass(eq=False, slots=True)
class Listener:
    """One open screen. ``overflowed`` means it missed rings and has to reload."""

    scopes: tuple[str, ...]
    queue: asyncio.Queue[Heard] = field(default_factory=lambda: asyncio.Queue(MOST_UNREAD))
    overflowed: bool = False

    def hear(self, ring: Heard) -> None:
        try:
            self.queue.put_nowait(ring)
        except asyncio.QueueFull:
            self.overflowed = True


class Hub:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._position: dict[str, str] = {}
        self._some_listener = asyncio.Event()

    @asynccontextmanager
    async def listen(self, scopes: tuple[str, ...]) -> AsyncIterator[Listener]:
        listener = Listener(scopes)
        for scope in scopes:
            if scope not in self._position:
                self._position[scope] = await self._newest(scope)
            self._listeners[scope].add(listener)
        self._some_listener.set()
        try:
            yield listener
        finally:
            for scope in scopes:
                self._listeners[scope].discard(listener)
                if not self._listeners[scope]:
                    del self._listeners[scope]
                    self._position.pop(scope, None)
            if not self._listeners:
                self._some_listener.clear()

    async def missed(self, scope: str, after: str) -> list[Heard] | None:
        """Rings since ``after``, or None when they are not all there any more: the screen must reload."""
        try:
            entries: Any = await self._redis.xrange(stream_key(scope), min=f"({after}", count=KEEP_RINGS)
            oldest: Any = await self._redis.xrange(stream_key(scope), count=1)
        except (RedisError, OSError):
            return None
        if not oldest or _before(after, _text(oldest[0][0])):
            return None
        return [_heard(scope, entry_id, fields) for entry_id, fields in entries]

    async def _newest(self, scope: str) -> str:
        with suppress(RedisError, OSError):
            newest: Any = await self._redis.xrevrange(stream_key(scope), count=1)
            if newest:
                return _text(newest[0][0])
        return "0-0"

    async def run(self) -> None:
        task = asyncio.current_task()
        # The Redis client can swallow a cancellation that meets one of its own timeouts, so it is asked for here too.
        while task is None or not task.cancelling():
            await self._some_listener.wait()
            try:
                await self._read_once()
            except (RedisError, OSError) as error:
                # Screens ask again by themselves every half minute while rings are missing.
                log.warning("live_reader_lost", extra={"error": type(error).__name__})
                await asyncio.sleep(1.0)

    async def _read_once(self) -> None:
        positions = {stream_key(scope): position for scope, position in self._position.items()}
        if not positions:
            return
        answer: Any = await self._redis.xread(positions, count=100, block=BLOCK_MS)  # type: ignore[arg-type]
        streams = answer.items() if isinstance(answer, dict) else answer or ()
        for key, entries in streams:
            scope = _text(key).removeprefix("live:")
            flat = entries[0] if isinstance(answer, dict) else entries
            for entry_id, fields in flat:
                self._deliver(scope, _heard(scope, entry_id, fields))

    def _deliver(self, scope: str, ring: Heard) -> None:
        if scope in self._position:
            self._position[scope] = ring.id
        for listener in self._listeners.get(scope, ()):
            listener.hear(ring)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _heard(scope: str, entry_id: bytes | str, fields: dict[Any, Any]) -> Heard:
    plain = {_text(key): _text(value) for key, value in fields.items()}
    return Heard(id=_text(entry_id), scope=scope, event=plain["event"], data=plain["data"])


def _before(left: str, right: str) -> bool:
    """Whether stream id ``left`` is older than ``right`` (milliseconds, then sequence)."""
    return tuple(map(int, left.split("-"))) < tuple(map(int, right.split("-")))


@asynccontextmanager
async def reader(redis: Redis) -> AsyncIterator[Hub]:
    hub = Hub(redis)
    task = asyncio.create_task(hub.run(), name="live-reader")
    try:
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
