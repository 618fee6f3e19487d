"""Text, telephone numbers and what an SMS costs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.phones import as_e164
from channels.sms.segments import GSM_BASIC, GSM_EXTENSION, is_gsm, segments
from channels.text import LONGEST_INBOUND, inbound, split_text, unaccented

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@given(ANY_TEXT)
def test_inbound_text_is_nfc_and_can_be_stored(raw: str) -> None:
    text = inbound(raw).text
    assert unicodedata.is_normalized("NFC", text)
    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.integers(min_value=LONGEST_INBOUND - 2, max_value=LONGEST_INBOUND + 2))
def test_a_cut_is_marked_and_only_a_cut(length: int) -> None:
    read = inbound("a" * length)
    assert len(read.text) <= LONGEST_INBOUND
    assert (read.cut_from is None) == (length <= LONGEST_INBOUND)


@pytest.mark.parametrize(
    ("accented", "plain"),
    [
        ("Phản ánh của ông Nguyễn Văn Đức", "Phan anh cua ong Nguyen Van Duc"),
        (unicodedata.normalize("NFD", "đường Trường Sa"), "duong Truong Sa"),
        ("“Dạ” – vâng… 5.000₫", '"Da" - vang... 5.000d'),
        ("ƠƯơư ÂÊÔ", "OUou AEO"),
    ],
)
def test_unaccented_vietnamese_fits_the_plain_alphabet(accented: str, plain: str) -> None:
    assert unaccented(accented) == plain
    assert is_gsm(plain)


@given(st.text(max_size=600), st.integers(min_value=10, max_value=100))
def test_splitting_loses_no_word_and_keeps_the_limit(text: str, longest: int) -> None:
    parts = split_text(text, longest)
    assert all(len(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_splitting_prefers_the_end_of_a_sentence() -> None:
    assert split_text("Câu một dài. Câu hai dài.", 16) == ["Câu một dài.", "Câu hai dài."]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # An extension character is two septets and is not torn apart: 152 + 2 do not fit into 153.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ă" * 70, 1),
        ("ă" * 71, 2),
        ("ă" * 134, 2),
        ("ă" * 135, 3),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
        ("ă" * 66 + "👍" + "ă" * 66, 3),
    ],
)
def test_parts_are_counted_as_the_network_counts(text: str, count: int) -> None:
    assert segments(text) == count


def test_the_plain_alphabet_has_the_size_the_standard_says() -> None:
    # 128 places, one of them the escape to the extension table; that has ten characters.
    assert (len(GSM_BASIC), len(GSM_EXTENSION)) == (127, 10)


def test_of_vietnamese_letters_only_six_are_in_the_plain_alphabet() -> None:
    bases = {"a": "ăâ", "e": "ê", "i": "", "o": "ôơ", "u": "ư", "y": ""}
    marks = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = {
        unicodedata.normalize("NFC", letter + mark)
        for base, more in bases.items()
        for letter in base + more
        for mark in marks
    } | {"đ"}
    assert {letter for letter in letters if is_gsm(letter) and not letter.isascii()} == set("àèìòù") | {"é"}


@given(ANY_TEXT)
def test_unaccenting_never_makes_a_message_longer_to_send(text: str) -> None:
    vietnamese = "".join(char for char in inbound(text).text if char.isalpha() and ord(char) < 0x1F00)
    assert segments(unaccented(vietnamese)) <= segments(vietnamese)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("0912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("02773851022", "+842773851022"),
        ("+14158675309", "+14158675309"),
        ("", None),
        ("1022", None),
        ("VIETTEL", None),
        ("anonymous", None),
        ("+266696687", None),
        ("sip:an@example.vn", None),
        ("client:agent_01", None),
    ],
)
def test_numbers_are_written_in_one_way(raw: str, number: str | None) -> None:
    assert as_e164(raw) == number


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_number(raw: str) -> None:
    number = as_e164(raw)
    assert number is None or as_e164(number) == number
