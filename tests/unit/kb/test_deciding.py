"""What becomes of the articles found for a question."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.deciding import RULE, Candidate, Features, Weights, decide, features_of, judge, rule
from kb.elsewhere import names_another_province

HOME = ("Đồng Tháp", "Tiền Giang")
BIRTH = Candidate("birth", 60.0, 0.9, ("Đăng ký khai sinh", "làm giấy khai sinh cho con ở đâu"))
LATE = Candidate("late", 20.0, 0.4, ("Đăng ký khai sinh quá hạn",))
QUESTION = "làm giấy khai sinh cho con ở đâu"


def test_one_that_leads_and_reads_like_the_question_is_told() -> None:
    assert decide(QUESTION, [BIRTH, LATE], HOME).tell == "birth"


def test_two_that_come_close_are_told_apart_by_a_question() -> None:
    close = replace(BIRTH, score=30.0)
    late = replace(LATE, score=30.0, coverage=0.9, names=(*LATE.names, "khai sinh trễ cho con"))
    assert set(decide("khai sinh cho bé", [close, late], HOME).ask) == {"birth", "late"}


def test_what_two_titles_say_alike_is_asked_back_however_sure() -> None:
    on_time = replace(BIRTH, names=("Đăng ký khai sinh (đúng hạn)", "đăng ký khai sinh cho con"))
    late = replace(LATE, score=55.0, coverage=0.9)
    assert decide("đăng ký khai sinh", [on_time, late], HOME).ask == ("birth", "late")
    assert decide("đăng ký khai sinh đúng hạn", [on_time, late], HOME).tell == "birth"


def test_a_title_that_says_nothing_else_is_told() -> None:
    assert decide("đăng ký khai sinh", [BIRTH, LATE], HOME).tell == "birth"


def test_several_questions_alike_say_more_than_one() -> None:
    one, several = (
        features_of(QUESTION, [replace(BIRTH, names=names)])[0].few
        for names in (("Hộ tịch", QUESTION, "khai tử"), ("Hộ tịch", QUESTION, "làm khai sinh cho con ở đâu"))
    )
    assert several > one


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


def test_words_that_several_names_say_count_and_one_by_chance_hardly() -> None:
    chance, often = (
        features_of("khai sinh", [replace(BIRTH, names=names)])[0].said
        for names in (
            ("Hộ tịch", "kết hôn", "khai tử", "khai sinh"),
            ("Khai sinh", "khai sinh cho bé", "khai sinh trễ"),
        )
    )
    assert chance < often == 1.0


def test_accents_tell_words_apart_where_both_have_them() -> None:
    typed, untyped = (
        features_of(question, [replace(BIRTH, names=("Giám định thương tật",))])[0].name
        for question in ("gia đình thường trú", "giam dinh thuong tat")
    )
    assert typed == 0.0
    assert untyped == 1.0


def test_the_category_somebody_else_saw_speaks_for_an_article() -> None:
    asked = "khai sinh cho bé"
    seen, unseen = (judge(asked, [replace(BIRTH, score=5.0, category=one)])[0].likelihood for one in (0.9, 0.0))
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


def test_the_rule_weighs_only_what_is_measured() -> None:
    assert all(isinstance(one, Weights) and 0.5 < one.sure < 1 for one in (rule().alone, rule().with_category))
    assert (rule().alone.of.keys() | rule().with_category.of.keys()) <= set(Features.__slots__)


def test_the_rule_was_set_on_the_questions_there_are() -> None:
    """Whoever changes them runs ``python -m kb fit``."""
    made = json.loads(RULE.read_text("utf-8"))["made"]
    assert made["sha256"] == hashlib.sha256((RULE.parent / made["questions"]).read_bytes()).hexdigest()
