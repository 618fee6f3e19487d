"""Nothing that leads to a person is learned; what happened and where is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.learning.masking import HIDDEN, mask


@pytest.mark.parametrize(
    ("said", "learned"),
    [
        ("Tôi tên là Nguyễn Văn An, đèn tắt", f"Tôi tên là {HIDDEN}, đèn tắt"),
        ("em ten le thi hong o ap 3 duong hu", f"em ten {HIDDEN} o ap 3 duong hu"),
        ("gọi chị Lan 0903.111.222 giùm", f"gọi chị {HIDDEN} {HIDDEN} giùm"),
        ("Ông Trần Văn Bé lấn kênh", f"Ông {HIDDEN} lấn kênh"),
        ("cccd 087 099 001234 của tôi", f"cccd {HIDDEN} của tôi"),
        ("không chín một hai ba bốn năm sáu bảy tám gọi lại nha", f"{HIDDEN} gọi lại nha"),
        ("gửi về ut.le@example.vn nhé", f"gửi về {HIDDEN} nhé"),
        ("họ tên: Lê Thị Nam", f"họ tên: {HIDDEN}"),
    ],
)
def test_who_somebody_is_and_how_to_reach_them_is_hidden(said: str, learned: str) -> None:
    assert mask(said) == learned


@pytest.mark.parametrize(
    "said",
    [
        "đèn đường Nguyễn Huệ tắt ba đêm",
        "con hẻm Trần Hưng Đạo ngập tới gối",
        "cầu Lê Lợi sụt một hố",
        "tên đường trên bảng ghi sai",
        "Chị ơi nước cúp rồi",
        "nhà số 45/3 ấp Phú Thạnh mất điện từ 7 giờ",
    ],
)
def test_places_and_matters_stay_as_they_were_said(said: str) -> None:
    assert mask(said) == said


def test_a_place_that_sounds_like_a_person_stays_where_it_was_found() -> None:
    said = "rác ở Nguyễn Trãi bốc mùi"
    assert mask(said) != said
    assert mask(said, places=[(6, 17)]) == said


def test_a_name_known_already_is_hidden_however_it_is_written() -> None:
    assert mask("le van ut bao den tat", names=["Lê Văn Út"]) == f"{HIDDEN} bao den tat"


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_masked_and_no_telephone_number_is_left(text: str, names: list[str]) -> None:
    masked = mask(f"{text} 0912 345 678 {text}", names=names)
    assert not re.search(r"0912 345 678", masked)


@given(st.text(max_size=200))
def test_what_is_masked_once_holds_nothing_more_to_hide(text: str) -> None:
    once = mask(text)
    assert len(once) <= len(text) or HIDDEN in once
