"""Administrative names, old and new, in every spelling, and what they can mean today."""

import pytest

from nlu.admin_places import AdminPlace, find_admin_places
from nlu.gazetteer import load_gazetteer
from nlu.places import PlaceFinder
from nlu.text import view

GAZETTEER = load_gazetteer()


def places(text: str) -> list[AdminPlace]:
    return find_admin_places(view(text), GAZETTEER)


def names(text: str) -> list[str]:
    """Full names of the communes the first sure place of a text can mean."""
    sure = [place for place in places(text) if place.is_sure]
    return [GAZETTEER.communes[code].full_name for code in sure[0].units] if sure else []


def test_the_province_has_a_hundred_and_two_communes_with_centres_inside_it() -> None:
    communes = GAZETTEER.communes.values()
    assert len(communes) == 102
    assert all(9.9 < c.lat < 11.1 and 105.0 < c.lon < 107.0 for c in communes)


def test_every_old_ward_leads_to_a_commune_of_today() -> None:
    old = [named for named in GAZETTEER.names if named.level == "old_ward"]
    assert len(old) >= 305
    assert all(named.communes and set(named.communes) <= set(GAZETTEER.communes) for named in old)


@pytest.mark.parametrize(
    "text",
    [
        "phường 4 Mỹ Tho cũ",
        "P4, tp my tho",
        "f4 Mỹ Tho",
        "phuong 04 my tho",
        "phường tư thành phố Mỹ Tho",
        "p.4 Mỹ Tho",
    ],
)
def test_an_old_ward_is_found_in_any_spelling(text: str) -> None:
    assert names(text) == ["Phường Đạo Thạnh"]


def test_a_divided_ward_means_all_of_its_successors() -> None:
    assert names("xã Gáo Giồng") == ["Xã Phong Mỹ", "Xã Phú Cường"]


def test_a_ward_number_alone_stays_open_between_the_towns() -> None:
    assert len(names("phường 4")) > 3


def test_an_old_town_means_every_commune_made_of_it() -> None:
    assert set(names("ở Sa Đéc")) == {"Phường Sa Đéc", "Xã Tân Dương"}


def test_the_district_narrows_a_name_many_places_share() -> None:
    assert names("xã Tân Thành huyện Lai Vung") == ["Xã Lai Vung"]
    assert len(names("xã Tân Thành")) > 1


def test_the_ward_of_today_comes_before_the_places_that_once_had_its_name() -> None:
    assert names("phường Cao Lãnh") == ["Phường Cao Lãnh"]
    assert names("xã Tân Thành")[0] == "Xã Tân Thành"


def test_accents_that_were_typed_are_taken_seriously() -> None:
    assert names("xã Mỹ Thọ") == ["Xã Mỹ Thọ"]
    assert names("phường Mỹ Tho") == ["Phường Mỹ Tho"]
    assert "Xã Mỹ Thọ" not in names("ở Mỹ Tho")


@pytest.mark.parametrize("text", ["khong hong ngu duoc", "cái bé kia", "chúc anh an bình", "tôi cho gạo người nghèo"])
def test_ordinary_words_are_no_places_without_a_cue(text: str) -> None:
    assert not [place for place in places(text) if place.is_sure]


def test_a_mention_quotes_the_message_and_keeps_its_offsets() -> None:
    text = "Nhà ở\u200b phường 4 Mỹ Tho cũ, mất điện"
    (mention,) = PlaceFinder(GAZETTEER, None).find(view(text))
    assert text[mention.start : mention.end] == mention.text == "phường 4 Mỹ Tho cũ"
    assert mention.units == ("28249",)


@pytest.mark.parametrize("text", ["sadec", "ở Sadec nè", "o Sa Dec", "dạ bên SaDec"])
def test_a_towns_name_in_one_word_is_the_town(text: str) -> None:
    assert set(names(text)) == {"Phường Sa Đéc", "Xã Tân Dương"}


@pytest.mark.parametrize("text", ["phường một thị xã hồng ngự", "phuong 1 thi xa hong ngu", "P1 TP Hồng Ngự"])
def test_a_ward_the_town_never_had_still_leads_to_the_town(text: str) -> None:
    assert set(names(text)) == set(names("thành phố Hồng Ngự"))


@pytest.mark.parametrize(
    "text",
    [
        "ra phường làm giấy",
        "phường từ chối xác nhận",
        "gửi zalo phường hai chục tấm",
        "đã báo xã 3 lần",
        "bao xa 3 lan chua ai xuong",
        "bấm F5 mỏi tay",
        "trụ sở phường sau sắp xếp",
        "mua xe của người bên Long An",
        "quê chồng Phú Thọ",
        "cất một cái bè dưới sông",
    ],
)
def test_what_only_looks_like_one_of_our_wards_is_no_place(text: str) -> None:
    assert not [place for place in places(text) if place.is_sure]


def test_a_commune_named_like_another_province_is_meant_when_its_kind_is_said() -> None:
    assert names("xã Long An") == ["Xã Châu Thành"]


def test_two_places_in_one_message_are_two_mentions() -> None:
    found = PlaceFinder(GAZETTEER, None).find(view("từ xã Tân Hương tới phường Sa Đéc"))
    assert [mention.text for mention in found] == ["xã Tân Hương", "phường Sa Đéc"]


def test_a_name_the_commune_of_today_shares_with_an_old_ward_means_both_todays_first() -> None:
    for text in ("xa Tan Phu Dong", "xã Tân Phú Đông"):
        assert names(text) == ["Xã Tân Phú Đông", "Xã Tân Dương"]
    assert names("xã Tân Phú Đông, Sa Đéc cũ") == ["Xã Tân Dương"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("đèn ở đường thái sanh hạnh tắt rồi", "đường thái sanh hạnh"),
        ("duong nguyen thi minh khai ngap nuoc", "duong nguyen thi minh khai"),
        ("em ở số tám mươi tám đường ấp bắc ạ", "số tám mươi tám đường ấp bắc"),
        ("nhà số ba trăm linh hai đường lý thường kiệt", "nhà số ba trăm linh hai đường lý thường kiệt"),
        ("số nhà 12a đường Hùng Vương", "số nhà 12a đường Hùng Vương"),
    ],
)
def test_a_street_heard_without_capitals_is_quoted_whole_with_its_number(text: str, quoted: str) -> None:
    (mention,) = PlaceFinder(GAZETTEER, None).find(view(text))
    assert mention.text == quoted
    assert mention.units == ()


def test_a_streets_name_without_its_word_of_kind_is_no_street() -> None:
    assert not PlaceFinder(GAZETTEER, None).find(view("trường tiểu học nguyễn huệ nghỉ học"))


def test_a_street_and_its_ward_are_one_mention() -> None:
    found = PlaceFinder(GAZETTEER, None).find(view("hẻm 12 đường thái sanh hạnh, phường mỹ phong"))
    assert GAZETTEER.communes[found[-1].units[0]].full_name == "Phường Mỹ Phong"
