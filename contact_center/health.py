"""Health: is it up, what is wrong, what to do about it."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from contact_center.conversations import repository
from contact_center.db import Database
from contact_center.rasa.standing import sentence, standing
from contact_center.web.templates import locale_of

router = APIRouter(tags=["health"])

# A worker that is alive handles an event in well under a second; this old means nobody is handling.
OLDEST_WAITING = timedelta(seconds=60)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("/health/live", summary="The process answers")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/ready", summary="Database, Redis and backlog", responses={503: {"description": "Not healthy"}})
async def ready(request: Request, database: Annotated[Database, Depends(_database)]) -> JSONResponse:
    """``issues`` names what is wrong. A lost Redis is an issue, not a failure, because nothing is lost with it; so is
    a lost Rasa, because this process understands meanwhile: ``rasa`` says in a sentence what it is doing."""
    issues: list[str] = []
    figures: dict[str, Any] = {}
    healthy = True
    try:
        async with database.transaction() as tx:
            await tx.session.execute(text("select 1"))
            backlog = await repository.backlog(tx)
            figures = {"inbox_waiting": backlog.inbox, "outbox_waiting": backlog.outbox}
            for name, oldest in (("inbox", backlog.inbox_since), ("outbox", backlog.outbox_since)):
                if oldest is not None and tx.now - oldest > OLDEST_WAITING:
                    issues.append(f"{name}_stalled")
                    healthy = False
    except (SQLAlchemyError, OSError):
        issues.append("database_away")
        healthy = False
    try:
        await request.app.state.redis.ping()
    except (RedisError, OSError):
        issues.append("redis_away")
    rasa = standing(request.app.state.engine)
    if rasa is not None:
        issues += rasa.issues
        figures["rasa"] = sentence(rasa, locale_of(request))
    status = 200 if healthy else 503
    return JSONResponse({"healthy": healthy, "issues": issues, **figures}, status_code=status)
