"""Numbers a machine can act on, and the numbers it must leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import ticket_code
from nlu.entities import e164, find_entities
from nlu.spoken_numbers import digits_of
from nlu.text import fold, view

DIGIT_WORDS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
CODE = "12345678" + ticket_code.check_digit("12345678")

eight_digits = st.text(alphabet="0123456789", min_size=8, max_size=8)


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.kind, entity.value) for entity in find_entities(view(text))]


def test_the_standards_own_example_has_check_digit_five() -> None:
    assert ticket_code.check_digit("0794") == "5"  # ISO/IEC 7064, MOD 11,10


@given(eight_digits)
def test_a_code_with_its_check_digit_is_valid_and_reads_back_in_groups(digits: str) -> None:
    code = digits + ticket_code.check_digit(digits)
    assert ticket_code.is_valid(code)
    assert ticket_code.in_groups(code).replace(" ", "") == code


@given(eight_digits, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits: str, place: int, shift: int) -> None:
    code = digits + ticket_code.check_digit(digits)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert not ticket_code.is_valid(wrong)


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "12345678a", "१२३४५६७८९"])
def test_what_is_not_nine_ascii_digits_is_no_code(text: str) -> None:
    assert not ticket_code.is_valid(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("gọi tôi 0912.345.678 nhé", "+84912345678"),
        ("(028) 3822 5566", "+842838225566"),
        ("số +84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("không chín một hai ba bốn năm sáu bảy tám", "+84912345678"),
        ("so em la khong chin mot hai ba bon nam sau bay tam", "+84912345678"),
    ],
)
def test_a_phone_is_found_however_it_is_written_or_said(text: str, value: str) -> None:
    assert found(text) == [("phone", value)]


@pytest.mark.parametrize("text", ["ngày 20/11/2026 lúc 8h30", "gọi 113 hoặc 1022", "0123 456", "năm 2025 có 3 vụ", ""])
def test_dates_hours_and_short_numbers_are_no_entities(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("separator", ["", " ", "-", "."])
def test_a_ticket_code_is_found_in_any_grouping(separator: str) -> None:
    written = separator.join([CODE[:3], CODE[3:6], CODE[6:]])
    assert found(f"xem giùm {written}") == [("ticket_code", CODE)]


def test_nine_digits_with_a_wrong_check_digit_are_a_ticket_code_only_when_called_one() -> None:
    assert found("123456781") == []
    assert found("mã phiếu 123456781") == [("ticket_code", "123456781")]


@given(eight_digits)
def test_a_code_said_digit_by_digit_is_the_code(digits: str) -> None:
    code = digits + ticket_code.check_digit(digits)
    said = " ".join(DIGIT_WORDS[int(digit)] for digit in code)
    assert digits_of(fold(said).split()) == code
    assert ("ticket_code", code) in found(f"mã là {said}")


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("bảy mươi lăm", "75"),
        ("mười hai", "12"),
        ("hai mươi", "20"),
        ("ba trăm linh hai", "302"),
        ("ba trăm bốn mươi lăm", "345"),
        ("ba trăm bốn lăm", "345"),
        ("năm trăm", "500"),
    ],
)
def test_tens_and_hundreds_are_resolved(said: str, digits: str) -> None:
    assert digits_of(fold(said).split()) == digits


def test_identity_numbers_plates_and_dossiers_have_their_own_kinds() -> None:
    assert found("cccd 082 085 012 345") == [("id_number", "082085012345")]
    assert found("xe 63B1-123.45 vượt đèn đỏ") == [("plate", "63B1-12345")]
    assert found("hồ sơ 000.21.33.H53-261101-0007") == [("dossier_code", "000.21.33.H53-261101-0007")]


def test_entities_quote_the_message_as_received() -> None:
    text = "Số em 0912 345 678, mã " + CODE
    for entity in find_entities(view(text)):
        assert text[entity.start : entity.end] == entity.text


@given(st.text(alphabet="0123456789 .-+()ABHabh", max_size=40))
def test_entities_never_overlap(text: str) -> None:
    entities = find_entities(view(text))
    assert all(entities[i].end <= entities[i + 1].start for i in range(len(entities) - 1))


@given(st.text(max_size=30))
def test_what_e164_accepts_is_a_vietnamese_number(text: str) -> None:
    value = e164(text)
    assert value is None or value.startswith("+84")
