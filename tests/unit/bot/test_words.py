"""Every sentence a flow can say exists, in every channel's shape, and addresses people properly."""

import re
from pathlib import Path

import pytest

from contact_center.bot import prompts
from contact_center.bot.address import honorific_of, me_to
from contact_center.bot.decisions import Line
from contact_center.bot.matters import split, split_at_and, without_phone
from contact_center.bot.prompts import Voice
from contact_center.bot.state import Option
from contact_center.i18n import catalogue, has_message
from contact_center.taxonomy.service import DEFAULT_FILE

BOT = Path(prompts.__file__).parent
CHANNELS = ("voice", "sms", "zalo", "web")


def said_in_code() -> set[str]:
    """Keys written out in the flows."""
    code = "\n".join(path.read_text("utf-8") for path in BOT.rglob("*.py"))
    keys = set(re.findall(r'Line\(\s*"([a-z_.]+)"', code))
    return keys | set(re.findall(r'"((?:lookup|question|report|emergency|withdraw|rating|complaint)\.[a-z_]+)"', code))


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_sentence_of_the_flows_is_in_the_catalogue(channel: str) -> None:
    missing = [key for key in said_in_code() if not has_message(prompts.message_key(key, channel))]
    assert not missing


def test_every_category_has_an_everyday_name() -> None:
    codes = re.findall(r"^  - code: ([A-Z]{2}-\d\d)$", DEFAULT_FILE.read_text("utf-8"), re.MULTILINE)
    assert codes
    assert not [code for code in codes if not has_message(f"bot.matter.{code}")]


def test_nobody_is_called_ban() -> None:
    offending = [
        key for key, words in catalogue("vi").items() if key.startswith("bot.") and re.search(r"\b[bB]ạn\b", words)
    ]
    assert not offending


def test_english_has_no_key_that_vietnamese_lacks() -> None:
    english = {key for key in catalogue("en") if key.startswith("bot.")}
    assert not [key for key in english if not has_message(key) and not has_message(f"{key}.chat")]


def test_sms_sentences_leave_room_for_what_is_filled_in() -> None:
    sms = {key: words for key, words in catalogue("vi").items() if key.startswith("bot.") and key.endswith(".sms")}
    too_long = [key for key, words in sms.items() if len(re.sub(r"{\w+}", "", words)) > 160]
    assert not too_long


def voice(channel: str, honorific: str = "anh/chị") -> Voice:
    return Voice(channel, honorific, "vi", "Đồng Tháp")


def test_a_code_is_read_in_groups_and_written_in_groups() -> None:
    assert prompts.fill("#123456788", voice("voice")) == "123, 456, 788"
    assert prompts.fill("#123456788", voice("zalo")) == "123 456 788"


def test_choices_are_keys_on_the_phone_and_numbers_in_a_text() -> None:
    options = (Option("Đúng", "yes"), Option("Sửa", "no"))
    assert prompts.spelled_out(options, voice("voice")) == "Đúng bấm 1, Sửa bấm 2"
    assert prompts.spelled_out(options, voice("sms")) == "1 Đúng, 2 Sửa"


def test_a_caller_hears_no_slash() -> None:
    assert "/" not in prompts.render([Line("ask_anything")], (), voice("voice"))


def test_an_elder_is_addressed_as_they_speak_of_themselves() -> None:
    assert "bác" in prompts.render([Line("ask_anything")], (), voice("zalo", "bác")).lower()
    assert me_to("bác") == "con"
    assert me_to("anh/chị") == "em"


@pytest.mark.parametrize(
    ("text", "honorific"),
    [
        ("cho bác hỏi chút", "bác"),
        ("chú báo cái ổ gà", "chú"),
        ("tui 78 tuổi rồi", "bác"),
        ("bà muốn hỏi trợ cấp", "bà"),
        ("con hỏi chút", None),
        ("cô giáo đánh con tui", None),
        ("bác sĩ không có mặt", None),
        ("có hỏi phường rồi", None),
    ],
)
def test_how_to_address_comes_from_their_own_words(text: str, honorific: str | None) -> None:
    assert honorific_of(text) == honorific


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("đèn đường hẻm 12 hư, ngoài ra rác cả tuần không ai lấy", "đèn đường hẻm 12 hư", "rác cả tuần không ai lấy"),
        ("1. đèn đường hư 2. cống nghẹt hôi quá", "đèn đường hư", "cống nghẹt hôi quá"),
        ("còn nước chưa có", "còn nước chưa có", ""),
        ("đèn đường tắt", "đèn đường tắt", ""),
    ],
)
def test_two_matters_are_taken_apart_at_the_seam(text: str, first: str, rest: str) -> None:
    assert split(text) == (first, rest)


def test_and_is_a_seam_only_between_enough_words() -> None:
    assert split_at_and("đường hư và ngập") == ("đường hư và ngập", "")


def test_a_number_to_be_called_on_is_no_part_of_the_matter() -> None:
    assert without_phone("ổ gà ở Ấp Bắc, số em 0912345678", ["0912345678"]) == "ổ gà ở Ấp Bắc"
