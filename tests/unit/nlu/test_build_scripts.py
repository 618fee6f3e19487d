"""The scripts that build the tables understanding reads."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def places() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts/build_places.py"))


def test_a_successor_on_the_other_side_of_the_province_is_dropped(places: dict[str, Any]) -> None:
    where = {"a": (10.35, 106.36), "b": (10.36, 106.37), "far": (10.45, 105.63), "far2": (10.44, 105.62)}
    successors = {"a": ["here", "there"], "b": ["here"], "far": ["there"], "far2": ["there"]}
    kept, dropped = places["drop_far_successors"](successors, where)
    assert kept["a"] == ["here"]
    assert dropped == {("a", "there")}


def test_communes_that_differ_from_the_second_source_are_refused(places: dict[str, Any], tmp_path: Path) -> None:
    table = json.loads((ROOT / "nlu/data/places/dong_thap.json").read_text("utf-8"))
    words = {"phuong": "Phường", "xa": "Xã"}
    wards = [{"Code": c["code"], "FullName": f"{words[c['kind']]} {c['name']}"} for c in table["communes"]]
    units = tmp_path / "units.json"
    units.write_text(json.dumps([{"Code": "82", "Wards": wards}]), "utf-8")
    places["check_against_units"](table["communes"], units)
    wards[0]["FullName"] = "Phường Khác"
    units.write_text(json.dumps([{"Code": "82", "Wards": wards}]), "utf-8")
    with pytest.raises(places["SourcesDisagree"], match="Phường Khác"):
        places["check_against_units"](table["communes"], units)


def test_a_name_is_told_without_its_kind(places: dict[str, Any]) -> None:
    assert places["bare_name"]("Cai Lậy (Thị xã)") == "Cai Lậy"
    assert places["bare_name"]("Phường 4") == "4"


def test_the_labels_are_those_of_the_taxonomy_the_core_imports() -> None:
    build = runpy.run_path(str(ROOT / "scripts/build_labels.py"))
    taxonomy = yaml.safe_load((ROOT / "contact_center/taxonomy/data/taxonomy.yaml").read_text("utf-8"))
    ours = yaml.safe_load((ROOT / "nlu/data/labels.yaml").read_text("utf-8"))
    assert build["labels"](taxonomy) == ours
