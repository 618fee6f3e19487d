"""How danger is spoken of: a joke, a question, a memory and a cry are told apart in any spelling."""

import pytest

from nlu.emergency import evidence
from nlu.emergency_context import CONTEXTS, ways_of_speaking
from nlu.text import fold, view


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("cháy rồi cháy túi rồi haha", "joke"),
        ("cháy lòng vì em :))", "joke"),
        ("cháy nhà thì gọi số nào vậy em", "question"),
        ("hồi năm ngoái nhà tôi cháy, giờ xin giấy xác nhận", "past"),
        ("hồi năm ngoái nhà tôi cháy, giờ xin giấy xác nhận", "wish"),
        ("dập xong rồi, khỏi kêu xe nữa", "over"),
        ("dây điện tróc vỏ, sợ có ngày cháy", "fear"),
        ("chiều nay trường diễn tập chữa cháy", "story"),
        ("cứu với, có người rớt xuống kênh kìa", "help"),
        ("ông cụ nằm im, gọi không trả lời", "body"),
    ],
)
def test_a_way_of_speaking_is_heard_with_and_without_accents(text: str, way: str) -> None:
    for spelling in (text, fold(text)):
        assert way in ways_of_speaking(view(spelling), 0)


@pytest.mark.parametrize("text", ["tra cứu giúp em mã 204 557 318", "làm đề tài nghiên cứu", "mong cứu xét hồ sơ"])
def test_looking_up_is_no_cry_for_rescue(text: str) -> None:
    for spelling in (text, fold(text)):
        assert "help" not in ways_of_speaking(view(spelling), 0)
        assert evidence(view(spelling)).strength == 0


def test_a_way_of_speaking_counts_apart_beside_a_cue_of_danger() -> None:
    assert "fear 3" in ways_of_speaking(view("sợ cháy nhà"), 3)
    assert "no cue" in ways_of_speaking(view("sợ trễ giờ"), 0)


def test_every_message_has_a_length() -> None:
    assert "length 0" in ways_of_speaking(view("cứu"), 0)
    assert "length 4" in ways_of_speaking(view("cứu " * 40), 0)


def test_no_phrase_stands_twice_in_a_list() -> None:
    for way, phrases in CONTEXTS.items():
        assert len(phrases) == len(set(phrases)), way
