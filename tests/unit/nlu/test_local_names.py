"""The province's own table of names: what it takes, what it refuses, and what it adds to a place said."""

from pathlib import Path

import pytest

from nlu.cli import main
from nlu.gazetteer import load_gazetteer
from nlu.local_names import (
    LocalNames,
    LocalNamesNotReadable,
    import_local_names,
    load_local_names,
    local_names_path,
    parse_local_names,
)
from nlu.places import PlaceFinder
from nlu.text import view
from nlu.understanding import PlaceMention

GAZETTEER = load_gazetteer()
HEADER = "name,kind,communes,aliases\n"
TABLE = (
    HEADER
    + "Lộ Ma,street,Phường Mỹ Tho,đường Ma\n"
    + "Cầu Sắt,bridge,phuong my tho;28306,\n"
    + "Chợ Chiều,market,,\n"
    + "Bảy Thưa,hamlet,28327,\n"
)
MY_THO, GO_CONG, TAN_PHUOC_2 = "28261", "28306", "28327"


def places(text: str) -> tuple[PlaceMention, ...]:
    return PlaceFinder(GAZETTEER, None, LocalNames(parse_local_names(TABLE, GAZETTEER))).find(view(text))


@pytest.mark.parametrize("text", ["sụp ổ gà ngay lộ ma", "sup o ga ngay lo ma", "ổ gà trên đường ma á"])
def test_a_street_of_the_table_is_found_in_any_spelling_and_tells_its_commune(text: str) -> None:
    assert [place.units for place in places(text)] == [(MY_THO,)]


def test_a_name_said_with_its_kind_is_quoted_with_it() -> None:
    assert [place.text for place in places("điện cúp ở ấp Bảy Thưa nè")] == ["ấp Bảy Thưa"]


def test_a_short_name_without_its_kind_or_capitals_is_only_words() -> None:
    assert places("hôm nay bán được bảy thưa") == ()


def test_a_place_in_two_communes_means_both_and_the_talk_asks() -> None:
    assert places("kẹt xe ở Cầu Sắt")[0].units == (MY_THO, GO_CONG)


def test_the_commune_the_citizen_says_narrows_the_table() -> None:
    assert places("cầu sắt phường Gò Công")[-1].units == (GO_CONG,)


def test_a_place_without_a_commune_is_still_a_place() -> None:
    assert [(place.text, place.units) for place in places("rác ở chợ chiều hôi quá")] == [("chợ chiều", ())]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Lộ Ma,road,28261,", "line 2: unknown kind 'road'"),
        ("Lộ Ma,street,Phường Nào Đó,", "line 2: unknown commune 'Phường Nào Đó'"),
        (" ,street,28261,", "line 2: no name"),
    ],
)
def test_a_line_at_fault_is_named_and_nothing_is_imported(row: str, said: str, tmp_path: Path) -> None:
    source, target = tmp_path / "new.csv", tmp_path / "in use.csv"
    source.write_text(HEADER + row + "\n", encoding="utf-8")
    target.write_text(TABLE, encoding="utf-8")
    with pytest.raises(LocalNamesNotReadable, match=said):
        import_local_names(source, target, GAZETTEER)
    assert target.read_text("utf-8") == TABLE


def test_columns_that_are_missing_are_named() -> None:
    with pytest.raises(LocalNamesNotReadable, match="columns missing: communes, kind"):
        parse_local_names("name\nLộ Ma\n", GAZETTEER)


def test_what_was_imported_is_what_an_engine_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU_GAZETTEER", str(tmp_path / "deep" / "names.csv"))
    source = tmp_path / "excel.csv"
    source.write_text("\ufeff" + TABLE, encoding="utf-8")
    assert main(["gazetteer", "import", str(source)]) == 0
    names = load_local_names(local_names_path(tmp_path), GAZETTEER).names
    assert [(name.name, name.communes) for name in names][:2] == [("Lộ Ma", (MY_THO,)), ("Cầu Sắt", (MY_THO, GO_CONG))]


def test_without_a_table_there_are_no_names(tmp_path: Path) -> None:
    assert load_local_names(tmp_path / "none.csv", GAZETTEER).names == ()


def test_a_file_that_is_not_text_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "photo.csv"
    source.write_bytes(b"\xff\xd8\xff\xe0")
    assert main(["gazetteer", "check", str(source)]) == 1
    assert "not UTF-8" in capsys.readouterr().err
