import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import analysis, fields
from kb.synonyms import SynonymTable

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ "


def asked(text: str) -> set[str]:
    return {term.text for term in fields.ask(text, SynonymTable()).meaning}


@pytest.mark.parametrize(
    ("written", "same"), [("hoà", "hòa"), ("Đăng ký KHAI SINH", "đăng ký khai sinh"), ("qúy", "quý"), ("thuỷ", "thủy")]
)
def test_one_word_has_one_form_whatever_the_spelling_school(written: str, same: str) -> None:
    assert fields.of_text(written) == fields.of_text(same)


def test_decomposed_text_is_the_same_text() -> None:
    text = "trợ cấp người cao tuổi"
    assert fields.of_text(unicodedata.normalize("NFD", text)) == fields.of_text(text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_syllable_is_located_in_the_text_as_it_was_given(form: str) -> None:
    text = unicodedata.normalize("NFD" if form == "NFD" else "NFC", "Nộp lệ phí (nếu có).")
    located = analysis.located(text)
    assert [syllable.folded for syllable, _, _ in located] == ["nop", "le", "phi", "neu", "co"]
    assert [unicodedata.normalize("NFC", text[start:end]) for _, start, end in located][1:3] == ["lệ", "phí"]


def test_pairs_stand_for_words() -> None:
    assert "khai_sinh" in asked("làm khai sinh ở đâu")


def test_abbreviations_ask_for_what_they_stand_for() -> None:
    assert "can_cuoc" in asked("làm lại cccd")


def test_the_manner_of_asking_is_no_question() -> None:
    assert not fields.ask("dạ cho em hỏi với ạ", SynonymTable())


@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text: str) -> None:
    assert all(count > 0 for counts in fields.of_text(text).values() for count in counts.values())
    assert all(term.weight > 0 for term in fields.ask(text, SynonymTable()).terms)
    assert all(0 <= start < end <= len(text) for _, start, end in analysis.located(text))


@given(st.text(alphabet=VIETNAMESE, max_size=80))
def test_what_is_written_without_accents_asks_for_nothing_that_the_accented_text_lacks(text: str) -> None:
    accented = fields.of_text(text)
    for term in fields.ask(analysis.fold(text), SynonymTable()).meaning:
        assert term.text in accented[term.field]
