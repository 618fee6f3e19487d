"""Zalo: the signature, every kind of event, and what is nobody's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.contracts import EventKind, InboundAttachment, InboundEvent, Location
from channels.simulator.citizen import ZaloAccount
from channels.zalo import payload, signature
from tests.support.channel_peers import ZALO_USER, House, Provider, RememberingIntake

OA = "2000000000000001022"
SECRET = "test-oa-secret-key-1022"
# Made by hand with the documented formula: they fix how this project reads it.
BODY = (
    '{"app_id":"1000000000000001022","sender":{"id":"3000000000000000001"},"user_id_by_app":"4000000000000000001",'
    '"recipient":{"id":"2000000000000001022"},"event_name":"user_send_text","message":{"text":"Đèn đường hẻm 45 Lê Lợi '
    'hỏng 3 ngày nay, đề nghị sửa giúp","msg_id":"a1b2c3d4e5f600000001"},"timestamp":"1795287168000"}'
).encode()
MAC = "f0a34936f7cbd2b62a32f88c77a4db648e95b89dc58cc99981b19a531e96d724"


def events(facts: dict[str, Any], *, oa_id: str = OA) -> list[InboundEvent]:
    return payload.events_of({"timestamp": "1795287168000", **facts}, repr(facts).encode(), oa_id=oa_id)


def message(name: str, body: dict[str, Any]) -> InboundEvent:
    sides = {"sender": {"id": ZALO_USER}, "recipient": {"id": OA}}
    [event] = events({"event_name": name, **sides, "message": {"msg_id": "m1", **body}})
    return event


def attached(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": [{"type": kind, "payload": facts}]}


@pytest.mark.parametrize("header", [f"mac={MAC}", MAC, f"MAC={MAC.upper()}", f"mac = {MAC}", f"  mac={MAC} "])
def test_the_signature_is_taken_with_and_without_its_prefix(header: str) -> None:
    assert signature.is_signed("1000000000000001022", BODY, "1795287168000", SECRET, header)


@pytest.mark.parametrize(
    ("app_id", "body", "timestamp", "secret"),
    [
        ("1000000000000001023", BODY, "1795287168000", SECRET),
        ("1000000000000001022", BODY.replace(b"45", b"46"), "1795287168000", SECRET),
        ("1000000000000001022", BODY.decode().encode("unicode_escape"), "1795287168000", SECRET),
        ("1000000000000001022", BODY, "1795287168001", SECRET),
        ("1000000000000001022", BODY, "1795287168000", "the app secret"),
    ],
)
def test_anything_else_than_what_was_signed_is_refused(app_id: str, body: bytes, timestamp: str, secret: str) -> None:
    assert not signature.is_signed(app_id, body, timestamp, secret, f"mac={MAC}")


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(0), 200),
        (timedelta(hours=3), 200),
        (timedelta(hours=7), 403),
        (timedelta(minutes=-4), 200),
        (timedelta(minutes=-6), 403),
    ],
)
async def test_retries_hours_later_are_taken_and_absurd_times_are_not(
    age: timedelta, status: int, house: House, account: ZaloAccount
) -> None:
    sent_at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    facts = {"event_name": "follow", "oa_id": OA, "follower": {"id": ZALO_USER}}
    request = account.event(facts, timestamp=str(int(sent_at.timestamp() * 1000)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app(now=lambda: sent_at + age))) as client:
        assert (await Provider(client).deliver(request)).status_code == status


@pytest.mark.parametrize("timestamp", ["", "yesterday", "9" * 40, "-1"])
async def test_a_time_that_is_none_is_refused(timestamp: str, account: ZaloAccount, provider: Provider) -> None:
    raw = b'{"app_id":"1000000000000001022","timestamp":"%b"}' % timestamp.encode()
    assert (await provider.deliver(account.raw(raw, timestamp))).status_code == 403


async def test_another_apps_event_is_refused(account: ZaloAccount, provider: Provider) -> None:
    other = ZaloAccount(account.base_url, "999", account.oa_id, account.oa_secret_key)
    assert (await provider.deliver(other.text(ZALO_USER, "Xin chào"))).status_code == 403


def test_a_text_keeps_its_ids_as_text_and_knows_what_it_quotes() -> None:
    event = message("user_send_text", {"text": "Tôi bổ sung", "quote_msg_id": "b7"})
    assert (event.kind, event.event_id, event.text) == (EventKind.MESSAGE, "m1", "Tôi bổ sung")
    assert (event.peer, event.thread, event.account) == (ZALO_USER, ZALO_USER, OA)
    assert event.occurred_at == datetime.fromtimestamp(1795287168, tz=UTC)
    assert event.data == {"quotes": "b7"}


def test_a_pressed_button_is_a_text() -> None:
    assert message("user_send_text", {"text": "#tracuu_123456789"}).text == "#tracuu_123456789"


@pytest.mark.parametrize(
    ("kind", "expected"), [("image", "image"), ("gif", "image"), ("audio", "audio"), ("video", "video")]
)
def test_media_come_as_attachments(kind: str, expected: Any) -> None:
    event = message(f"user_send_{kind}", attached(kind, {"thumbnail": "https://t", "url": "https://zadn.vn/1"}))
    assert event.attachments == (InboundAttachment(kind=expected, url="https://zadn.vn/1"),)
    assert event.text == ""


def test_an_album_is_one_message_with_all_its_photos() -> None:
    photos = [{"type": "image", "payload": {"url": f"https://zadn.vn/{n}"}} for n in range(10)]
    event = message("user_send_image", {"attachments": photos, "text": "ảnh hiện trường"})
    assert (len(event.attachments), event.text) == (10, "ảnh hiện trường")


def test_a_file_has_its_name_and_size() -> None:
    facts = {"size": "102400", "name": "don-kien-nghi.pdf", "type": "pdf", "url": "https://zadn.vn/f"}
    event = message("user_send_file", attached("file", facts))
    assert event.attachments == (InboundAttachment("file", "https://zadn.vn/f", name="don-kien-nghi.pdf", size=102400),)


def test_a_place_has_its_name_and_coordinates() -> None:
    place = attached("location", {"coordinates": {"latitude": "10.4938", "longitude": "105.6882"}})
    event = message("user_send_location", {**place, "text": "Chợ Cao Lãnh"})
    assert event.location == Location(10.4938, 105.6882, "Chợ Cao Lãnh")
    assert event.text == "Chợ Cao Lãnh"


@pytest.mark.parametrize(
    "coordinates", [None, {}, {"latitude": "91", "longitude": "0"}, {"latitude": "nan", "longitude": "1"}]
)
def test_a_place_that_is_not_on_earth_is_left_out(coordinates: Any) -> None:
    assert message("user_send_location", attached("location", {"coordinates": coordinates})).location is None


def test_links_cards_and_stickers_say_what_they_are() -> None:
    link = message("user_send_link", attached("link", {"url": "https://bao.vn/a", "description": "Bài báo"}))
    assert link.text == "https://bao.vn/a"
    card = attached("link", {"url": "https://u", "description": '{"phone":"84900000001"}'})
    assert message("user_send_business_card", card).data == {"card_phone": "+84900000001"}
    sticker = message("user_send_sticker", attached("sticker", {"id": "46b0", "url": "https://s"}))
    assert (sticker.attachments, sticker.data) == ((), {"sticker": "46b0"})


@pytest.mark.parametrize(
    "attachments", [None, {}, "x", [None], [{"type": "image"}], [{"type": "image", "payload": {}}]]
)
def test_broken_attachments_are_left_out(attachments: Any) -> None:
    assert message("user_send_image", {"attachments": attachments}).attachments == ()


@pytest.mark.parametrize(("sender", "recipient"), [(OA, ZALO_USER), (ZALO_USER, OA)])
def test_receipts_name_the_citizen_whichever_side_they_are_on(sender: str, recipient: str) -> None:
    sides = {"sender": {"id": sender}, "recipient": {"id": recipient}}
    [received] = events({"event_name": "user_received_message", **sides, "message": {"msg_id": "b1"}})
    assert (received.kind, received.peer, received.event_id) == (EventKind.DELIVERY, ZALO_USER, "delivered:b1")
    assert (received.data["provider_id"], received.data["status"]) == ("b1", "delivered")
    seen = events({"event_name": "user_seen_message", **sides, "message": {"msg_ids": ["b1", "b2", "b1"]}})
    assert [event.event_id for event in seen] == ["read:b1", "read:b2"]


def test_a_template_receipt_brings_our_reference_back() -> None:
    sides = {"sender": {"id": OA}, "recipient": {"id": "84900000001"}}
    [event] = events(
        {"event_name": "user_received_message", **sides, "message": {"msg_id": "f0", "tracking_id": "0197f3a2"}}
    )
    assert event.data["reference"] == "0197f3a2"


def test_a_person_answering_in_zalos_tool_is_heard_and_our_own_echo_is_not() -> None:
    body = {"recipient": {"id": ZALO_USER}, "message": {"text": "Chào anh/chị", "msg_id": "b2"}}
    [person] = events({"event_name": "oa_send_text", "sender": {"id": OA, "admin_id": "5"}, **body})
    assert (person.kind, person.text, person.peer) == (EventKind.AGENT_ECHO, "Chào anh/chị", ZALO_USER)
    [echo] = events({"event_name": "oa_send_text", "sender": {"id": OA}, **body})
    assert echo.kind is EventKind.OTHER


@pytest.mark.parametrize(
    "info",
    [
        {"name": "Nguyễn Thị Lan", "phone": "84900000001", "full_address": "12 Nguyễn Huệ, Bến Nghé"},
        {"name": "Nguyễn Thị Lan", "phone": "84900000001", "address": "12 Nguyễn Huệ", "ward": "Bến Nghé"},
    ],
)
def test_name_and_phone_come_from_the_newer_and_the_older_form(info: dict[str, str]) -> None:
    sides = {"sender": {"id": ZALO_USER}, "recipient": {"id": OA}}
    [event] = events({"event_name": "user_submit_info", **sides, "info": info})
    assert event.kind is EventKind.CONTACT
    assert event.data == {
        "event": "user_submit_info",
        "name": "Nguyễn Thị Lan",
        "phone": "+84900000001",
        "address": "12 Nguyễn Huệ, Bến Nghé",
    }


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"event_name": "follow", "follower": {"id": ZALO_USER}}, EventKind.CONTACT),
        ({"event_name": "user_click_chatnow", "user_id": ZALO_USER}, EventKind.CONTACT),
        ({"event_name": "user_withdraw", "user_id": ZALO_USER}, EventKind.ERASURE),
        ({"event_name": "unfollow", "follower": {"id": ZALO_USER}}, EventKind.OTHER),
        ({"event_name": "widget_interaction", "user_id": ZALO_USER}, EventKind.OTHER),
        ({"event_name": ["no", "text"], "user_id": ZALO_USER}, EventKind.OTHER),
        ({}, EventKind.OTHER),
    ],
)
def test_events_without_an_id_are_named_by_their_bytes(facts: dict[str, Any], kind: EventKind) -> None:
    [first], [retry] = events({"oa_id": OA, **facts}), events({"oa_id": OA, **facts})
    assert (first.kind, first.event_id) == (kind, retry.event_id)
    assert first.event_id != events({"oa_id": OA, **facts, "more": 1})[0].event_id


def test_another_account_of_the_same_app_is_not_conversed_with() -> None:
    sides = {"sender": {"id": ZALO_USER}, "recipient": {"id": "2000000000000009999"}}
    facts = {"event_name": "user_send_text", **sides, "message": {"text": "Xin chào", "msg_id": "m1"}}
    assert events(facts)[0].kind is EventKind.OTHER
    assert events(facts, oa_id="")[0].kind is EventKind.MESSAGE


@pytest.mark.parametrize("name", ["user_send_text", "user_seen_message", "oa_send_text", "user_submit_info", "x"])
@pytest.mark.parametrize("rubbish", [None, 1, "text", [], {"id": None}, {"id": {"id": 1}}])
async def test_rubbish_in_any_field_is_kept_and_answered(
    name: str, rubbish: Any, account: ZaloAccount, provider: Provider, intake: RememberingIntake
) -> None:
    facts = {"event_name": name, "sender": rubbish, "recipient": rubbish, "message": rubbish, "info": rubbish}
    assert (await provider.deliver(account.event(facts))).status_code == 200
    assert intake.only.kind is EventKind.OTHER
