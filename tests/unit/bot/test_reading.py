import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.bot import reading
from contact_center.bot.state import Option

YES = ["đúng", "dạ đúng rồi", "ừ", "ok em", "có", "phải rồi", "dung roi", "rồi", "vâng ạ", "chính xác", "không sai"]
NO = ["không", "ko", "sai rồi", "dạ không", "hổng phải", "thôi", "chưa", "khong", "nhầm rồi"]


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_a_yes_with_or_without_accents(text: str) -> None:
    assert reading.yes_or_no(text) is True


@pytest.mark.parametrize("text", NO)
def test_a_no_is_a_no(text: str) -> None:
    assert reading.yes_or_no(text) is False


@pytest.mark.parametrize("text", ["đường Lê Lợi", "rồi cần giấy tờ gì", "0912345678", "", "???"])
def test_anything_else_is_neither(text: str) -> None:
    assert reading.yes_or_no(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("không phải, đường Lê Lợi", "đường Lê Lợi"),
        ("dạ đúng rồi", ""),
        ("không phải phường Mỹ Tho mà là phường Đạo Thạnh", "phường Đạo Thạnh"),
        ("đúng rồi, với lại rác không ai lấy", "với lại rác không ai lấy"),
    ],
)
def test_what_follows_the_answer_is_kept(text: str, rest: str) -> None:
    assert reading.after_answer(text) == rest


@pytest.mark.parametrize("text", ["ở đó đó", "chỗ này nè", "trước nhà tui"])
def test_a_pointing_finger_is_no_place(text: str) -> None:
    assert reading.is_vague_place(text)


@pytest.mark.parametrize(
    "text", ["cho tôi gặp người", "gặp tổng đài viên", "chuyển máy cho gặp nhân viên", "cho gap nguoi di"]
)
def test_a_person_is_asked_for_in_many_ways(text: str) -> None:
    assert reading.wants_person(text)


@pytest.mark.parametrize(
    "text",
    ["gặp người lạ trong xóm", "có người té xe", "muốn đăng ký tạm trú cho 2 người", "nhân viên xe buýt nói khó nghe"],
)
def test_people_in_a_story_are_not_asked_for(text: str) -> None:
    assert not reading.wants_person(text)


OPTIONS = (Option("Phường Mỹ Tho", "28261"), Option("Phường Đạo Thạnh", "28249"), Option("Xã Tân Hương", "28525"))


@pytest.mark.parametrize(
    ("text", "digits", "value"),
    [
        ("2", "", "28249"),
        ("", "3", "28525"),
        ("số 1 em", "", "28261"),
        ("thứ hai", "", "28249"),
        ("Đạo Thạnh", "", "28249"),
        ("phuong my tho", "", "28261"),
    ],
)
def test_a_choice_is_pressed_numbered_or_named(text: str, digits: str, value: str) -> None:
    option = reading.chosen(text, digits, OPTIONS)
    assert option is not None
    assert option.value == value


@pytest.mark.parametrize("text", ["4", "9", "đường Lê Lợi", "đúng"])
def test_what_was_not_offered_cannot_be_chosen(text: str) -> None:
    assert reading.chosen(text, "", OPTIONS) is None


def test_a_code_is_read_from_figures_and_from_words() -> None:
    assert reading.digits_in("123.456 789") == "123456789"
    assert reading.digits_in("một hai ba bốn năm sáu bảy tám chín") == "123456789"


@pytest.mark.parametrize(
    ("text", "when"),
    [("xe bỏ trạm lúc 6 giờ sáng nay", "lúc 6 giờ sáng"), ("hôm qua ở chợ", "hôm qua"), ("đèn hư", "")],
)
def test_when_is_kept_in_their_words(text: str, when: str) -> None:
    assert reading.when_of(text).startswith(when)
    assert bool(reading.when_of(text)) == bool(when)


@given(st.text(max_size=200), st.text(alphabet="0123456789*#", max_size=4))
def test_no_text_is_too_odd_to_read(text: str, digits: str) -> None:
    reading.yes_or_no(text)
    reading.after_answer(text)
    reading.chosen(text, digits, OPTIONS)
    reading.when_of(text)
    reading.digits_in(text)
    for question in (
        reading.is_wrong,
        reading.is_unknown,
        reading.wants_person,
        reading.is_house_number,
        reading.is_late,
    ):
        question(text)
