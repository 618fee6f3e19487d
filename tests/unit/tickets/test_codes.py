"""Ticket codes are made to be said on the phone and to betray a slip of the tongue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.tickets import codes
from nlu import ticket_code

bodies = st.text("0123456789", min_size=8, max_size=8)


def test_a_code_has_nine_digits_and_is_never_taken_for_a_phone_number() -> None:
    for _ in range(200):
        code = codes.new_code()
        assert len(code) == 9
        assert code.isdigit()
        assert code[0] != "0"
        assert codes.normalise(code) == code


def test_codes_are_not_guessed_from_one_another() -> None:
    assert len({codes.new_code() for _ in range(500)}) == 500


@given(bodies)
def test_the_side_that_listens_agrees_with_the_side_that_makes_codes(body: str) -> None:
    assert codes.check_digit(body) == ticket_code.check_digit(body)


@given(bodies, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, position: int, change: int) -> None:
    code = body + codes.check_digit(body)
    wrong = (int(code[position]) + change) % 10
    assert codes.normalise(f"{code[:position]}{wrong}{code[position + 1 :]}") is None


def test_two_neighbours_swapped_are_nearly_always_noticed() -> None:
    """MOD 11,10 promises every single digit, not every swap; the rest is caught by asking for the phone's end."""
    swaps = missed = 0
    for body in range(10_000_000, 99_999_999, 44_497):
        code = f"{body}{codes.check_digit(str(body))}"
        for position in range(8):
            swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
            swaps += swapped != code
            missed += swapped != code and codes.normalise(swapped) is not None
    assert missed / swaps < 0.03


@pytest.mark.parametrize("written", ["540 951 815", "540-951-815", "540.951.815", " 540951815 "])
def test_a_code_is_read_in_any_grouping(written: str) -> None:
    assert codes.normalise(written) == "540951815"


@pytest.mark.parametrize("written", ["", "540951816", "54095181", "5409518155", "54095181x", "٥٤٠٩٥١٨١٥", "0912345678"])
def test_what_is_no_code_is_not_taken_for_one(written: str) -> None:
    assert codes.normalise(written) is None


def test_a_code_is_shown_and_spoken_in_groups_of_three() -> None:
    assert codes.grouped("540951815") == "540 951 815"
    assert codes.spoken("540951815") == "năm bốn không, chín năm một, tám một năm"


def test_a_link_has_no_letters_people_mix_up() -> None:
    token = codes.new_link_token()
    assert len(token) == codes.LINK_LENGTH
    assert not set(token) & set("0O1lIo")
