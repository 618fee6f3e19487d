"""Conversations on the wire."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

CONVERSATION_EXAMPLE: dict[str, JsonValue] = {
    "id": "01937b5c-0000-7000-8000-000000000001",
    "channel": "zalo",
    "state": "open",
    "controller": "queue",
    "agent_id": None,
    "waiting_since": "2026-11-22T03:20:00Z",
    "hand_over_reason": "asked",
    "unread": 2,
    "last_message_at": "2026-11-22T03:20:00Z",
}
MESSAGE_EXAMPLE: dict[str, JsonValue] = {
    "id": "01937b5c-0000-7000-8000-000000000002",
    "seq": 3,
    "author": "citizen",
    "text": "Cho tôi gặp tổng đài viên",
    "status": None,
    "created_at": "2026-11-22T03:20:00Z",
}


class ConversationRead(BaseModel):
    """One exchange on one channel. ``controller`` says who answers now: bot, queue (waiting for a person), human."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [CONVERSATION_EXAMPLE]})

    id: uuid.UUID
    channel: str
    state: Literal["open", "closed"]
    controller: Literal["bot", "queue", "human"]
    agent_id: uuid.UUID | None
    waiting_since: datetime | None
    hand_over_reason: str | None
    unread: int
    last_message_at: datetime


class MessageRead(BaseModel):
    """One line. ``status`` is how far an outbound message got; ``note`` lines are never seen by the citizen."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [MESSAGE_EXAMPLE]})

    id: uuid.UUID
    seq: int
    author: Literal["citizen", "bot", "agent", "system", "note"]
    text: str
    status: str | None
    created_at: datetime


class ReplyCreate(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Dạ em nghe đây ạ", "client_id": "5b2f0f1c-reply-1"}]}
    )

    text: str = Field(min_length=1, max_length=4000)
    # The same id again is a retry and says nothing twice.
    client_id: str | None = Field(default=None, max_length=100)


class NoteCreate(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Đã gọi lại, không nghe máy"}]})

    text: str = Field(min_length=1, max_length=4000)


class CallbackRead(BaseModel):
    """A promise to call back. The number is shown to those who call."""

    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    conversation_id: uuid.UUID
    phone: str
    reason: str
    state: Literal["open", "taken", "done", "unreachable"]
    promised_by: datetime
    requested_at: datetime
