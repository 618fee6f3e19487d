"""A few words that only answer, or only say where, tell no matter and raise no alarm."""

import pytest

from nlu.engine import EmbeddedEngine
from nlu.short_messages import is_mere_answer, is_yes_or_no
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
