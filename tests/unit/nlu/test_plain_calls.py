"""Plain words of danger with a cry and nothing against them are a call for help, whatever the models make of them."""

import pytest

from nlu.emergency import evidence
from nlu.plain_calls import is_plain_call
from nlu.text import fold, view


@pytest.mark.parametrize(
    "text",
    [
        "cấp cứu người ta bị tai nạn nằm giữa đường trước chợ Cai Lậy nè",
        "cứu với có người đuối nước kìa",
        "trời ơi đang chém nhau máu me đầy đường",
    ],
)
def test_a_plain_call_is_known_with_and_without_accents(text: str) -> None:
    for spelling in (text, fold(text)):
        seen = view(spelling)
        assert is_plain_call(seen, evidence(seen))


@pytest.mark.parametrize(
    "text",
    [
        "hôm qua có tai nạn, cấp cứu tới kịp, người ta khỏe rồi",
        "diễn tập chữa cháy, la cứu với cho giống thiệt",
        "đang sợ có ngày cháy nhà, cứu với dân xóm này",
        "cháy rồi cháy túi rồi cứu với haha",
        "xì gas thì xử lý sao, hôm qua trường con em mới diễn tập",
        "hôm qua nhà kế bên xì gas, khóa van rồi",
        "đèn đường tắt tối thui nè",
    ],
)
def test_what_takes_the_danger_back_is_no_plain_call(text: str) -> None:
    seen = view(text)
    assert not is_plain_call(seen, evidence(seen))


@pytest.mark.parametrize("text", ["có mùi gas nồng nặc ở chung cư", "nghe xì gas trong bếp", "nghe xi gas trong bep"])
def test_gas_in_the_air_is_there_without_a_word_for_now(text: str) -> None:
    seen = view(text)
    assert is_plain_call(seen, evidence(seen))


@pytest.mark.parametrize("text", ["cướp ngân hàng", "cuop ngan hang", "đánh nhau"])
def test_danger_and_not_a_word_more_is_a_call(text: str) -> None:
    seen = view(text)
    assert is_plain_call(seen, evidence(seen))


def test_the_same_words_within_a_story_are_not_enough() -> None:
    seen = view("xe tải chạy như đi cướp ngân hàng vậy")
    assert not is_plain_call(seen, evidence(seen))
