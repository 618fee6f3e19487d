"""Zalo's webhook events as ours.

Ids are longer than 2^53 and stay text. Which side of a receipt is the citizen differs between sources, so the known id
of the account decides.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels import text
from channels.contracts import DeliveryStatus, EventKind, InboundEvent
from channels.phones import as_e164
from channels.zalo.attachments import read_attachments

# One receipt may name many messages; more than this is not a person scrolling.
MOST_RECEIPTS = 200
# Far above any real id; what is longer would not fit into an index.
LONGEST_ID = 200

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One webhook: its JSON, its bytes, and the account it has to be about (empty = any)."""

    payload: Payload
    raw: bytes
    oa_id: str

    @property
    def name(self) -> str:
        return _word(self.payload.get("event_name"))[:100] or "unnamed"

    @property
    def message(self) -> Payload:
        return _mapping(self.payload.get("message"))

    @property
    def message_id(self) -> str:
        return _id(self.message.get("msg_id"))

    @property
    def occurred_at(self) -> datetime | None:
        return moment(self.payload.get("timestamp"))

    @property
    def account(self) -> str:
        """The official account, wherever this event says it."""
        named = _id(self.payload.get("oa_id"))
        if named:
            return named
        sides = (self._id_of("sender"), self._id_of("recipient"))
        if self.oa_id in sides:
            return self.oa_id
        return sides[0] if self.name.startswith("oa_send_") else sides[1]

    @property
    def citizen(self) -> str:
        named = self._id_of("follower") or _id(self.payload.get("user_id"))
        sides = (self._id_of("sender"), self._id_of("recipient"))
        return named or next((side for side in sides if side and side != self.account), "")

    @property
    def digest(self) -> str:
        """A stable name for events without an id: a retry has the same bytes."""
        return f"{self.name}:{hashlib.sha256(self.raw).hexdigest()[:40]}"

    def _id_of(self, side: str) -> str:
        return _id(_mapping(self.payload.get(side)).get("id"))

    def event(self, kind: EventKind, event_id: str, **facts: Any) -> InboundEvent:
        return InboundEvent(
            channel="zalo",
            event_id=event_id or self.digest,
            kind=kind,
            peer=self.citizen,
            thread=self.citizen or self.name,
            account=self.account,
            occurred_at=self.occurred_at,
            **facts,
        )


def events_of(payload: Payload, raw: bytes, *, oa_id: str = "") -> list[InboundEvent]:
    """What happened, as one event or, for a receipt of several messages, several.

    Whatever is unknown, incomplete or about another account of the same app is kept as ``OTHER``.
    """
    envelope = Envelope(payload, raw, oa_id)
    if oa_id and envelope.account != oa_id:
        return [_other(envelope, reason="another_account")]
    if not envelope.citizen:
        return [_other(envelope, reason="nobody")]
    if envelope.name.startswith("user_send_"):
        return [_message(envelope)]
    if envelope.name.startswith("oa_send_"):
        return [_echo(envelope)]
    read = READERS.get(envelope.name)
    return read(envelope) if read else [_other(envelope)]


def moment(value: Any) -> datetime | None:
    """A timestamp in milliseconds, text or number, as UTC."""
    try:
        return datetime.fromtimestamp(int(str(value)[:20]) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _message(envelope: Envelope) -> InboundEvent:
    written = text.inbound(_word(envelope.message.get("text")))
    found = read_attachments(envelope.message.get("attachments"), label=written.text)
    data: dict[str, Any] = {**written.facts, **found.facts}
    quoted = _id(envelope.message.get("quote_msg_id"))
    if quoted:
        data["quotes"] = quoted
    return envelope.event(
        EventKind.MESSAGE,
        envelope.message_id,
        text=written.text or found.text,
        attachments=found.files,
        location=found.location,
        data=data,
    )


def _echo(envelope: Envelope) -> InboundEvent:
    """The account spoke: a person in Zalo's own tool (``admin_id``), or the echo of what we sent ourselves."""
    admin = _id(_mapping(envelope.payload.get("sender")).get("admin_id"))
    event_id = f"echo:{envelope.message_id}" if envelope.message_id else ""
    if not admin:
        return envelope.event(EventKind.OTHER, event_id, data={"event": envelope.name})
    written = text.inbound(_word(envelope.message.get("text")))
    return envelope.event(
        EventKind.AGENT_ECHO, event_id, text=written.text, data={"admin_id": admin, "provider_id": envelope.message_id}
    )


def _received(envelope: Envelope) -> list[InboundEvent]:
    return _receipts(envelope, [envelope.message_id], DeliveryStatus.DELIVERED)


def _seen(envelope: Envelope) -> list[InboundEvent]:
    ids = envelope.message.get("msg_ids")
    named = [_id(item) for item in ids[:MOST_RECEIPTS]] if isinstance(ids, list) else [envelope.message_id]
    return _receipts(envelope, named, DeliveryStatus.READ)


def _receipts(envelope: Envelope, ids: Sequence[str], status: DeliveryStatus) -> list[InboundEvent]:
    receipts = [
        envelope.event(
            EventKind.DELIVERY,
            f"{status.value}:{message_id}",
            data={
                "provider_id": message_id,
                # Template messages carry the reference we gave them.
                "reference": _id(envelope.message.get("tracking_id")) or None,
                "status": status.value,
                "error_code": None,
            },
        )
        for message_id in dict.fromkeys(filter(None, ids))
    ]
    return receipts or [_other(envelope, reason="no_message")]


def _contact(envelope: Envelope) -> list[InboundEvent]:
    """They followed, opened the chat, or filled in the form asking for name and phone."""
    info = _mapping(envelope.payload.get("info"))
    facts: dict[str, Any] = {
        "name": text.inbound(_word(info.get("name"))).text[:200] or None,
        "phone": as_e164(_word(info.get("phone"))),
        "address": _address(info) or None,
    }
    given = {key: value for key, value in facts.items() if value}
    return [envelope.event(EventKind.CONTACT, "", data={"event": envelope.name, **given})]


def _address(info: Payload) -> str:
    """The newer form has one field, the older one four."""
    whole = _word(info.get("full_address"))
    parts = [whole] if whole else [_word(info.get(part)) for part in ("address", "ward", "district", "city")]
    return text.inbound(", ".join(filter(None, parts))).text[:500]


def _erasure(envelope: Envelope) -> list[InboundEvent]:
    return [envelope.event(EventKind.ERASURE, "", data={"event": envelope.name})]


def _other(envelope: Envelope, reason: str = "unknown") -> InboundEvent:
    return envelope.event(EventKind.OTHER, "", data={"event": envelope.name, "reason": reason})


def _word(value: Any) -> str:
    """Text stays text; a number (some samples have ids unquoted) becomes its digits; anything else is nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _id(value: Any) -> str:
    """An id as text; none where it is longer than any real one."""
    word = _word(value)
    return word if len(word) <= LONGEST_ID else ""


def _mapping(value: Any) -> Payload:
    return value if isinstance(value, dict) else {}


READERS: Mapping[str, Callable[[Envelope], list[InboundEvent]]] = {
    "user_received_message": _received,
    "user_seen_message": _seen,
    "follow": _contact,
    "user_click_chatnow": _contact,
    "user_submit_info": _contact,
    "user_withdraw": _erasure,
}
