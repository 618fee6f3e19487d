"""The stand-in's application: both providers' APIs, what was sent, the switches, and a shelf for citizens' photos."""

import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Query, Request
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response

from channels.bodies import read_body
from channels.refusal import Refusal, RefusingRoute
from channels.simulator import twilio_api, zalo_api
from channels.simulator.accounts import Accounts
from channels.simulator.behaviour import Behaviour
from channels.simulator.state import StandIn

PHOTO_LIMIT = 10_000_000
MOST_PHOTOS = 40


def create_app(accounts: Accounts) -> FastAPI:
    """One stand-in for both providers. Keeps everything in memory."""
    stand_in = StandIn(accounts)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with stand_in.post.delivering():
            yield

    app = FastAPI(title="Provider stand-in", lifespan=lifespan, openapi_url=None)
    # Not for other machines, nor for other sites in a browser on this one.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.state.stand_in = stand_in
    app.include_router(twilio_api.router(stand_in))
    app.include_router(zalo_api.router(stand_in))
    app.include_router(_observation(stand_in))
    app.include_router(_photos())
    return app


def _observation(stand_in: StandIn) -> APIRouter:
    routes = APIRouter()

    @routes.get("/log")
    async def read_log(
        after: int = Query(default=0, ge=0), limit: int = Query(default=200, ge=1, le=5000)
    ) -> dict[str, Any]:
        return stand_in.log.after(after, limit)

    @routes.get("/counts")
    async def read_counts() -> dict[str, int]:
        return stand_in.log.counts()

    @routes.get("/behaviour")
    async def read_behaviour() -> Behaviour:
        return stand_in.behaviour

    @routes.put("/behaviour")
    async def change_behaviour(behaviour: Behaviour) -> Behaviour:
        stand_in.behaviour = behaviour
        return behaviour

    @routes.get("/tokens")
    async def read_tokens() -> dict[str, int]:
        return {"renewed": stand_in.tokens.renewed, "refused": stand_in.tokens.refused}

    @routes.post("/expire-token", status_code=204)
    async def expire_token() -> None:
        stand_in.tokens.expire()

    return routes


def _photos() -> APIRouter:
    """Where a simulated citizen's photo lies, as on Zalo's own servers; the oldest make room."""
    routes = APIRouter(route_class=RefusingRoute)
    shelf: OrderedDict[str, tuple[bytes, str]] = OrderedDict()

    @routes.post("/photos", status_code=201)
    async def put_photo(request: Request) -> dict[str, str]:
        data = await read_body(request, PHOTO_LIMIT)
        name = secrets.token_hex(8)
        shelf[name] = (data, request.headers.get("content-type", "application/octet-stream"))
        while len(shelf) > MOST_PHOTOS:
            shelf.popitem(last=False)
        return {"url": f"{str(request.base_url).rstrip('/')}/photos/{name}"}

    @routes.get("/photos/{name}", response_class=Response)
    async def get_photo(name: str) -> Response:
        if name not in shelf:
            raise Refusal(404, "not_found", "No such photo")
        data, content_type = shelf[name]
        return Response(data, media_type=content_type)

    return routes
