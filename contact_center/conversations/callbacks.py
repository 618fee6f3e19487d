"""Promises to call back, and who may answer citizens at all."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert

from contact_center.actors import Actor, Role
from contact_center.conversations import repository
from contact_center.conversations.models import CallbackRequest, Conversation
from contact_center.db import Transaction, new_id
from contact_center.errors import Conflict, NotAllowed

# What an operator may promise a caller nobody could serve (domain report 1.5).
CALLBACK_WITHIN = timedelta(hours=4)


def require_agent(actor: Actor) -> None:
    if not actor.has_role(Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR):
        raise NotAllowed(action="conversation")


async def request_callback(tx: Transaction, conversation: Conversation, *, phone: str, reason: str) -> CallbackRequest:
    """Promise to call back within four hours. One promise a conversation, however often it is asked for."""
    await tx.session.execute(
        insert(CallbackRequest)
        .values(
            id=new_id(),
            conversation_id=conversation.id,
            phone=phone,
            reason=reason,
            state="open",
            promised_by=tx.now + CALLBACK_WITHIN,
            requested_at=tx.now,
        )
        .on_conflict_do_nothing(index_elements=["conversation_id"])
    )
    tx.ring("desk", "callback", conversation_id=conversation.id)
    return await repository.callback_of(tx, conversation.id)


async def take_callback(tx: Transaction, actor: Actor, callback_id: uuid.UUID) -> CallbackRequest:
    require_agent(actor)
    request = await repository.lock_callback(tx, callback_id)
    if request.state == "taken" and request.agent_id != actor.id:
        raise Conflict(what="callback", reason="taken")
    request.state = "taken"
    request.agent_id = actor.id
    tx.ring("desk", "callback", conversation_id=request.conversation_id)
    return request


async def finish_callback(tx: Transaction, actor: Actor, callback_id: uuid.UUID, *, reached: bool) -> CallbackRequest:
    require_agent(actor)
    request = await repository.lock_callback(tx, callback_id)
    if request.state not in {"open", "taken"}:
        raise Conflict(what="callback", reason=request.state)
    request.state = "done" if reached else "unreachable"
    request.agent_id = actor.id
    request.finished_at = tx.now
    tx.ring("desk", "callback", conversation_id=request.conversation_id)
    return request


async def callbacks(tx: Transaction, actor: Actor, *, limit: int = 100) -> Sequence[CallbackRequest]:
    return await repository.list_callbacks(tx, actor, limit=limit)
