"""What handlers ask for: the database, and who is asking."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from contact_center.actors import Actor, Role
from contact_center.db import Database
from contact_center.errors import NotAllowed, NotSignedIn
from contact_center.settings import Settings
from contact_center.staff import service as staff
from contact_center.web.security import SESSION_COOKIE, RateLimiter


def get_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def get_app_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def get_rate_limiter(request: Request) -> RateLimiter:
    limiter: RateLimiter = request.app.state.rate_limiter
    return limiter


Db = Annotated[Database, Depends(get_database)]
AppSettings = Annotated[Settings, Depends(get_app_settings)]
Limiter = Annotated[RateLimiter, Depends(get_rate_limiter)]


def session_token(request: Request) -> str:
    """The staff session token of a browser (cookie) or a program (``Authorization: Bearer``)."""
    header = request.headers.get("authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return request.cookies.get(SESSION_COOKIE, "")


async def current_actor(request: Request, database: Db) -> Actor | None:
    """Who is signed in, or None. Also kept on the request, so that templates can greet them."""
    if not hasattr(request.state, "actor"):
        token = session_token(request)
        request.state.actor = None
        if token:
            async with database.transaction() as tx:
                request.state.actor = await staff.actor_of(tx, token)
    actor: Actor | None = request.state.actor
    return actor


CurrentActor = Annotated[Actor | None, Depends(current_actor)]


def signed_in(*roles: Role) -> Callable[[Request, Database], Awaitable[Actor]]:
    """A dependency that gives the actor, or raises ``NotSignedIn`` / ``NotAllowed``. No roles = any member of staff."""

    async def require(request: Request, database: Db) -> Actor:
        actor = await current_actor(request, database)
        if actor is None:
            raise NotSignedIn()
        if roles and not actor.has_role(*roles):
            raise NotAllowed(action="page")
        return actor

    return require
