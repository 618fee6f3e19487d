"""Remarks that lean on the talk, and sentences that only look like them."""

import pytest

from contact_center.bot import reading, remarks
from contact_center.bot.address import honorific_of
from contact_center.bot.flows.report import LONGEST_DESCRIPTION, finished
from contact_center.bot.prompts import capitalised
from contact_center.bot.state import Report


@pytest.mark.parametrize(
    "text", ["điện lực tới rồi", "co nguoi cho di roi", "tìm được rồi", "dập lửa được rồi", "công an xuống rồi em"]
)
def test_help_that_came_is_heard(text: str) -> None:
    assert remarks.is_helped(text)


@pytest.mark.parametrize("text", ["chưa ai tới", "bao giờ điện lực tới", "cháy rồi", "người ta đổ rác"])
def test_help_that_did_not_come_is_not_taken_for_it(text: str) -> None:
    assert not remarks.is_helped(text)


@pytest.mark.parametrize("text", ["cho mình rút phản ánh đó nha", "hủy cái phiếu hôm trước", "rut phieu 450422234"])
def test_taking_back_what_was_sent(text: str) -> None:
    assert remarks.takes_back(text)


def test_a_sentence_is_no_place_and_a_pagoda_is() -> None:
    assert remarks.is_a_sentence("chưa sao nhưng mà gió là đổ đó")
    assert remarks.is_a_sentence("đâu có ai nguy hiểm đâu chỉ là khói thôi")
    assert not remarks.is_a_sentence("chùa Vĩnh Tràng phía sau chợ")
    assert not remarks.is_a_sentence("ấp Tân Thuận ngay chỗ bị ngập mà chưa làm cống")


def test_a_street_by_its_name_alone() -> None:
    assert remarks.is_a_name("Nguyễn Sinh Sắc")
    assert not remarks.is_a_name("Rác không ai lấy")
    assert not remarks.is_a_name("ĐƯỜNG HƯ")


def test_only_a_commune_without_its_town_is_asked_for_the_town() -> None:
    assert remarks.names_commune_without_town("đường Nguyễn Huệ, p1")
    assert not remarks.names_commune_without_town("phường một thị xã hồng ngự")
    assert not remarks.names_commune_without_town("chợ Mỹ Tho")
    assert not remarks.names_commune_without_town("dốc cầu Rạch Miễu phía Mỹ Tho")


def test_what_is_right_and_what_was_wrong() -> None:
    assert remarks.instead_of("bến xe chứ không phải bến phà") == ("bến xe", "bến phà")
    assert remarks.instead_of("không phải vậy đâu") == ("", "")


def test_dont_is_no_yes_and_the_southern_yes_is_one() -> None:
    assert reading.yes_or_no("đừng ghi tên em") is None
    assert reading.yes_or_no("ừa") is True
    assert reading.yes_or_no("ủa") is None


def test_a_city_is_not_mistaken_for_a_correction() -> None:
    assert reading.after_answer("à nhầm, thành phố Mỹ Tho") == "thành phố Mỹ Tho"
    assert reading.after_answer("hồi nãy nói lộn, phường 9 mới đúng") == "phường 9"


def test_misspeaking_is_not_asking_to_speak_up() -> None:
    assert not reading.wants_repeat("hồi nãy nói lộn, phường 9 mới đúng")
    assert reading.wants_repeat("nói lớn lên con")


@pytest.mark.parametrize(
    ("text", "honorific"),
    [
        ("ờ bác ở ấp bình hòa", "bác"),
        ("em ơi cho chị hỏi chút", "chị"),
        ("ông nội tôi 85 tuổi chưa có trợ cấp", None),
        ("tui báo dùm bà già hàng xóm", None),
        ("bến xe nha chứ không phải bến phà", None),
    ],
)
def test_who_they_are_and_whom_they_speak_of(text: str, honorific: str | None) -> None:
    assert honorific_of(text) == honorific


def test_a_very_long_report_is_cut_to_what_a_ticket_holds() -> None:
    assert len(finished(Report(what="nước đục " * 2000)).what) == LONGEST_DESCRIPTION


def test_an_address_on_the_web_keeps_its_small_letters() -> None:
    assert capitalised("https://1022.example/a") == "https://1022.example/a"


def test_nobody_hurt_is_heard_and_hardly_breathing_is_not_taken_for_it() -> None:
    assert remarks.is_harmless("té sơ sơ thôi không sao")
    assert remarks.is_harmless("chưa có ai bị gì hết")
    assert not remarks.is_harmless("không sao thở được")


def test_how_often_it_was_told_is_no_other_matter() -> None:
    assert remarks.tells_of_before("báo rồi mà xã cứ hẹn hoài")
    assert not remarks.tells_of_before("báo giùm cái cống nghẹt")


@pytest.mark.parametrize(
    ("text", "rude"),
    [
        ("đm làm giấy này ở đâu", True),
        ("Khốn nạn thiệt, hỏi hoài", True),
        ("các giấy tờ cần có", False),
        ("can cac giay to gi", False),
        ("xã Lớn ở đâu", False),
    ],
)
def test_a_curse_is_told_from_a_word_that_only_looks_like_one_without_accents(text: str, rude: bool) -> None:
    assert remarks.curses(text) is rude
