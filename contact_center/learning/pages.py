"""Pages of those who teach the machine: labels to judge, how it drifts, its models, and why it said what it said."""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.learning import lessons, reviewing
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.web.deps import Db, signed_in
from contact_center.web.forms import go
from contact_center.web.templates import render
from nlu.engine import Engine

router = APIRouter(prefix="/learning", include_in_schema=False)

Judge = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.LEARNING]))]


def get_engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


Machine = Annotated[Engine, Depends(get_engine)]


@router.get("")
async def labels(request: Request, database: Db, actor: Judge, machine: Machine, done: str = "") -> Response:
    """Proposed labels, oldest first, with the words masked as they would be learned."""
    async with database.transaction() as tx:
        rows = await reviewing.pending(tx, actor)
        counts = await reviewing.counts(tx)
    told = await asyncio.to_thread(lambda: [lessons.told(row.source, machine) for row in rows])
    return render(
        request,
        "learning/labels.html",
        rows=list(zip(rows, told, strict=True)),
        counts=counts,
        done=done if done in {"accepted", "refused"} else "",
    )


@router.post("/labels/{proposal_id}")
async def decide(
    request: Request, database: Db, actor: Judge, proposal_id: uuid.UUID, answer: Annotated[str, Form(max_length=10)]
) -> Response:
    async with database.transaction() as tx:
        proposal = await reviewing.decide(tx, actor, proposal_id, accept=answer == "yes")
        state = proposal.state
    return go(request, f"/learning?done={state}")
