"""A few words that only answer, or only say where, tell no matter and raise no alarm."""

import pytest

from nlu.emergency import evidence
from nlu.engine import EmbeddedEngine
from nlu.short_messages import asks_something, asks_to_repeat, is_mere_answer, is_yes_or_no
from nlu.text import view


@pytest.mark.parametrize("text", ["dạ đúng", "rồi", "đúng rồi em", "da phai", "không có", "ờ đúng rồi con", "Ừ!"])
def test_a_mere_answer_never_raises_an_alarm(engine: EmbeddedEngine, text: str) -> None:
    assert is_mere_answer(view(text))
    heard = engine.understand(text, "web")
    assert (heard.emergency, heard.emergency_number) == (False, None)


@pytest.mark.parametrize(
    "text", ["dạ đúng", "đúng rồi em", "không phải", "ừ", "dạ không có", "vâng ạ", "ok", "da dung"]
)
def test_a_yes_or_a_no_adds_to_what_was_asked_and_is_no_matter(engine: EmbeddedEngine, text: str) -> None:
    heard = engine.understand(text, "web")
    assert (heard.intent, heard.case_type, heard.category) == ("bo_sung", "khac", None)
    assert heard.urgency == "thuong"


@pytest.mark.parametrize("text", ["thôi khỏi", "alo em ơi", "chưa xong mà", "tạm được"])
def test_what_takes_back_greets_or_rates_is_no_yes_or_no(text: str) -> None:
    assert not is_yes_or_no(view(text))


@pytest.mark.parametrize("text", ["cứu", "cháy nhà", "té sông", "đuối nước", "cuop"])
def test_a_cry_of_one_or_two_words_is_no_mere_answer(text: str) -> None:
    assert not is_mere_answer(view(text))


@pytest.mark.parametrize("text", ["phường Mỹ Tho", "dạ ở chợ Mỹ Tho, phường Mỹ Tho", "o duong Ap Bac phuong 5 My Tho"])
def test_a_place_alone_adds_to_what_was_told(engine: EmbeddedEngine, text: str) -> None:
    heard = engine.understand(text, "sms")
    assert heard.intent == "bo_sung"
    assert heard.intents[0].code == "bo_sung"
    assert heard.places


def test_a_place_with_a_matter_is_a_report(engine: EmbeddedEngine) -> None:
    assert engine.understand("đèn đường Lê Lợi phường Mỹ Tho tắt ba đêm nay", "sms").intent == "bao_su_viec"


@pytest.mark.parametrize("text", ["gì con nói gì ông nghe không rõ", "nói lớn lên em", "ong nghe khong ro"])
def test_somebody_who_did_not_hear_raises_no_alarm(engine: EmbeddedEngine, text: str) -> None:
    assert asks_to_repeat(view(text))
    assert not engine.understand(text, "voice").emergency


@pytest.mark.parametrize(
    "text", ["má tui nằm im gọi không nghe", "nó ngồi đó không nói gì hết", "cháy rồi nói lớn lên"]
)
def test_somebody_who_does_not_answer_may_be_in_danger(text: str) -> None:
    seen = view(text)
    assert evidence(seen).strength or not asks_to_repeat(seen)


@pytest.mark.parametrize("text", ["đèn đường tắt ở thị xã Gò Công", "rac ngap day hem"])
def test_a_matter_told_asks_nothing(text: str) -> None:
    assert not asks_something(view(text))


@pytest.mark.parametrize("text", ["đèn tắt báo ai", "khi nào có điện", "có lấy rác không", "mất nước hả em", "cúp?"])
def test_a_question_has_a_word_or_a_mark_of_asking(text: str) -> None:
    assert asks_something(view(text))
