"""Pages of those who teach the machine: labels to judge, how it drifts, its models, and why it said what it said."""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from contact_center.actors import Actor, Role
from contact_center.learning import drift, lessons, promoting, repository, reviewing, serving, why
from contact_center.learning.measuring import Measuring
from contact_center.learning.serving import ServingEngine
from contact_center.rasa.service import RasaEngine
from contact_center.rasa.standing import sentence, standing
from contact_center.staff import service as staff
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.web.deps import Db, signed_in
from contact_center.web.forms import go
from contact_center.web.security import verify_csrf
from contact_center.web.templates import locale_of, render
from nlu.engine import Engine

router = APIRouter(prefix="/learning", include_in_schema=False, dependencies=[Depends(verify_csrf)])

Judge = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.LEARNING]))]
Hotline = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.DESK]))]
Supervisor = Annotated[Actor, Depends(signed_in(Role.SUPERVISOR))]


def get_engine(request: Request) -> Engine:
    """The one in this process, also where Rasa is asked first: its model is the one that can be exchanged."""
    engine: Engine = request.app.state.engine
    return engine.fallback if isinstance(engine, RasaEngine) else engine


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


@router.get("/drift")
async def drift_page(request: Request, database: Db, actor: Judge) -> Response:
    async with database.transaction() as tx:
        found = await drift.drift(tx)
    return render(request, "learning/drift.html", drift=found)


# --- models -----------------------------------------------------------------------------------------------------------

DONE = {"promoted", "rolled_back"}


@router.get("/models")
async def models(request: Request, database: Db, actor: Judge, machine: Machine, done: str = "") -> Response:
    shipped = shipped_of(machine)
    async with database.transaction() as tx:
        present = await serving.in_force(tx, shipped)
        rows = await repository.models(tx)
        moves = await repository.moves(tx)
        names = await staff.names_of(tx, [move.account_id for move in moves if move.account_id])
    supervises = actor.has_role(Role.SUPERVISOR)
    candidates = [row for row in rows if promoting.may_be_promoted(row, present=present.version, shipped=shipped)]
    return render(
        request,
        "learning/models.html",
        present=present,
        models=rows,
        moves=moves,
        names=names,
        rasa=rasa_words(request, present.version),
        may_promote={row.version for row in candidates} if supervises else set(),
        may_roll_back=supervises and bool(moves) and moves[0].before is not None,
        done=done if done in DONE else "",
    )


def shipped_of(machine: Engine) -> str:
    """The version this process brought along."""
    return machine.shipped if isinstance(machine, ServingEngine) else ""


def rasa_words(request: Request, in_force: str) -> tuple[str, bool] | None:
    """How Rasa stands, where there is one, and whether that is as it should be."""
    said = standing(request.app.state.engine, in_force=in_force)
    return (sentence(said, locale_of(request)), not said.issues) if said is not None else None


def get_measuring(request: Request) -> Measuring:
    """One for the process."""
    state = request.app.state
    if not hasattr(state, "measuring"):
        state.measuring = Measuring(state.database.conninfo)
    measuring: Measuring = state.measuring
    return measuring


Meter = Annotated[Measuring, Depends(get_measuring)]


@router.get("/models/{version}/promote")
async def before_promoting(
    request: Request, database: Db, actor: Supervisor, machine: Machine, meter: Meter, version: str
) -> Response:
    """The figures of both models, and the button where no guarded one drops; or that they have to be measured."""
    shipped = shipped_of(machine)
    async with database.transaction() as tx:
        model = await serving.candidate_of(tx, version)
        present = await serving.in_force(tx, shipped)
        comparison = await promoting.kept_comparison(tx, version, shipped=shipped)
    return render(
        request,
        "learning/promote.html",
        model=model,
        present=present,
        comparison=comparison,
        possible=promoting.may_be_promoted(model, present=present.version, shipped=shipped),
        measuring=meter.runs(version),
        failed=meter.failed(version),
        busy=meter.runs(),
    )


@router.post("/models/{version}/measure")
async def measure(request: Request, database: Db, actor: Supervisor, meter: Meter, version: str) -> Response:
    """Have a candidate compared with the model that answers; the page before looks again by itself."""
    async with database.transaction() as tx:
        await serving.candidate_of(tx, version)
    meter.start(version)
    return go(request, f"/learning/models/{version}/promote")


@router.post("/models/{version}/promote")
async def promote(
    request: Request,
    database: Db,
    actor: Supervisor,
    machine: Machine,
    version: str,
    against: Annotated[str, Form(max_length=100)],
) -> Response:
    """It answers citizens from now on, in every process, within seconds; refused as the command refuses."""
    async with database.transaction() as tx:
        await promoting.promote(tx, actor, version, against=against, shipped=shipped_of(machine))
    return go(request, "/learning/models?done=promoted")


@router.get("/models/rollback")
async def before_rolling_back(request: Request, database: Db, actor: Supervisor) -> Response:
    async with database.transaction() as tx:
        way = await promoting.way_back(tx)
    return render(request, "learning/rollback.html", way=way)


@router.post("/models/rollback")
async def roll_back(
    request: Request, database: Db, actor: Supervisor, machine: Machine, leaving: Annotated[str, Form(max_length=100)]
) -> Response:
    """The model before answers again, in every process, within seconds."""
    async with database.transaction() as tx:
        await serving.roll_back(tx, actor, shipped=shipped_of(machine), leaving=leaving)
    return go(request, "/learning/models?done=rolled_back")


# --- why --------------------------------------------------------------------------------------------------------------


@router.get("/why/messages/{message_id}")
async def why_message(
    request: Request, database: Db, actor: Hotline, machine: Machine, message_id: uuid.UUID
) -> Response:
    async with database.transaction() as tx:
        asked = await why.about_message(tx, actor, message_id)
    return await _why(request, database, machine, asked)


@router.get("/why/tickets/{ticket_id}")
async def why_ticket(
    request: Request, database: Db, actor: Hotline, machine: Machine, ticket_id: uuid.UUID
) -> Response:
    async with database.transaction() as tx:
        asked = await why.about_ticket(tx, actor, ticket_id)
    return await _why(request, database, machine, asked)


async def _why(request: Request, database: Db, machine: Engine, asked: why.Asked) -> Response:
    answer = await asyncio.to_thread(why.explained, machine, asked)
    async with database.transaction() as tx:
        names = await why.names_for(tx, answer)
    return render(request, "learning/why.html", asked=asked, answer=answer, names=names)
