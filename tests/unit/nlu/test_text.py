"""The text view: one canonical reading, offsets that lead back to the message as received."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import canonical, canonical_tones, fold, view

vietnamese = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "aăâeêioôơuưyđàảãáạằẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ bcdghklmnpqrstvx.,!?0123456789"
        ),
        st.sampled_from("\u200b\ufeff\u0301\u0323🔥😡İ\u00ad"),
        st.characters(codec="utf-8"),
    ),
    max_size=80,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Uỷ ban", "Ủy ban"),
        ("loé", "lóe"),
        ("hòan tòan", "hoàn toàn"),
        ("thóai", "thoái"),
        ("hùynh", "huỳnh"),
        ("qúa", "quá"),
        ("gìa", "già"),
    ],
)
def test_a_misplaced_tone_mark_goes_where_the_older_spelling_has_it(written: str, expected: str) -> None:
    assert canonical_tones(written) == expected


@pytest.mark.parametrize("word", ["quý", "quỳ", "ngoài", "khuỷu", "thuở", "gì", "giữ", "gìn", "toán", "ngoằn", "hoặc"])
def test_a_well_placed_tone_mark_stays(word: str) -> None:
    assert canonical_tones(word) == word


def test_composed_and_decomposed_text_read_the_same() -> None:
    sentence = "Đường Đinh Bộ Lĩnh ngập quá trời, khoẻ hoài sao nổi"
    assert view(unicodedata.normalize("NFD", sentence)).text == view(sentence).text


def test_zero_width_characters_do_not_split_a_word() -> None:
    assert [token.folded for token in view("đư\u200bờng \ufeffhỏ\u00adng").tokens] == ["duong", "hong"]


def test_an_emoji_is_no_word_and_moves_no_offset() -> None:
    seen = view("🔥🔥 cháy nhà 😡")
    assert [seen.text[token.start : token.end] for token in seen.tokens] == ["cháy", "nhà"]


def test_styled_letters_read_as_plain_ones() -> None:
    assert fold(view("ｄｅｎ \U0001d411\U0001d400\U0001d402").text) == "den rac"


def test_a_message_without_accents_is_recognised() -> None:
    assert view("den duong tat ca tuan nay roi").is_unaccented
    assert not view("đèn đường tắt cả tuần nay rồi").is_unaccented


@given(vietnamese)
def test_every_token_quotes_the_citizens_own_words(original: str) -> None:
    seen = view(original)
    for token in seen.tokens:
        start, end = seen.original_span(token.start, token.end)
        assert 0 <= start < end <= len(original)
        quoted = view(original[start:end])
        assert quoted.folded == token.folded or fold(quoted.text) == fold(token.lower)


@given(vietnamese)
def test_lower_and_folded_have_the_length_of_the_text(original: str) -> None:
    seen = view(original)
    assert len(seen.text) == len(seen.lower) == len(seen.folded)


@given(vietnamese)
def test_folding_twice_changes_nothing(original: str) -> None:
    once = fold(canonical(original))
    assert fold(once) == once


@given(vietnamese)
def test_canonical_text_is_composed_and_stays_canonical(original: str) -> None:
    once = canonical(original)
    assert unicodedata.is_normalized("NFC", once)
    assert canonical(once) == once


@given(vietnamese)
def test_spans_of_decomposed_text_cover_the_same_words(original: str) -> None:
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", original))
    seen = view(decomposed)
    spans = [seen.original_span(token.start, token.end) for token in seen.tokens]
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_without_an_error(original: str) -> None:
    view(original).tokens  # noqa: B018 - building the tokens is the act
