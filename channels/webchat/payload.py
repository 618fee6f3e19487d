"""The widget's JSON as our event, and our messages as the widget's JSON."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from channels import text
from channels.contracts import EventKind, InboundAttachment, InboundEvent, Location
from channels.webchat.capabilities import CAPABILITIES
from channels.webchat.reader import ChatPage
from channels.webchat.signature import Visitor

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class LocationIn(BaseModel):
    """A pin on the map, in degrees (WGS 84)."""

    model_config = ConfigDict(allow_inf_nan=False)

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: str = Field(default="", max_length=200)


class MessageIn(BaseModel):
    """What the widget sends. The same ``client_id`` again is a retry and makes nothing new."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"client_id": "0197f3a2c1d84b7e", "text": "Đèn đường trước số 45 Lê Lợi hư ba ngày rồi"}]
        }
    )

    client_id: ClientId
    text: str = ""
    media_ids: list[uuid.UUID] = Field(default_factory=list, max_length=10)
    location: LocationIn | None = None


def message_schema() -> dict[str, Any]:
    """``MessageIn`` for OpenAPI, its one nested model written out in place."""
    schema = MessageIn.model_json_schema()
    schema.pop("$defs")
    schema["properties"]["location"] = {"anyOf": [LocationIn.model_json_schema(), {"type": "null"}], "default": None}
    return schema


class MessageAccepted(BaseModel):
    """Committed. ``duplicate`` says that an earlier try had already arrived."""

    client_id: str
    duplicate: bool


class SessionOut(BaseModel):
    token: str
    thread: str
    expires_at: datetime


class ButtonOut(BaseModel):
    title: str
    payload: str


class LineOut(BaseModel):
    seq: int
    author: str
    author_name: str
    text: str
    buttons: list[ButtonOut]
    image_urls: list[str]
    client_id: str | None
    created_at: datetime


class PageOut(BaseModel):
    messages: list[LineOut]
    controller: str
    conversation: str
    more: bool


def is_too_long(message: MessageIn) -> bool:
    return len(text.inbound(message.text).text) > CAPABILITIES.max_text


def event_of(message: MessageIn, visitor: Visitor, now: datetime) -> InboundEvent:
    """One event; its id is the visitor's and the widget's together, so no visitor can hide another's message."""
    place = message.location
    return InboundEvent(
        channel="web",
        event_id=f"{visitor.id}:{message.client_id}",
        kind=EventKind.MESSAGE,
        peer=visitor.id,
        thread=visitor.id,
        account="web",
        text=text.inbound(message.text).text,
        attachments=tuple(InboundAttachment(kind="image", media_id=str(item)) for item in message.media_ids),
        location=Location(place.latitude, place.longitude, text.inbound(place.label).text) if place else None,
        occurred_at=now,
        data={"client_id": message.client_id},
    )


def is_empty(event: InboundEvent) -> bool:
    return not (event.text or event.attachments or event.location)


def page_out(page: ChatPage) -> dict[str, Any]:
    return {
        "messages": [
            {
                "seq": line.seq,
                "author": line.author,
                "author_name": line.author_name,
                "text": line.text,
                "buttons": [{"title": button.title, "payload": button.payload} for button in line.buttons],
                "image_urls": list(line.image_urls),
                "client_id": line.client_id,
                "created_at": line.created_at,
            }
            for line in page.lines
        ],
        "controller": page.controller,
        "conversation": page.conversation,
        "more": page.more,
    }
