"""The agent's desk: who waits, the conversation, and what is known beside it."""

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.conversations import service as conversations
from contact_center.desk import faces, picks, reading, ticket_form
from contact_center.desk.access import Agent
from contact_center.staff import service as staff
from contact_center.tickets import service as tickets
from contact_center.web.deps import Db
from contact_center.web.forms import done
from contact_center.web.security import verify_csrf
from contact_center.web.templates import locale_of, render

router = APIRouter(include_in_schema=False, dependencies=[Depends(verify_csrf)])
router.include_router(picks.router)
router.include_router(ticket_form.router)

WORDS: dict[str, Any] = {"known_key": faces.known_key, "insertion": faces.insertion}


@router.get("/desk")
async def desk(request: Request, database: Db, actor: Agent) -> Response:
    async with database.transaction() as tx:
        await staff.heartbeat(tx, actor)
        presence = await staff.presence_of(tx, actor)
        lists = await reading.lists(tx, actor, locale_of(request))
    return render(request, "desk/desk.html", lists=lists, pane=None, presence=presence, current="", **WORDS)


@router.get("/desk/queue")
async def queue(request: Request, database: Db, actor: Agent, current: str = "") -> Response:
    async with database.transaction() as tx:
        lists = await reading.lists(tx, actor, locale_of(request))
    return render(request, "desk/queue.html", lists=lists, current=current, **WORDS)


@router.get("/desk/{conversation_id}")
async def conversation(
    request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID, opened: str = ""
) -> Response:
    locale = locale_of(request)
    async with database.transaction() as tx:
        await staff.heartbeat(tx, actor)
        presence = await staff.presence_of(tx, actor)
        lists = await reading.lists(tx, actor, locale)
        pane = await reading.pane(tx, actor, conversation_id, locale)
        side = await reading.side(tx, actor, conversation_id, locale)
        form = await reading.form_start(tx, pane)
        ticket = await tickets.by_code(tx, opened) if opened else None
        told = await tickets.staff_view(tx, actor, ticket) if ticket else None
    return render(
        request,
        "desk/desk.html",
        lists=lists,
        pane=pane,
        side=side,
        form=form,
        form_key=str(uuid.uuid4()),
        told=told,
        presence=presence,
        current=str(conversation_id),
        **WORDS,
    )


@router.get("/desk/{conversation_id}/head")
async def head(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    return await _pane(request, database, actor, conversation_id, "desk/head.html")


@router.get("/desk/{conversation_id}/messages")
async def messages(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    return await _pane(request, database, actor, conversation_id, "desk/messages.html")


@router.get("/desk/{conversation_id}/composing")
async def composing(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    return await _pane(request, database, actor, conversation_id, "desk/composing.html")


async def _pane(request: Request, database: Db, actor: Actor, conversation_id: uuid.UUID, template: str) -> Response:
    async with database.transaction() as tx:
        pane = await reading.pane(tx, actor, conversation_id, locale_of(request))
    return render(request, template, pane=pane, **WORDS)


@router.get("/desk/{conversation_id}/side")
async def side(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        side = await reading.side(tx, actor, conversation_id, locale_of(request))
    return render(request, "desk/side.html", side=side, **WORDS)


# --- who answers --------------------------------------------------------------------------------------------------


@router.post("/desk/{conversation_id}/take")
async def take(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        await conversations.take_over(tx, actor, conversation_id)
    return done(request, f"/desk/{conversation_id}")


@router.post("/desk/{conversation_id}/release")
async def release(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        await conversations.release_to_bot(tx, actor, conversation_id)
    return done(request, f"/desk/{conversation_id}")


@router.post("/desk/{conversation_id}/close")
async def close(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        await conversations.close(tx, actor, conversation_id)
    return done(request, f"/desk/{conversation_id}")


@router.post("/desk/{conversation_id}/say")
async def say(
    request: Request,
    database: Db,
    actor: Agent,
    conversation_id: uuid.UUID,
    text: Annotated[str, Form(max_length=10_000)] = "",
    mode: Annotated[Literal["reply", "note"], Form()] = "reply",
    client_id: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """``client_id`` is new for each message a browser sends, so pressing twice says it once."""
    async with database.transaction() as tx:
        if mode == "note":
            await conversations.note(tx, actor, conversation_id, text=text)
        else:
            await conversations.reply(tx, actor, conversation_id, text=text, client_id=client_id or None)
    return done(request, f"/desk/{conversation_id}?done=conversation-{conversation_id}")


@router.post("/desk/{conversation_id}/used", status_code=204)
async def use_suggestion(
    database: Db, actor: Agent, conversation_id: uuid.UUID, slug: Annotated[str, Form(max_length=200)]
) -> None:
    """What agents use tells which suggestions are worth showing."""
    async with database.transaction() as tx:
        await reading.note_used(tx, actor, conversation_id, slug)


@router.post("/desk/{conversation_id}/phones")
async def reveal_phones(request: Request, database: Db, actor: Agent, conversation_id: uuid.UUID) -> Response:
    """The numbers in full; every look is in the audit log."""
    async with database.transaction() as tx:
        phones = await reading.reveal_phones(tx, actor, conversation_id)
    return render(request, "desk/phones.html", phones=phones)


# --- calling back -------------------------------------------------------------------------------------------------


@router.post("/desk/callbacks/{callback_id}/take")
async def take_callback(request: Request, database: Db, actor: Agent, callback_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        taken = await conversations.take_callback(tx, actor, callback_id)
        await staff.audit(
            tx, actor, action="phone_revealed", subject_kind="conversation", subject_id=taken.conversation_id
        )
    return done(request, "/desk")


@router.post("/desk/callbacks/{callback_id}/finish")
async def finish_callback(
    request: Request, database: Db, actor: Agent, callback_id: uuid.UUID, reached: Annotated[bool, Form()]
) -> Response:
    async with database.transaction() as tx:
        await conversations.finish_callback(tx, actor, callback_id, reached=reached)
    return done(request, "/desk")
