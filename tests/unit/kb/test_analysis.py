import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import analysis
from kb.postgres import rank


@pytest.mark.parametrize(
    ("written", "same"), [("hoà", "hòa"), ("Đăng ký KHAI SINH", "đăng ký khai sinh"), ("qúy", "quý"), ("thuỷ", "thủy")]
)
def test_one_word_has_one_form_whatever_the_spelling_school(written: str, same: str) -> None:
    assert analysis.document_terms(written) == analysis.document_terms(same)


def test_decomposed_text_is_the_same_text() -> None:
    text = "trợ cấp người cao tuổi"
    assert analysis.document_terms(unicodedata.normalize("NFD", text)) == analysis.document_terms(text)


def test_pairs_stand_for_words() -> None:
    assert "khai sinh" in analysis.query_terms("làm khai sinh ở đâu")


def test_abbreviations_ask_for_what_they_stand_for() -> None:
    assert "can cuoc" in analysis.query_terms("làm lại cccd")


def test_the_manner_of_asking_weighs_nothing() -> None:
    assert analysis.query_terms("dạ cho em hỏi với ạ") == {}


@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text: str) -> None:
    assert all(count > 0 for count in analysis.document_terms(text).values())
    assert all(weight > 0 for weight in analysis.query_terms(text).values())


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ ", max_size=80))
def test_what_is_written_without_accents_finds_what_has_them(text: str) -> None:
    plain = analysis.query_terms(analysis.fold(text))
    assert set(plain) <= set(analysis.document_terms(text)) | set(analysis.query_terms(text))


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    weights = {"rare": 1.0, "common": 1.0}
    postings = [("rare", "a", 1, 10), ("common", "b", 1, 10), ("common", "c", 1, 10), ("common", "d", 1, 10)]
    best = rank(weights, postings, total=10, average=10.0)[0]
    assert best.id == "a"
    assert best.coverage > 0.5


def test_more_of_the_same_word_helps_less_and_less() -> None:
    def score(count: int) -> float:
        return rank({"x": 1.0}, [("x", "a", count, 10)], total=5, average=10.0)[0].score

    assert 0 < score(3) - score(2) < score(2) - score(1)


def test_a_short_document_wins_over_a_long_one() -> None:
    ranked = rank({"x": 1.0}, [("x", "long", 1, 100), ("x", "short", 1, 5)], total=4, average=50.0)
    assert [found.id for found in ranked] == ["short", "long"]
