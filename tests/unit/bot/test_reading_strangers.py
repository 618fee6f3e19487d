"""Words that must not be mistaken for one another."""

import pytest

from contact_center.bot import reading, remarks
from contact_center.bot.address import honorific_of


@pytest.mark.parametrize("text", ["em không muốn sống nữa", "toi muon chet cho roi", "tôi định tự tử", "em muốn chết"])
def test_despair_is_heard(text: str) -> None:
    assert remarks.is_despair(text)


@pytest.mark.parametrize(
    "text", ["nóng muốn chết", "mệt muốn chết", "cá chết đầy sông", "nhà em không ai sống nổi vì mùi"]
)
def test_figures_of_speech_are_no_despair(text: str) -> None:
    assert not remarks.is_despair(text)


@pytest.mark.parametrize("text", ["hôm bữa tui báo đèn đường mà tới đâu rồi", "em có phản ánh rồi mà kết quả sao rồi"])
def test_news_of_something_earlier(text: str) -> None:
    assert reading.asks_after_earlier(text)


@pytest.mark.parametrize(
    "text", ["mất nước 3 tuần rồi bao giờ mới có", "đèn đường tắt mấy bữa nay", "chừng nào có điện"]
)
def test_a_long_wait_is_no_earlier_report(text: str) -> None:
    assert not reading.asks_after_earlier(text)


@pytest.mark.parametrize("text", ["Hello, there is a broken street light", "I want to talk to a person"])
def test_english_is_recognised(text: str) -> None:
    assert reading.is_english(text)


@pytest.mark.parametrize(
    "text", ["den duong hem 12 tat", "an com chua em", "to 5 ap 3 on ao qua", "help", "cho hoi the can cuoc"]
)
def test_unaccented_vietnamese_is_not_english(text: str) -> None:
    assert not reading.is_english(text)


@pytest.mark.parametrize(("text", "said"), [("có cần sổ hộ khẩu không", None), ("có", True), ("có chứ em", True)])
def test_a_question_that_begins_with_have_is_no_yes(text: str, said: bool | None) -> None:
    assert reading.yes_or_no(text) is said


@pytest.mark.parametrize("text", ["em là người hay máy vậy", "đang nói chuyện với ai vậy", "có phải robot không"])
def test_who_is_speaking(text: str) -> None:
    assert reading.asks_who(text)


def test_have_you_heard_me_makes_nobody_an_aunt() -> None:
    assert honorific_of("alo con ơi có nghe không con") is None
    assert honorific_of("co hoi chut") is None
