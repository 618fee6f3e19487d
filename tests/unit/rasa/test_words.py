"""Words keep the place they have in the message, whatever its Unicode form and whatever the citizen typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.rasa.words import words

TYPED = st.text(alphabet=st.sampled_from("aăâbđeêioôơuưyáàảãạếớ_ .,-+/0123\u0301\u0323\u200b👍ß@\n"), max_size=60)


def test_syllables_of_a_word_are_one_token_with_its_folded_reading() -> None:
    found = {word.text: word.folded for word in words("Bệnh viện Tiền Giang ở gần chợ")}
    assert found["Bệnh_viện"] == "benh vien"
    assert found["Tiền_Giang"] == "tien giang"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_place_can_be_cut_out_of_the_message_as_received(form: str) -> None:
    message = unicodedata.normalize(form, "cái  bệnh viện đó")  # type: ignore[arg-type]
    word = next(word for word in words(message) if word.folded == "benh vien")
    assert message[word.start : word.end] == unicodedata.normalize(form, "bệnh viện")  # type: ignore[arg-type]


def test_an_underscore_that_was_typed_joins_nothing() -> None:
    assert [word.text for word in words("ở_đây")] == ["ở_đây"]
    assert [word.folded for word in words("ở _ đây")] == ["o", "_", "day"]


def test_no_word_crosses_a_border() -> None:
    message = "gần bệnh viện Mỹ Tho"
    border = message.index("viện")
    assert "bệnh" in [word.text for word in words(message, {border})]
    assert "bệnh" in [word.text for word in words(message, {border - 1})]


@given(TYPED, st.sets(st.integers(0, 60), max_size=5))
def test_words_lie_in_order_without_overlap_and_leave_out_nothing_but_space(message: str, borders: set[int]) -> None:
    found = words(message, borders)
    position = 0
    for word in found:
        assert position <= word.start < word.end <= len(message)
        assert not any(word.start < border < word.end for border in borders if message[border - 1 : border] == " ")
        position = word.end
    covered = {place for word in found for place in range(word.start, word.end)}
    left_out = "".join(char for place, char in enumerate(message) if place not in covered)
    assert not any(char.isalnum() for char in left_out)


def test_a_message_of_spaces_has_no_words() -> None:
    assert words(" \n ") == words("") == []
