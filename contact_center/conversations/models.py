"""What came in, what was said, who is in control, and what has to leave."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id, Json

# States that partial indexes are about are written out in every query: a bound parameter hides from PostgreSQL which
# index is meant once it has prepared the statement, and it reads the whole table instead.
NEW = literal_column("'new'", String)
OPEN = literal_column("'open'", String)
QUEUED = literal_column("'queued'", String)
SENDING = literal_column("'sending'", String)
DELIVERY = literal_column("'delivery'", String)


class InboxEvent(Base):
    """One provider event, exactly once. Unhandled rows are the only queue there is."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "event_id"),
        CheckConstraint("state in ('new', 'done', 'failed')", name="state"),
        # The dispatcher's hot query: the oldest waiting event that is the first of its thread. Without an index in this
        # order PostgreSQL walks along the primary key, past everything that was ever handled.
        Index("ix_inbox_turns", "seq", postgresql_where=text("state = 'new' and kind <> 'delivery'")),
        Index("ix_inbox_waiting", "thread", "seq", postgresql_where=text("state = 'new'")),
        Index("ix_inbox_receipts", "seq", postgresql_where=text("state = 'new' and kind = 'delivery'")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    channel: Mapped[str]
    event_id: Mapped[str]
    thread: Mapped[str]  # "<channel>:<thread of the event>"
    kind: Mapped[str]
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(default="new", server_default="new")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    received_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    available_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    handled_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    # For calls: the answer that was given, so that a repeated webhook hears the same words.
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class Conversation(Base):
    """One exchange on one channel. ``controller`` says who answers; ``controller_epoch`` moves whenever that changes,
    and a bot turn that began in an earlier epoch is dropped."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("uq_conversation_open_thread", "channel", "thread", unique=True, postgresql_where=text("state = 'open'")),
        # The agents' queue, longest wait first.
        Index("ix_conversation_queue", "waiting_since", postgresql_where=text("controller = 'queue'")),
        Index("ix_conversation_agent_id", "agent_id", postgresql_where=text("state = 'open'")),
        Index("ix_conversation_last_message_at", "last_message_at"),
        CheckConstraint("controller in ('bot', 'queue', 'human')", name="controller"),
        CheckConstraint("(controller = 'human') = (agent_id is not null)", name="human_has_agent"),
        CheckConstraint("(controller = 'queue') = (waiting_since is not null)", name="queue_has_wait"),
    )

    id: Mapped[Id]
    channel: Mapped[str]
    thread: Mapped[str]
    peer: Mapped[str]
    account: Mapped[str]
    citizen_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    state: Mapped[str] = mapped_column(default="open")  # open, closed
    controller: Mapped[str] = mapped_column(default="bot")
    controller_epoch: Mapped[int] = mapped_column(default=0)
    agent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    waiting_since: Mapped[datetime | None]
    hand_over_reason: Mapped[str | None]
    bot_state: Mapped[Json]
    locale: Mapped[str] = mapped_column(default="vi")
    last_seq: Mapped[int] = mapped_column(default=0)
    unread: Mapped[int] = mapped_column(default=0)  # citizen messages since an agent last looked
    opened_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Message(Base):
    """One line of a conversation; ``seq`` counts within it without gaps."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index("ix_message_provider_id", "provider_id", postgresql_where=text("provider_id is not null")),
        # A citizen's browser names its message; sending it again is harmless.
        Index(
            "uq_message_client_id",
            "conversation_id",
            "client_id",
            unique=True,
            postgresql_where=text("client_id is not null"),
        ),
        CheckConstraint("author in ('citizen', 'bot', 'agent', 'system', 'note')", name="author"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    author: Mapped[str]
    agent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str]
    buttons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    data: Mapped[Json]  # location, digits, article source, ...
    inbox_seq: Mapped[int | None] = mapped_column(ForeignKey("inbox.seq"), index=True)
    client_id: Mapped[str | None]
    # Outbound only: a DeliveryStatus.
    status: Mapped[str | None]
    provider_id: Mapped[str | None]
    created_at: Mapped[datetime]


class OutboxMessage(Base):
    """A message that has to leave, written in the transaction of its cause. Sent in order within a conversation."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'sending', 'sent', 'failed', 'unknown')", name="state"),
        Index(
            "ix_outbox_waiting",
            "conversation_id",
            "seq",
            postgresql_where=text("state in ('queued', 'sending')"),
        ),
        Index("ix_outbox_queued", "seq", postgresql_where=text("state = 'queued'")),
        Index("ix_outbox_claimed_at", "claimed_at", postgresql_where=text("state = 'sending'")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    reference: Mapped[uuid.UUID] = mapped_column(unique=True)  # the message's id: our name for it at the provider
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id"))
    channel: Mapped[str]
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    available_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None]


class DeliveryEvent(Base):
    """Every receipt as it came, append-only; the message's status is derived by rank."""

    __tablename__ = "delivery_event"

    id: Mapped[Id]
    channel: Mapped[str]
    provider_id: Mapped[str] = mapped_column(index=True)
    reference: Mapped[uuid.UUID | None]
    status: Mapped[str]
    error_code: Mapped[str | None]
    received_at: Mapped[datetime]


class ChannelCredential(Base):
    """Tokens that change while we run (Zalo's pair), renewed under a row lock. Values are encrypted at rest."""

    __tablename__ = "channel_credential"

    name: Mapped[str] = mapped_column(primary_key=True)
    access_token: Mapped[str]
    refresh_token: Mapped[str]
    expires_at: Mapped[datetime]
    refreshed_at: Mapped[datetime]


class CallbackRequest(Base):
    """Nobody was free: we promised to call back."""

    __tablename__ = "callback_request"
    __table_args__ = (
        Index("ix_callback_request_open", "requested_at", postgresql_where=text("state = 'open'")),
        CheckConstraint("state in ('open', 'taken', 'done', 'unreachable')", name="state"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id"), unique=True)
    phone: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    promised_by: Mapped[datetime]
    requested_at: Mapped[datetime]
    agent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    finished_at: Mapped[datetime | None]
