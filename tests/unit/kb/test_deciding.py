"""What becomes of the articles found for a question."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.deciding import Candidate, decide, judge
from kb.elsewhere import names_another_province

HOME = ("Đồng Tháp", "Tiền Giang")
BIRTH = Candidate("birth", 60.0, 0.9, ("Đăng ký khai sinh", "làm giấy khai sinh cho con ở đâu"))
LATE = Candidate("late", 20.0, 0.4, ("Đăng ký khai sinh quá hạn",))
QUESTION = "làm giấy khai sinh cho con ở đâu"


def test_one_that_leads_and_reads_like_the_question_is_told() -> None:
    assert decide(QUESTION, [BIRTH, LATE], HOME).tell == "birth"


def test_two_that_come_close_are_told_apart_by_a_question() -> None:
    close = replace(BIRTH, score=20.0, coverage=0.5)
    verdict = decide("khai sinh cho bé", [close, replace(LATE, score=19.0)], HOME)
    assert set(verdict.ask) == {"birth", "late"}


def test_a_question_in_the_very_words_of_an_article_is_told_from_it() -> None:
    close = replace(LATE, score=59.0, coverage=0.9)
    assert decide(QUESTION, [replace(BIRTH, score=58.0), close], HOME).tell == "birth"


def test_a_poor_match_is_left_to_a_person() -> None:
    poor = [replace(one, score=5.0, coverage=0.1, names=("Giá nước",)) for one in (BIRTH, LATE)]
    verdict = decide("hát một bài về con cò", poor, HOME)
    assert not verdict.tell
    assert not verdict.ask


@pytest.mark.parametrize("question", ["ai đó", "", "😀", "cần gì"])
def test_what_names_no_matter_is_not_answered(question: str) -> None:
    assert not decide(question, [BIRTH, LATE], HOME).tell


def test_nobody_found_is_nobody_told() -> None:
    assert not decide(QUESTION, [], HOME).tell


def test_the_category_somebody_else_saw_speaks_for_an_article() -> None:
    seen, unseen = (judge(QUESTION, [replace(BIRTH, category=likely)])[0].likelihood for likely in (0.9, 0.0))
    assert seen > unseen


@given(st.lists(st.floats(0, 500), min_size=1, max_size=6), st.floats(0, 1), st.text(max_size=40))
def test_likelihoods_are_probabilities_whatever_was_found(scores: list[float], coverage: float, text: str) -> None:
    candidates = [Candidate(str(place), score, coverage, (text,)) for place, score in enumerate(scores)]
    judged = judge(text, candidates)
    assert sorted(one.article_id for one in judged) == sorted(one.article_id for one in candidates)
    assert all(0 <= one.likelihood <= 1 for one in judged)
    assert [one.likelihood for one in judged] == sorted((one.likelihood for one in judged), reverse=True)


@pytest.mark.parametrize("text", ["giá nước ở Cần Thơ", "gia nuoc o can tho", "xe buýt Hà Nội", "xe buyt tphcm"])
def test_another_province_is_recognised_with_and_without_accents(text: str) -> None:
    assert names_another_province(text, HOME)


@pytest.mark.parametrize(
    "text", ["giá nước ở Mỹ Tho", "tỉnh Tiền Giang cũ", "từ Cần Thơ về Đồng Tháp", "cuoc song hoa binh", ""]
)
def test_our_own_province_and_other_words_are_no_other_province(text: str) -> None:
    assert not names_another_province(text, HOME)
