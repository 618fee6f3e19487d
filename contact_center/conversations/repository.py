"""Every query on conversations, messages and the inbox."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import aliased

from contact_center.actors import Actor, Role
from contact_center.conversations.models import (
    DELIVERY,
    NEW,
    OPEN,
    QUEUED,
    SENDING,
    CallbackRequest,
    Conversation,
    InboxEvent,
    Message,
    OutboxMessage,
)
from contact_center.db import Transaction, new_id
from contact_center.errors import NotFound


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Conversations are the hotline's own: its operators, dispatchers and supervisors read them, departments do not."""
    if actor.kind in {"bot", "system"}:
        return true()
    if actor.has_role(Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR):
        return true()
    return false()


async def get_readable(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> Conversation:
    found = await tx.session.scalar(select(Conversation).where(Conversation.id == conversation_id, readable_by(actor)))
    if found is None:
        raise NotFound(what="conversation")
    return found


async def lock(tx: Transaction, conversation_id: uuid.UUID) -> Conversation:
    found = await tx.session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(what="conversation")
    return found


# The statements of every turn are built once: building one costs more than what PostgreSQL does with it.
_FIND_OPEN = (
    select(Conversation)
    .where(
        Conversation.channel == bindparam("channel"),
        Conversation.thread == bindparam("thread"),
        Conversation.state == OPEN,
    )
    .with_for_update()
)


async def find_open(tx: Transaction, channel: str, thread: str) -> Conversation | None:
    """The open conversation of a thread, locked."""
    return await tx.session.scalar(_FIND_OPEN, {"channel": channel, "thread": thread})


async def find_latest(tx: Transaction, channel: str, thread: str) -> Conversation | None:
    return await tx.session.scalar(
        select(Conversation)
        .where(Conversation.channel == channel, Conversation.thread == thread)
        .order_by(Conversation.opened_at.desc())
        .limit(1)
    )


async def claim_quiet(
    tx: Transaction, *, after: datetime, before: datetime, flows: Sequence[str], limit: int
) -> Sequence[Conversation]:
    """Open conversations of the bot, last heard of between two moments and in one of these flows; locked."""
    flow = Conversation.bot_state["thread"]["flow"].astext
    suspended = Conversation.bot_state["suspended"]["flow"].astext
    rows = await tx.session.scalars(
        select(Conversation)
        .where(
            Conversation.state == OPEN,
            Conversation.controller == "bot",
            Conversation.last_message_at > after,
            Conversation.last_message_at <= before,
            or_(flow.in_(flows), suspended.in_(flows)),
        )
        .order_by(Conversation.last_message_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


async def is_in_thread(tx: Transaction, message_id: uuid.UUID, channel: str, thread: str) -> bool:
    found = await tx.session.scalar(
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, Conversation.channel == channel, Conversation.thread == thread)
    )
    return found is not None


OPEN_THREAD = text("state = 'open'")


_OPENING = ("id", "channel", "thread", "peer", "account", "citizen_id", "bot_state", "state", "controller",
            "controller_epoch", "locale", "last_seq", "unread", "opened_at", "last_message_at")  # fmt: skip
_OPEN = (
    insert(Conversation)
    .values({name: bindparam(name, type_=Conversation.__table__.c[name].type) for name in _OPENING})
    .on_conflict_do_nothing(index_elements=["channel", "thread"], index_where=OPEN_THREAD)
    .returning(Conversation)
)


async def open_unless_open(tx: Transaction, values: dict[str, Any]) -> Conversation | None:
    """Two events may open the same thread at once; the unique index lets one through, None for the other."""
    return await tx.session.scalar(_OPEN, {"id": new_id(), **values})


async def list_messages(
    tx: Transaction, conversation_id: uuid.UUID, *, after_seq: int, limit: int, with_notes: bool
) -> Sequence[Message]:
    """The newest ``limit`` messages after ``after_seq``, oldest first."""
    newest = (
        select(Message.id)
        .where(Message.conversation_id == conversation_id, Message.seq > after_seq)
        .where(true() if with_notes else Message.author != "note")
        .order_by(Message.seq.desc())
        .limit(limit)
    )
    rows = await tx.session.scalars(select(Message).where(Message.id.in_(newest)).order_by(Message.seq))
    return rows.all()


async def list_queue(tx: Transaction, actor: Actor, *, limit: int) -> Sequence[Conversation]:
    rows = await tx.session.scalars(
        select(Conversation)
        .where(Conversation.controller == "queue", readable_by(actor))
        .order_by(Conversation.waiting_since)
        .limit(limit)
    )
    return rows.all()


async def list_of_agent(tx: Transaction, actor: Actor, *, limit: int) -> Sequence[Conversation]:
    rows = await tx.session.scalars(
        select(Conversation)
        .where(Conversation.agent_id == actor.id, Conversation.state == OPEN)
        .order_by(Conversation.last_message_at.desc())
        .limit(limit)
    )
    return rows.all()


async def last_messages(tx: Transaction, conversation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """The newest words of a person in each conversation, in one query: what the machine said tells an agent little."""
    if not conversation_ids:
        return {}
    rows = await tx.session.scalars(
        select(Message)
        .where(Message.conversation_id.in_(conversation_ids), Message.author.in_(("citizen", "agent")))
        .ext(distinct_on(Message.conversation_id))
        .order_by(Message.conversation_id, Message.seq.desc())
    )
    return {message.conversation_id: message for message in rows}


async def unspoken(tx: Transaction, conversation_id: uuid.UUID) -> Sequence[Message]:
    """What we said on a call that the caller has not heard yet."""
    rows = await tx.session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.status == "queued")
        .order_by(Message.seq)
    )
    return rows.all()


# --- the inbox ----------------------------------------------------------------------------------------------------


def _claim_statement() -> Executable:
    waiting = aliased(InboxEvent)
    # As a minimum, not as "there is no elder": PostgreSQL may turn the latter into a join over everything that waits.
    first_of_thread = (
        select(func.min(waiting.seq))
        .where(waiting.thread == InboxEvent.thread, waiting.state == NEW, waiting.kind != DELIVERY)
        .scalar_subquery()
    )
    first = (
        select(InboxEvent.seq)
        .where(
            InboxEvent.state == NEW,
            InboxEvent.kind != DELIVERY,
            InboxEvent.available_at <= func.now(),
            InboxEvent.seq == first_of_thread,
        )
        .order_by(InboxEvent.seq)
        .limit(literal_column("1", Integer))
        .with_for_update(skip_locked=True)
        .cte("first")
    )
    return (
        update(InboxEvent)
        .where(InboxEvent.seq == first.c.seq)
        .values(state="done", handled_at=bindparam("now"))
        .returning(InboxEvent)
        .execution_options(synchronize_session=False)
    )


_CLAIM = _claim_statement()


async def claim_inbox(tx: Transaction) -> InboxEvent | None:
    """The oldest waiting event that is the first of its thread, done once this transaction commits.

    An event whose elder is still waiting (or being handled elsewhere) is never taken, so a thread is handled one at a
    time, in order. A crash ends the transaction and with it the claim: no lease to expire.
    """
    row: InboxEvent | None = await tx.session.scalar(_CLAIM, {"now": tx.now})
    return row


async def claim_receipts(tx: Transaction, *, limit: int) -> Sequence[InboxEvent]:
    """Waiting receipts, oldest first. They need no order: a status never goes back."""
    rows = await tx.session.scalars(
        select(InboxEvent)
        .where(InboxEvent.state == NEW, InboxEvent.kind == DELIVERY, InboxEvent.available_at <= func.now())
        .order_by(InboxEvent.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


async def finish_inbox(tx: Transaction, seqs: Sequence[int]) -> None:
    await tx.session.execute(
        update(InboxEvent)
        .where(InboxEvent.seq.in_(seqs))
        .values(state="done", handled_at=tx.now)
        .execution_options(synchronize_session=False)
    )


async def lock_inbox(tx: Transaction, channel: str, event_id: str) -> InboxEvent | None:
    return await tx.session.scalar(
        select(InboxEvent).where(InboxEvent.channel == channel, InboxEvent.event_id == event_id).with_for_update()
    )


async def postpone_inbox(tx: Transaction, seq: int, *, error_code: str, delay: timedelta) -> int:
    """Count a failed try; returns how many there have been."""
    attempts = await tx.session.scalar(
        update(InboxEvent)
        .where(InboxEvent.seq == seq, InboxEvent.state == NEW)
        .values(attempts=InboxEvent.attempts + 1, error_code=error_code, available_at=func.now() + delay)
        .returning(InboxEvent.attempts)
    )
    return attempts or 0


async def give_up_inbox(tx: Transaction, seq: int, *, error_code: str) -> None:
    await tx.session.execute(
        update(InboxEvent).where(InboxEvent.seq == seq).values(state="failed", error_code=error_code, handled_at=tx.now)
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many events wait to be handled, how many messages to leave, and since when."""

    inbox: int
    inbox_since: datetime | None
    outbox: int
    outbox_since: datetime | None


async def backlog(tx: Transaction) -> Backlog:
    waiting_in = select(func.count(), func.min(InboxEvent.received_at)).where(InboxEvent.state == NEW)
    waiting_out = select(func.count(), func.min(OutboxMessage.created_at)).where(
        OutboxMessage.state.in_((QUEUED, SENDING))
    )
    inbox, inbox_since = (await tx.session.execute(waiting_in)).one()
    outbox, outbox_since = (await tx.session.execute(waiting_out)).one()
    return Backlog(inbox, inbox_since, outbox, outbox_since)


# --- call-backs ---------------------------------------------------------------------------------------------------


async def list_callbacks(tx: Transaction, actor: Actor, *, limit: int) -> Sequence[CallbackRequest]:
    rows = await tx.session.scalars(
        select(CallbackRequest)
        .join(Conversation, Conversation.id == CallbackRequest.conversation_id)
        .where(readable_by(actor), CallbackRequest.state.in_(("open", "taken")))
        .order_by(CallbackRequest.requested_at)
        .limit(limit)
    )
    return rows.all()


async def callback_of(tx: Transaction, conversation_id: uuid.UUID) -> CallbackRequest:
    return (
        await tx.session.scalars(select(CallbackRequest).where(CallbackRequest.conversation_id == conversation_id))
    ).one()


async def lock_callback(tx: Transaction, callback_id: uuid.UUID) -> CallbackRequest:
    found = await tx.session.scalar(select(CallbackRequest).where(CallbackRequest.id == callback_id).with_for_update())
    if found is None:
        raise NotFound(what="callback")
    return found


async def find_by_client_id(tx: Transaction, conversation_id: uuid.UUID, client_id: str) -> Message | None:
    return await tx.session.scalar(
        select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    )
