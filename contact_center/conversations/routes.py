"""Conversations over JSON, for those who answer: the queue, the lines, taking over and giving back."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from contact_center.actors import Actor, Role
from contact_center.conversations import service
from contact_center.conversations.schemas import (
    CallbackRead,
    ConversationRead,
    MessageRead,
    NoteCreate,
    ReplyCreate,
)
from contact_center.web.deps import Db, signed_in
from contact_center.web.security import verify_csrf

router = APIRouter(prefix="/api/v1", tags=["conversations"], dependencies=[Depends(verify_csrf)])

Agent = Annotated[Actor, Depends(signed_in(Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR))]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/conversations/queue", summary="Who waits for a person, longest first")
async def list_queue(database: Db, actor: Agent, limit: Limit = 50) -> list[ConversationRead]:
    async with database.transaction() as tx:
        found = await service.queue(tx, actor, limit=limit)
    return [ConversationRead.model_validate(conversation) for conversation in found]


@router.get("/conversations/mine", summary="What the signed-in agent holds")
async def list_mine(database: Db, actor: Agent, limit: Limit = 50) -> list[ConversationRead]:
    async with database.transaction() as tx:
        found = await service.mine(tx, actor, limit=limit)
    return [ConversationRead.model_validate(conversation) for conversation in found]


@router.get("/conversations/{conversation_id}", summary="One conversation")
async def read_conversation(conversation_id: uuid.UUID, database: Db, actor: Agent) -> ConversationRead:
    async with database.transaction() as tx:
        return ConversationRead.model_validate(await service.get_readable(tx, actor, conversation_id))


@router.get("/conversations/{conversation_id}/messages", summary="Its lines after a number, notes included")
async def list_messages(
    conversation_id: uuid.UUID,
    database: Db,
    actor: Agent,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Limit = 100,
) -> list[MessageRead]:
    async with database.transaction() as tx:
        await service.get_readable(tx, actor, conversation_id)
        lines = await service.messages(tx, conversation_id, after_seq=after, limit=limit, with_notes=True)
    return [MessageRead.model_validate(line) for line in lines]


@router.post("/conversations/{conversation_id}/take-over", summary="Answer from now on; 409 when somebody was quicker")
async def take_over(conversation_id: uuid.UUID, database: Db, actor: Agent) -> ConversationRead:
    async with database.transaction() as tx:
        return ConversationRead.model_validate(await service.take_over(tx, actor, conversation_id))


@router.post("/conversations/{conversation_id}/release", summary="Back to the bot")
async def release(conversation_id: uuid.UUID, database: Db, actor: Agent) -> ConversationRead:
    async with database.transaction() as tx:
        return ConversationRead.model_validate(await service.release_to_bot(tx, actor, conversation_id))


@router.post("/conversations/{conversation_id}/replies", status_code=201, summary="Say something to the citizen")
async def reply(conversation_id: uuid.UUID, body: ReplyCreate, database: Db, actor: Agent) -> MessageRead:
    async with database.transaction() as tx:
        said = await service.reply(tx, actor, conversation_id, text=body.text, client_id=body.client_id)
        return MessageRead.model_validate(said)


@router.post("/conversations/{conversation_id}/notes", status_code=201, summary="A note the citizen never sees")
async def add_note(conversation_id: uuid.UUID, body: NoteCreate, database: Db, actor: Agent) -> MessageRead:
    async with database.transaction() as tx:
        return MessageRead.model_validate(await service.note(tx, actor, conversation_id, text=body.text))


@router.post("/conversations/{conversation_id}/close", summary="End it")
async def close(conversation_id: uuid.UUID, database: Db, actor: Agent) -> ConversationRead:
    async with database.transaction() as tx:
        return ConversationRead.model_validate(await service.close(tx, actor, conversation_id))


@router.get("/callbacks", summary="Promises to call back, oldest first")
async def list_callbacks(database: Db, actor: Agent, limit: Limit = 50) -> list[CallbackRead]:
    async with database.transaction() as tx:
        found = await service.callbacks(tx, actor, limit=limit)
    return [CallbackRead.model_validate(request) for request in found]


@router.post("/callbacks/{callback_id}/take", summary="I call them; 409 when somebody else does")
async def take_callback(callback_id: uuid.UUID, database: Db, actor: Agent) -> CallbackRead:
    async with database.transaction() as tx:
        return CallbackRead.model_validate(await service.take_callback(tx, actor, callback_id))


@router.post("/callbacks/{callback_id}/finish", summary="Called: reached, or not")
async def finish_callback(callback_id: uuid.UUID, database: Db, actor: Agent, *, reached: bool) -> CallbackRead:
    async with database.transaction() as tx:
        return CallbackRead.model_validate(await service.finish_callback(tx, actor, callback_id, reached=reached))
