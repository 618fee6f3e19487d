"""Mistypings, suggestions, splitting, views and the breaker: what needs no store."""

import random
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import analysis, spelling
from kb.breaker import Breaker
from kb.fields import Key
from kb.splitting import PASSAGE, passages_of
from kb.suggesting import best_names
from kb.views import VIEWS, mistyped, spoken, view

WRITTEN: Mapping[Key, int] = {
    **{("words", word): 5 for word in ("khai", "sinh", "can", "cuoc", "lam", "sin")},
    ("pairs", "khai_sinh"): 4,
    ("pairs", "can_cuoc"): 4,
}


async def frequencies(keys: Iterable[Key]) -> Mapping[Key, int]:
    return {key: WRITTEN[key] for key in keys if key in WRITTEN}


async def models(text: str) -> Iterable[str]:
    return ["Đăng ký khai sinh", "Cấp đổi căn cước"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giấy khai sihn", "giấy khai sinh"),
        ("khai sjnh", "khai sinh"),
        ("căn cuóoc", "căn cước"),
        ("can cuocc", "can cuoc"),
    ],
)
async def test_a_slip_is_mended_by_what_stands_beside_its_neighbour(typed: str, meant: str) -> None:
    assert await spelling.mended(typed, frequencies, models) == meant


@pytest.mark.parametrize("text", ["khai sinh", "", "!!!", "hyperloop"])
async def test_where_nothing_can_be_mended_nothing_is_said(text: str) -> None:
    assert await spelling.mended(text, frequencies, models) is None


@settings(deadline=None, max_examples=30)
@given(st.text(alphabet="abcdeghiklmnopqrstuvxy", min_size=2, max_size=8))
def test_one_slip_leads_back(word: str) -> None:
    assert all(word in spelling.one_slip_away(slip) for slip in spelling.one_slip_away(word))


def test_what_begins_as_typed_comes_before_what_holds_it() -> None:
    names = [
        ("b", ["Cấp bản sao khai sinh", "xin lại khai sinh"]),
        ("a", ["Khai sinh cho con", "làm giấy khai sinh"]),
        ("c", ["Khai tử"]),
    ]
    suggestions = best_names(["khai", "si"], names, limit=5)
    assert [one.article_id for one in suggestions] == ["a", "b"]
    assert suggestions[0].text == "Khai sinh cho con"


def test_a_long_text_is_cut_between_sentences() -> None:
    sentence = "một hai ba bốn năm sáu bảy tám chín mười. "
    parts = passages_of(sentence * 30)
    assert all(part.endswith("mười.") for part in parts)
    assert all(len(part.split()) <= PASSAGE + 10 for part in parts)


@given(st.text(alphabet="ab .\n", max_size=3000))
def test_no_word_is_lost_in_cutting(text: str) -> None:
    parts = passages_of(text)
    assert set(text.split()) == {word for part in parts for word in part.split()}
    assert len(parts) == 1 or all(len(part.split()) <= 2 * PASSAGE for part in parts)


@given(st.text(alphabet="abcd ", max_size=60), st.integers())
def test_slips_change_words_and_never_their_number_by_more_than_what_they_empty(text: str, seed: int) -> None:
    assert len(mistyped(text, random.Random(seed)).split()) <= len(text.split())


def test_each_view_is_the_same_question() -> None:
    text = "Lệ phí khai sinh năm 2026?"
    assert {name: view(text, name) for name in VIEWS if name != "typos"} == {
        "accented": text,
        "unaccented": "Le phi khai sinh nam 2026?",
        "speech": "lệ phí khai sinh năm hai không hai sáu",
    }
    assert view(text, "typos") == view(text, "typos")
    assert spoken(analysis.fold(text)).startswith("le phi")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_server_that_keeps_failing_is_left_alone_and_tried_by_one() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, pause_s=10, clock=clock)
    breaker.failed()
    assert breaker.let_through()
    breaker.failed()
    assert breaker.is_open
    assert not breaker.let_through()
    clock.now = 11
    assert [breaker.let_through(), breaker.let_through()] == [True, False]
    breaker.succeeded()
    assert [breaker.let_through(), breaker.is_open] == [True, False]
