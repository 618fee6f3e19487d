import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import postings
from kb.fields import Key
from kb.postings import Ranking
from kb.store import Passage


def ranked(passages: dict[int, str], boosts: dict[Key, float]) -> list[tuple[int, float]]:
    segment = postings.segment_of(
        (number, Passage(str(number), "", 1, "", "", text)) for number, text in passages.items()
    )
    lists = {
        key: postings.impacts(key, postings.read([segment.lists[key]]), segment.collection)
        for key in boosts
        if key in segment.lists
    }
    return list(zip(*postings.rank(boosts, lists).top(100), strict=True))


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    passages = {1: "hiếm a", 2: "thường b", 3: "thường c", 4: "thường d"}
    best, *_ = ranked(passages, {("words", "hiem"): 1.0, ("words", "thuong"): 1.0})
    assert best[0] == 1


def test_a_short_passage_wins_over_a_long_one() -> None:
    order = [number for number, _ in ranked({1: "đò " + "xa " * 60, 2: "đò về"}, {("words", "do"): 1.0})]
    assert order == [2, 1]


def test_more_of_the_same_word_helps_less_and_less() -> None:
    scores = {
        count: dict(ranked({1: "lúa " * count + "xa " * (9 - count), 2: "gì"}, {("words", "lua"): 1.0}))[1]
        for count in (1, 2, 3)
    }
    assert 0 < scores[3] - scores[2] < scores[2] - scores[1]


def test_numbers_far_apart_are_ranked_the_same() -> None:
    boosts: dict[Key, float] = {("words", "ao"): 1.0}
    near = ranked({1: "ao", 2: "ao cá sâu"}, boosts)
    far = ranked({1: "ao", 4_000_000_000: "ao cá sâu"}, boosts)
    assert [score for _, score in near] == pytest.approx([score for _, score in far])
    assert [number for number, _ in far] == [1, 4_000_000_000]


def test_nothing_found_is_nothing_ranked() -> None:
    assert postings.rank({}, {}).top(10) == ([], [])


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), max_size=40), st.integers(1, 50))
def test_the_best_few_are_the_beginning_of_the_whole_order(scores: list[float], size: int) -> None:
    ranking = Ranking(np.arange(10, 10 + len(scores)), np.array(scores))
    whole = sorted((number for number, score in enumerate(scores, 10) if score), key=lambda one: -scores[one - 10])
    assert ranking.top(size)[0] == whole[:size]
