"""Whatever a provider sends, signed, becomes events that can be stored, or is refused with a reason."""

import json
import string
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts import InboundEvent
from channels.refusal import Refusal
from channels.sms import payload as sms
from channels.twilio.webhook import Form, parse_form
from channels.voice import payload as voice
from channels.zalo import payload as zalo

OA = "2000000000000001022"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
IDS = st.sampled_from([OA, "3000000000000000001", "", 7, None])
SIDE = st.fixed_dictionaries({}, optional={"id": IDS, "admin_id": JSON}) | JSON
ATTACHMENT = st.fixed_dictionaries(
    {"type": st.sampled_from(["image", "gif", "file", "location", "link", "sticker", "audio"])},
    optional={"payload": st.dictionaries(st.sampled_from(["url", "size", "coordinates", "description"]), JSON) | JSON},
)
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "text": JSON,
        "msg_id": JSON,
        "msg_ids": JSON,
        "attachments": st.lists(ATTACHMENT | JSON, max_size=4) | JSON,
    },
)
NAMES = st.sampled_from([*zalo.READERS, "user_send_text", "user_send_image", "oa_send_text", "new_event"]) | JSON
EVENT = st.fixed_dictionaries(
    {"event_name": NAMES},
    optional={
        "sender": SIDE,
        "recipient": SIDE,
        "message": MESSAGE | JSON,
        "info": JSON,
        "timestamp": JSON,
        "oa_id": IDS,
    },
)
FORM_BYTES = st.binary(max_size=200) | st.text(string.ascii_letters + "=&%+0123456789", max_size=200).map(str.encode)
FIELDS = ["CallSid", "MessageSid", "From", "Body", "MessageStatus", "Digits", "SpeechResult", "Confidence", "NumMedia"]

READERS: tuple[Callable[[Form], InboundEvent], ...] = (
    sms.message_event,
    lambda form: sms.receipt_event(form, "reference"),
    voice.started_event,
    lambda form: voice.turn_event(form, number=1),
)


def can_be_stored(event: InboundEvent) -> bool:
    json.dumps(dict(event.data))
    return bool(event.event_id) and bool(event.thread) and unicodedata.is_normalized("NFC", event.text)


@given(EVENT)
def test_any_zalo_event_becomes_events_that_can_be_stored(payload: dict[str, Any]) -> None:
    raw = json.dumps(payload).encode()
    events = zalo.events_of(payload, raw, oa_id=OA)
    assert events
    assert all(map(can_be_stored, events))
    assert events == zalo.events_of(payload, raw, oa_id=OA)


def event_or_refusal(read: Callable[[Form], InboundEvent], form: Form) -> InboundEvent | Refusal:
    try:
        return read(form)
    except Refusal as refusal:
        return refusal


@given(FORM_BYTES)
def test_any_bytes_are_a_form_or_refused(body: bytes) -> None:
    try:
        parse_form(body)
    except Refusal as refusal:
        assert refusal.status == 400  # noqa: PT017  # either outcome is right; anything else is not


@given(
    st.lists(
        st.tuples(st.sampled_from(FIELDS), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)), max_size=9
    )
)
def test_any_form_is_an_event_or_refused(pairs: list[tuple[str, str]]) -> None:
    form = parse_form(urlencode(pairs).encode())
    for read in READERS:
        outcome = event_or_refusal(read, form)
        assert outcome.status == 400 if isinstance(outcome, Refusal) else can_be_stored(outcome)


@pytest.mark.parametrize("field", ["MessageSid", "From"])
def test_an_id_longer_than_any_real_one_is_refused(field: str) -> None:
    form = parse_form(urlencode({"MessageSid": "SM1", "From": "+84912345678", field: "9" * 3000}).encode())
    assert isinstance(event_or_refusal(sms.message_event, form), Refusal)


def test_a_zalo_id_longer_than_any_real_one_is_replaced_by_a_digest() -> None:
    sides = {"sender": {"id": "3000000000000000001"}, "recipient": {"id": OA}}
    payload = {"event_name": "user_send_text", **sides, "message": {"text": "x", "msg_id": "9" * 3000}}
    [event] = zalo.events_of(payload, b"raw", oa_id=OA)
    assert (event.text, len(event.event_id) < 200) == ("x", True)
