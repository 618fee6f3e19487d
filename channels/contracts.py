"""What a channel and the core say to each other. Nothing here knows a provider, a database or a ticket.

A channel turns its provider's requests into ``InboundEvent`` and gives them to an ``Intake`` the core supplies; the
core turns what has to leave into ``OutboundMessage`` and gives it to the channel's ``Sender``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

ChannelName = Literal["voice", "sms", "zalo", "web"]


class EventKind(StrEnum):
    """What happened at the provider."""

    MESSAGE = "message"  # the citizen said, typed, pressed or sent something
    DELIVERY = "delivery"  # a receipt for something we sent
    CALL_STARTED = "call_started"
    CALL_ENDED = "call_ended"
    CONTACT = "contact"  # the citizen followed, opened the chat, or gave name and phone
    ERASURE = "erasure"  # the citizen withdrew: a data-subject request
    AGENT_ECHO = "agent_echo"  # a person answered in the provider's own tool
    OTHER = "other"  # stored, otherwise ignored


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    """A file the citizen sent. ``url`` is where the provider keeps it for a while; ``media_id`` is ours once stored."""

    kind: Literal["image", "audio", "video", "file"]
    url: str = ""
    media_id: str = ""
    name: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Location:
    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One thing a provider told us, once: ``(channel, event_id)`` is unique for ever.

    ``peer`` is the citizen's address on the channel (E.164 phone number, Zalo user id, web visitor id), ``thread`` the
    key within which events are handled one at a time in order of arrival (the call, the phone number, the chat).
    ``text`` is NFC. ``data`` holds plain JSON facts only this channel has (digits, confidence, receipt status ...).
    """

    channel: ChannelName
    event_id: str
    kind: EventKind
    peer: str
    thread: str
    account: str = ""
    text: str = ""
    attachments: tuple[InboundAttachment, ...] = ()
    location: Location | None = None
    occurred_at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Acceptance(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


class Intake(Protocol):
    """The core's side of the wall: once ``accept`` returns, the event is committed and cannot be lost."""

    async def accept(self, event: InboundEvent) -> Acceptance: ...


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a message. ``payload`` comes back as the text of the citizen's next message."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message that has to leave. ``reference`` is our id for it, the same on every try."""

    reference: str
    channel: ChannelName
    to: str
    text: str
    account: str = ""
    buttons: tuple[Button, ...] = ()
    image_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """The provider took it. ``segments`` is what it will cost on SMS."""

    provider_id: str
    segments: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)


class SendError(Exception):
    """Base of what can go wrong; ``code`` is the provider's, kept for the operator."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = code
        self.reason = reason


class SendRefused(SendError):
    """Final: the number does not exist, the citizen blocked us, the window is shut. Never tried again."""


class SendDeferred(SendError):
    """Certainly not sent; try again no sooner than ``retry_after_s`` seconds."""

    def __init__(self, code: str, reason: str = "", retry_after_s: float = 5.0) -> None:
        super().__init__(code, reason)
        self.retry_after_s = retry_after_s


class SendUncertain(SendError):
    """The request may have reached the provider: it is marked ``unknown``, never sent again blindly."""


class Sender(Protocol):
    """A channel's way out. Implementations bound every call in time and raise only ``SendError``."""

    async def send(self, message: OutboundMessage) -> SendReceipt: ...


class DeliveryStatus(StrEnum):
    """How far an outbound message got. A status never goes back to an earlier rank; see ``RANK``."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


# ``unknown`` yields to any word from the provider; ``failed`` yields only to proof that it did arrive.
RANK: Mapping[DeliveryStatus, int] = {
    DeliveryStatus.QUEUED: 0,
    DeliveryStatus.SENDING: 1,
    DeliveryStatus.UNKNOWN: 2,
    DeliveryStatus.SENT: 3,
    DeliveryStatus.FAILED: 4,
    DeliveryStatus.DELIVERED: 5,
    DeliveryStatus.READ: 6,
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry, as data, so that nobody asks ``if channel == ...``."""

    channel: ChannelName
    max_text: int  # characters in one message before it has to be split or shortened
    accents: bool  # False: send the unaccented template unless the recipient asked otherwise
    buttons: int  # how many choices can be offered with a message; 0 = spell them out
    images_in: bool
    images_out: bool
    spoken: bool  # the text is read aloud
    receipts: bool  # the provider tells when a message is delivered
    pushed: bool  # True: we call the provider to deliver; False: the citizen's side fetches it (next turn, next poll)
    address_kind: Literal["phone", "zalo", "web"]  # what a peer of this channel is
    reply_window_s: int | None = None  # free answers only this long after the citizen's last message


# --- voice: inline, with a deadline -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence to read aloud, already in spoken form (codes in groups, numbers in words)."""

    text: str


@dataclass(frozen=True, slots=True)
class CallReply:
    """What the caller hears next. ``listen`` gathers speech and keys after the sentences; ``transfer_to`` dials a
    person; ``hang_up`` ends the call after the sentences."""

    says: tuple[Say, ...]
    listen: bool = True
    expect: Literal["speech", "digits", "any"] = "any"
    num_digits: int | None = None
    hints: tuple[str, ...] = ()
    transfer_to: str = ""
    hold: bool = False  # play a short pause, then ask again for news (waiting for a person)
    hang_up: bool = False


class CallHandler(Protocol):
    """The core's side for calls: accepts the event like ``Intake`` and answers inline, within ``deadline_s`` seconds.

    A repeated event gets the same answer again. When the answer cannot be had in time the channel says the safe
    sentence and puts the caller in the queue for a person.
    """

    async def turn(self, event: InboundEvent, *, deadline_s: float) -> CallReply: ...
