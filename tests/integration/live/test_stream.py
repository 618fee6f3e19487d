"""Live news: heard once by those who may, replayed after a break, never more than ids."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing

import orjson
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from contact_center.db import Ring
from contact_center.live import hub as hubs
from contact_center.live.bell import KEEP_RINGS, RedisBell, stream_key
from contact_center.live.hub import Heard, Hub, Listener, reader
from contact_center.live.stream import _events, _follow
from tests.support.web import Web

WAIT_S = 10


@pytest_asyncio.fixture
async def hub(redis: Redis) -> AsyncIterator[Hub]:
    async with reader(redis) as hub:
        yield hub


async def next_event(frames: AsyncIterator[bytes]) -> dict[str, object]:
    """The next real event; the first frame only says how soon to come back."""
    async with asyncio.timeout(WAIT_S):
        async for frame in frames:
            lines = dict(line.split(": ", 1) for line in frame.decode().strip().splitlines() if ": " in line)
            if "data" in lines:
                event: dict[str, object] = orjson.loads(lines["data"])
                return event | {"id": lines.get("id", "")}
    raise AssertionError("the stream ended")


async def ring(redis: Redis, scope: str, event: str, **data: str) -> None:
    await RedisBell(redis).ring([Ring(scope, event, data)])


async def test_a_ring_is_heard_by_those_who_listen_to_its_scope(hub: Hub, redis: Redis) -> None:
    async with aclosing(_events(hub, ("desk",), "")) as desk, aclosing(_events(hub, ("dispatch",), "")) as dispatch:
        await anext(desk)
        await anext(dispatch)
        await ring(redis, "desk", "waiting", conversation_id="c1")
        await ring(redis, "dispatch", "ticket", ticket_id="t1")
        heard = await next_event(desk)
        assert (heard["scope"], heard["event"], heard["data"]) == ("desk", "waiting", {"conversation_id": "c1"})
        assert (await next_event(dispatch))["data"] == {"ticket_id": "t1"}


async def test_what_was_missed_is_replayed_in_order_and_once(hub: Hub, redis: Redis) -> None:
    async with aclosing(_events(hub, ("desk",), "")) as frames:
        await anext(frames)
        await ring(redis, "desk", "waiting", n="1")
        seen = str((await next_event(frames))["id"])
    await ring(redis, "desk", "waiting", n="2")
    await ring(redis, "desk", "waiting", n="3")
    async with aclosing(_events(hub, ("desk",), seen)) as frames:
        await anext(frames)
        assert [(await next_event(frames))["data"] for _ in range(2)] == [{"n": "2"}, {"n": "3"}]
        await ring(redis, "desk", "waiting", n="4")
        assert (await next_event(frames))["data"] == {"n": "4"}


async def test_whoever_was_away_too_long_is_told_to_reload(hub: Hub, redis: Redis) -> None:
    async with aclosing(_events(hub, ("desk",), "")) as frames:
        await anext(frames)
        await ring(redis, "desk", "waiting", n="1")
        oldest = str((await next_event(frames))["id"])
    for n in range(5):
        await ring(redis, "desk", "waiting", n=str(n))
    await redis.xtrim(stream_key("desk"), maxlen=2, approximate=False)
    async with aclosing(_events(hub, ("desk",), oldest)) as frames:
        await anext(frames)
        assert (await next_event(frames))["event"] == hubs.RESYNC


async def test_a_screen_that_does_not_read_is_told_to_reload() -> None:
    listener = Listener(("desk",))
    for n in range(hubs.MOST_UNREAD + 1):
        listener.hear(Heard(id=f"1-{n}", scope="desk", event="waiting", data="{}"))
    assert listener.queue.qsize() == hubs.MOST_UNREAD
    frames = [frame async for frame in _follow(listener)]
    assert [b"event: resync" in frame for frame in frames] == [True]


async def test_a_stream_is_bounded(redis: Redis) -> None:
    bell = RedisBell(redis)
    for _ in range(4):
        await bell.ring([Ring("desk", "waiting", {}) for _ in range(KEEP_RINGS)])
    assert await redis.xlen(stream_key("desk")) < 2 * KEEP_RINGS


async def test_frames_end_in_plain_line_feeds(hub: Hub, redis: Redis) -> None:
    async with aclosing(_events(hub, ("desk",), "")) as frames:
        await anext(frames)
        await ring(redis, "desk", "waiting")
        frame = await anext(frames)
    assert frame.endswith(b"\n\n")
    assert b"\r" not in frame


@pytest.mark.parametrize(
    ("username", "scope"),
    [
        (None, "desk"),
        (None, "dispatch"),
        (None, "unit:{unit}"),
        (None, "ticket:{ticket}"),
        (None, "conversation:{conversation}"),
        (None, "web:somebody"),
        ("chieusang", "desk"),
        ("chieusang", "dispatch"),
        ("tongdai", "dispatch"),
        ("tongdai", "unit:{unit}"),
        ("capnuoc", "unit:{unit}"),
        ("capnuoc", "ticket:{ticket}"),
        ("chieusang", "conversation:{conversation}"),
        ("quantri", "desk"),
        ("quantri", "ticket:{ticket}"),
        ("dieuphoi", "everything"),
        ("dieuphoi", "ticket:not-an-id"),
    ],
)
async def test_nobody_listens_where_they_may_not_look(web: Web, username: str | None, scope: str) -> None:
    ticket, conversation = await web.ticket(), await web.waiting()
    browser = await web.sign_in(username) if username else web.browser()
    wanted = scope.format(unit=ticket.unit_id, ticket=ticket.id, conversation=conversation.id)
    answer = await browser.get("/live", params={"scope": wanted})
    assert answer.status_code in {403, 404}


async def test_one_screen_listens_to_a_few_scopes_only(web: Web) -> None:
    browser = await web.sign_in("dieuphoi")
    scopes = [f"unit:{uuid.uuid4()}" for _ in range(9)]
    assert (await browser.get("/live", params={"scope": scopes})).status_code == 422


async def test_closing_the_reader_never_hangs(redis: Redis) -> None:
    """A cancellation that met the Redis client while it connected was once swallowed, and the process stayed."""
    for pauses in range(12):
        async with asyncio.timeout(WAIT_S):
            async with reader(redis) as hub, aclosing(_events(hub, ("desk",), "1-1")) as frames:
                await anext(frames)
                for _ in range(pauses):
                    await asyncio.sleep(0)
