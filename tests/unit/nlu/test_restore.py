"""Accents put back for reading: likely, never forced on what was typed with accents, never longer or shorter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.restore import Restorer, learn
from nlu.text import canonical, fold, view

TEXTS = [
    "đèn đường tắt cả tuần nay",
    "đèn đường trước nhà không sáng",
    "nước yếu quá không tắm được",
    "đường đầy ổ gà",
    "den thui",
] * 2


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return learn(TEXTS)


def test_a_message_without_accents_gets_the_likeliest(restorer: Restorer) -> None:
    assert restorer.restore(view("den duong tat ca tuan")) == "đèn đường tắt cả tuần"


def test_numbers_signs_and_unknown_words_stay(restorer: Restorer) -> None:
    assert restorer.restore(view("Den hem 12/3, blabla!")) == "đèn hem 12/3, blabla!"


def test_what_was_typed_with_accents_stays_as_typed(restorer: Restorer) -> None:
    assert restorer.restore(view("đen duong")) == "đen đường"


@given(st.text(alphabet=st.sampled_from("đèn duong tắt? ca 12,nước yeu\n"), max_size=60))
def test_without_accents_both_read_the_same(text: str) -> None:
    seen = view(text)
    restored = learn(TEXTS).restore(seen)
    assert fold(canonical(restored)) == fold(seen.text)
