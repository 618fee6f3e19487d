"""Short questions about a part of the article told last, answered from what it says."""

from datetime import date

import pytest

from contact_center.knowledge import answers, parts
from contact_center.knowledge.models import Article


def article(**fields: object) -> Article:
    values = {
        "slug": "mot-viec",
        "title": "Một việc",
        "answer": "Nộp đơn tại UBND xã. Giải quyết trong 5 ngày. Lệ phí 10.000 đồng.",
        "spoken": "Câu một. Câu hai. Câu ba.",
        "sms": "Nop don.",
        "papers": ["tờ khai", "căn cước", "ảnh", "sổ"],
        "steps": [],
        "fees": "",
        "days": "",
        "where": "",
        "who": "",
        "source": "Luật A",
        "valid_from": date(2026, 1, 1),
    }
    return Article(**(values | fields))


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("thế phí bao nhiêu?", "fees"),
        ("mất bao nhiêu tiền", "fees"),
        ("cần giấy tờ gì?", "papers"),
        ("mang theo gì vậy em", "papers"),
        ("thứ bảy có làm không?", "hours"),
        ("thu 7 co lam k", "hours"),
        ("nộp ở đâu?", "where"),
        ("bao lâu có kết quả", "days"),
        ("mấy ngày xong", "days"),
        ("con đi làm thay được không", "who"),
        ("nộp qua mạng được không", "online"),
        ("làm sao vậy", "steps"),
    ],
)
def test_a_short_question_asks_for_one_part(question: str, label: str) -> None:
    part = parts.asked_for(question)
    assert part is not None
    assert part.label == label


def test_the_field_of_the_article_comes_before_its_sentences() -> None:
    assert answers.part_of(article(fees="75.000 đồng"), "thế phí bao nhiêu?").text == "75.000 đồng."


def test_without_the_field_the_sentence_that_speaks_of_it_is_told() -> None:
    assert answers.part_of(article(), "thế phí bao nhiêu?").text == "Lệ phí 10.000 đồng."
    assert answers.part_of(article(), "nộp ở đâu?").text == "Nộp đơn tại UBND xã."
    assert answers.part_of(article(), "mấy ngày xong").text == "Giải quyết trong 5 ngày."


@pytest.mark.parametrize("question", ["thứ bảy có làm không?", "con đi làm thay được không", "vậy hả"])
def test_what_the_article_does_not_say_is_not_told(question: str) -> None:
    answer = answers.part_of(article(), question)
    assert answer.silent
    assert not answer.text


def test_papers_are_read_out_a_few_at_a_time() -> None:
    answer = answers.part_of(article(), "cần giấy tờ gì?")
    assert (answer.spoken, answer.more) == ("tờ khai; căn cước; ảnh.", ("sổ.",))


def test_by_ear_two_sentences_come_first() -> None:
    answer = answers.whole(article())
    assert answer.spoken == "Câu một. Câu hai."
    assert answer.more == ("Câu ba.", "tờ khai; căn cước; ảnh.", "sổ.")


def test_the_fee_that_was_asked_for_comes_in_front_of_a_summary_without_it() -> None:
    answer = answers.answering(article(answer="Nộp đơn.", fees="75.000 đồng"), "làm việc này bao nhiêu tiền")
    assert answer.text == "75.000 đồng. Nộp đơn."


@pytest.mark.parametrize(
    "question", ["cần giấy tờ gì", "thế phí bao nhiêu", "thứ bảy có làm không", "nộp ở đâu vậy em"]
)
def test_a_question_without_a_matter_leans_on_what_was_told(question: str) -> None:
    assert parts.leans_on_nothing(question)


def test_a_question_with_a_matter_stands_by_itself() -> None:
    assert not parts.leans_on_nothing("đăng ký kết hôn cần giấy tờ gì")


@pytest.mark.parametrize(("said", "something"), [("dạ cảm ơn em", False), ("dạ", False), ("làm căn cước", True)])
def test_thanks_say_nothing(said: str, something: bool) -> None:
    assert parts.says_something(said) is something


def test_titles_are_told_apart_by_what_differs() -> None:
    both = answers.between(
        [article(title="Đăng ký khai sinh (đúng hạn)", slug="a"), article(title="Đăng ký khai sinh quá hạn", slug="b")]
    )
    assert both.about == "Đăng ký khai sinh"
    assert [choice.label for choice in both.choices] == ["đúng hạn", "quá hạn"]


def test_titles_with_nothing_in_common_stand_whole() -> None:
    both = answers.between([article(title="Giá nước", slug="a"), article(title="Cúp điện", slug="b")])
    assert (both.about, [choice.label for choice in both.choices]) == ("", ["Giá nước", "Cúp điện"])


def test_a_notice_for_one_commune_answers_only_who_named_it() -> None:
    notice = article(places=["28261"])
    assert answers.is_for(notice, ["28261"])
    assert not answers.is_for(notice, [])
    assert answers.is_for(article(places=[]), [])
