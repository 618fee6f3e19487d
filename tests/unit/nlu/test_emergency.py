"""What the words of danger say, with every way of taking them back."""

import pytest

from nlu.emergency import PLAIN_WORDS_FLOOR, PROBABLE, SURE, evidence, judge
from nlu.phrases import PhraseTable
from nlu.text import view


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Cháy nhà rồi cứu với!", "114"),
        ("chay nha roi cuu voi", "114"),
        ("cháy nhà rồi bà con ơi lẹ lên", "114"),
        ("có người cầm dao rượt chém nhau", "113"),
        ("ba em bất tỉnh kêu không dậy", "115"),
        ("chồng đánh vợ dữ lắm", "111"),
        ("bờ sông sạt lở nhà sắp trôi", "112"),
    ],
)
def test_plain_words_of_danger_are_strong_and_name_their_number(text: str, number: str) -> None:
    found = evidence(view(text))
    assert found.strength >= 2
    assert found.number == number


@pytest.mark.parametrize(
    "text",
    [
        "cháy túi rồi anh ơi",
        "giá cắt cổ như ăn cướp",
        "bóng đèn cháy ba bữa nay",
        "đông quá chờ muốn xỉu",
        "kẹt xe cả tiếng",
        "đường hỏng nặng",
    ],
)
def test_figures_of_speech_are_no_danger(text: str) -> None:
    assert evidence(view(text)).strength < 2


def test_a_negation_before_the_word_takes_it_back() -> None:
    assert evidence(view("ở đây không có cháy nhà")).strength < evidence(view("ở đây cháy nhà")).strength


def test_past_and_paper_are_noticed() -> None:
    assert evidence(view("tuần trước cháy nhà")).is_past
    assert evidence(view("thủ tục nghiệm thu phòng cháy, cháy nhà thì bồi thường sao")).is_paper


def test_an_accented_syllable_agrees_only_with_itself() -> None:
    table = PhraseTable([("cháy nhà", 1)])
    assert table.find(view("chay nha").tokens)
    assert table.find(view("cháy nha").tokens)
    assert not table.find(view("chạy nhà").tokens)


def test_a_sure_emergency_gives_the_number_and_a_probable_one_asks_first() -> None:
    nothing = evidence(view("xin chào"))
    assert not judge(nothing, PROBABLE - 0.001, "114").is_emergency
    probable = judge(nothing, (PROBABLE + SURE) / 2, "114")
    assert probable.is_emergency
    assert probable.ask
    sure = judge(nothing, SURE + 0.01, "114")
    assert sure.is_emergency
    assert not sure.ask


def test_a_category_whose_policy_is_to_ask_is_asked_about_even_when_sure() -> None:
    assert judge(evidence(view("xin chào")), 0.99, "114", category_asks=True).ask


def test_plain_words_here_and_now_are_believed_against_a_doubting_model() -> None:
    found = evidence(view("đang cháy nhà kìa cứu với"))
    verdict = judge(found, (PLAIN_WORDS_FLOOR + PROBABLE) / 2, "114")
    assert verdict.is_emergency
    assert verdict.ask
