"""Places named by a number, in figures and in words, and what only counts something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.gazetteer import load_gazetteer
from nlu.numbered_places import numbered_places
from nlu.places import PlaceFinder
from nlu.text import view


def sure(text: str) -> list[str]:
    seen = view(text)
    return [
        seen.text[seen.tokens[place.first].start : seen.tokens[place.last - 1].end]
        for place in numbered_places(seen)
        if place.is_sure
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nhà tui hẻm 300 hổng có đèn", "hẻm 300"),
        ("ong nuoc be o kiet 25 roi", "kiet 25"),
        ("rác đầu ngõ 12/4 hôi quá", "ngõ 12/4"),
        ("o dich so xuat huyet khu pho 5, 9 ca", "khu pho 5"),
        ("bà con tổ dân phố 7 không có nước", "tổ dân phố 7"),
        ("DT 864 co o ga lon", "DT 864"),
        ("Quốc lộ 1A kẹt cứng", "Quốc lộ 1A"),
        ("tiệm bánh đường 3/2 bán đồ mốc", "đường 3/2"),
        ("ngập đường số 5 khu dân cư", "đường số 5"),
        ("cháy nhà số 3 hẻm 21", "nhà số 3 hẻm 21"),
        ("mất nước số 12 hẻm 5/3", "số 12 hẻm 5/3"),
        ("ngập tổ 8 rồi", "tổ 8"),
        ("quan nhau QL80 ban thit rung", "QL80"),
    ],
)
def test_a_way_or_hamlet_named_by_a_number_is_known_in_any_spelling(text: str, place: str) -> None:
    assert sure(text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "xe rác không vô hẻm năm bữa rồi",
        "xây trong hẻm 4 m có được không",
        "muon doi cong to 1 pha sang 3 pha",
        "đường 2 chiều mà xe đậu hết",
        "phí ql 9k một mét vuông",
        "đứng trong ngõ, 2 người đánh nhau",
        "vườn lộ 25 hộ cùng đi",
    ],
)
def test_what_is_only_counted_is_no_place(text: str) -> None:
    assert sure(text) == []


def test_a_number_said_in_words_is_a_cue_and_not_sure() -> None:
    (place,) = numbered_places(view("đèn hư ở khu phố bảy"))
    assert (place.first, place.last, place.is_sure) == (3, 6, False)


def test_a_numbered_alley_is_a_mention_without_any_tagger() -> None:
    (mention,) = PlaceFinder(load_gazetteer(), None).find(view("cúp nước hẻm 46 từ sáng"))
    assert (mention.text, mention.kind, mention.units) == ("hẻm 46", "street", ())


@given(st.text(alphabet="hemngoapđườngsố 0123456789/-.,ẻõkm", max_size=60))
def test_whatever_is_written_places_lie_in_order_inside_the_message(text: str) -> None:
    seen = view(text)
    ends = 0
    for place in numbered_places(seen):
        assert ends <= place.first < place.last <= len(seen.tokens)
        ends = place.last
