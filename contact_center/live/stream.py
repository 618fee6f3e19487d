"""``GET /live``: what changed, as server-sent events. Each says "look again"; the page asks for what it shows."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from channels.webchat.signature import visitor_of
from contact_center.actors import Actor, Role
from contact_center.clock import utc_now
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.errors import InvalidInput, NotAllowed
from contact_center.live.hub import RESYNC, Heard, Hub, Listener
from contact_center.tickets import service as tickets
from contact_center.web.deps import CurrentActor, Db

router = APIRouter(tags=["live"])

MOST_SCOPES = 8
HEARTBEAT_S = 20.0
DESK_ROLES = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR)


@router.get("/live", summary="Server-sent events for one screen", response_class=StreamingResponse)
async def live(
    request: Request,
    database: Db,
    actor: CurrentActor,
    scope: Annotated[list[str], Query(description="desk, dispatch, unit:…, ticket:…, conversation:…, web:…")],
    link: str = "",
    visitor: str = "",
) -> StreamingResponse:
    """``Last-Event-ID`` replays what was missed; ``resync`` means: reload, too much was missed."""
    if not 1 <= len(scope) <= MOST_SCOPES:
        raise InvalidInput(scope="count")
    async with database.transaction() as tx:
        for one in scope:
            if not await _may_listen(tx, request, one, actor=actor, link=link, visitor=visitor):
                raise NotAllowed(action="live")
    hub: Hub = request.app.state.live
    last_seen = request.headers.get("last-event-id", "")
    return StreamingResponse(
        _events(hub, tuple(scope), last_seen),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _may_listen(
    tx: Transaction, request: Request, scope: str, *, actor: Actor | None, link: str, visitor: str
) -> bool:
    kind, _, name = scope.partition(":")
    if kind == "web":
        return _is_visitor(request, visitor, thread=name)
    if kind == "ticket":
        return _is_id(name) and await tickets.may_follow(tx, uuid.UUID(name), actor=actor, link=link)
    if kind == "conversation" and actor is not None and _is_id(name):
        return await conversations.get_readable(tx, actor, uuid.UUID(name)) is not None
    return actor is not None and _is_theirs(actor, kind, name)


def _is_theirs(actor: Actor, kind: str, name: str) -> bool:
    """Scopes that go with a role, not with a row."""
    if kind in {"desk", "simulator"}:
        return actor.has_role(*DESK_ROLES)
    leads = actor.has_role(Role.DISPATCHER, Role.SUPERVISOR)
    return (kind == "dispatch" and leads) or (kind == "unit" and (leads or str(actor.unit_id) == name))


def _is_id(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True


def _is_visitor(request: Request, token: str, *, thread: str) -> bool:
    secret = request.app.state.settings.secret_key.get_secret_value()
    known = visitor_of(token, secret, utc_now())
    return known is not None and known.id == thread


async def _events(hub: Hub, scopes: tuple[str, ...], last_seen: str) -> AsyncGenerator[bytes, None]:
    async with hub.listen(scopes) as listener:
        yield b"retry: 2000\n\n"
        for ring in await _replay(hub, scopes, last_seen):
            yield _frame(ring)
        async for frame in _follow(listener):
            yield frame


async def _replay(hub: Hub, scopes: tuple[str, ...], last_seen: str) -> list[Heard]:
    """What this screen missed while it was away. Redis ids are times, so one id serves all its scopes."""
    if not last_seen or "-" not in last_seen:
        return []
    missed: list[Heard] = []
    for scope in scopes:
        rings = await hub.missed(scope, last_seen)
        if rings is None:
            return [Heard(id=last_seen, scope=scope, event=RESYNC, data="{}")]
        missed.extend(rings)
    return sorted(missed, key=lambda ring: tuple(map(int, ring.id.split("-"))))


async def _follow(listener: Listener) -> AsyncIterator[bytes]:
    while True:
        if listener.overflowed:
            yield _frame(Heard(id="", scope="", event=RESYNC, data="{}"))
            return
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                ring = await listener.queue.get()
        except TimeoutError:
            yield b": still here\n\n"
            continue
        yield _frame(ring)


def _frame(ring: Heard) -> bytes:
    """LF line ends only: a chunk cut between CR and LF would split an event in some browsers."""
    body = orjson.dumps({"scope": ring.scope, "event": ring.event, "data": orjson.loads(ring.data)})
    head = f"id: {ring.id}\n" if ring.id else ""
    return f"{head}event: {ring.event}\ndata: ".encode() + body + b"\n\n"
