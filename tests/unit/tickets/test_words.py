"""Text that leaves the house: short enough, unaccented where it must be, and telling nobody who reported."""

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.i18n import catalogue
from contact_center.tickets import words
from contact_center.tickets.models import Ticket
from contact_center.tickets.notifications import sms_notice
from contact_center.tickets.workflow import Action, Rating, State


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("gọi tôi 0912 345 678 nhé", "gọi tôi ••• nhé"),
        ("số +84912345678.", "số •••."),
        ("0912.345.678", "•••"),
        ("CCCD 082123456789", "CCCD •••"),
        ("hẻm 12, nhà 214, 3 đêm", "hẻm 12, nhà 214, 3 đêm"),
        ("tuyến 864 lúc 19h30 ngày 22/11/2026", "tuyến 864 lúc 19h30 ngày 22/11/2026"),
    ],
)
def test_numbers_that_tell_who_reported_are_hidden(said: str, shown: str) -> None:
    assert words.without_numbers(said) == shown


def test_a_phone_and_a_name_are_masked_but_can_be_recognised() -> None:
    assert words.masked_phone("+84912345678") == "09•• ••• 678"
    assert words.masked_name("Nguyễn Văn An") == "N. V. An"
    assert words.masked_phone(None) is None
    assert words.masked_name("") is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("", None),
        (None, None),
        ("+8613800138000", "+8613800138000"),
    ],
)
def test_a_number_is_kept_in_one_form(written: str | None, kept: str | None) -> None:
    assert words.e164(written) == kept


@given(st.text(max_size=300), st.integers(4, 100))
def test_shortening_never_exceeds_its_room(text: str, length: int) -> None:
    assert len(words.shortened(text, length)) <= length


NOTICES = sorted(key.removeprefix("tickets.sms.") for key in catalogue("vi") if key.startswith("tickets.sms."))


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize("length", [0, 20, 80, 3000])
def test_every_sms_is_one_unaccented_segment_with_its_link_whole(kind: str, length: int) -> None:
    ticket = Ticket(
        id=uuid.uuid4(), code="540951815", link_token="jyyv4NBU7Qdb", due_at=datetime(2026, 11, 25, 10, tzinfo=UTC)
    )
    long_name = "Trung tâm Phục vụ hành chính công Phường Mỹ Phước Tây và các xã lân cận của tỉnh Đồng Tháp"
    text = sms_notice(ticket, kind, unit_name=long_name, words="Đã xử lý xong việc này. " * (length // 24 + 1))
    assert len(text) <= 160
    assert text.isascii()
    assert text.endswith("/p/jyyv4NBU7Qdb")
    assert "540951815" in text


def test_every_state_action_and_rating_has_words_in_both_languages() -> None:
    for locale in ("vi", "en"):
        known = catalogue(locale)
        for state in State:
            assert f"tickets.state.{state.value}" in known
            assert f"tickets.public_state.{state.value}" in known
        for action in Action:
            assert f"tickets.action.{action.value}" in known
            assert f"tickets.event.{action.value}" in known
        for rating in Rating:
            assert f"tickets.rating.{rating.value}" in known


def test_citizens_are_never_called_ban() -> None:
    ours = [text for key, text in catalogue("vi").items() if key.startswith(("tickets.notice", "tickets.public"))]
    assert not [text for text in ours if " bạn" in text.lower()]
