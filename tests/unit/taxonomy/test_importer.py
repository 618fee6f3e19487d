"""A taxonomy file with faults is refused whole, and every fault is named by its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.taxonomy.document import read
from contact_center.taxonomy.importer import parse
from contact_center.taxonomy.service import DEFAULT_FILE

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def line_number(beginning: str, *, after: str = "") -> int:
    start = next(index for index, line in enumerate(LINES) if after in line) if after else 0
    return next(index for index, line in enumerate(LINES) if index >= start and line.strip() == beginning) + 1


def with_line(number: int, text: str) -> str:
    return "\n".join([*LINES[: number - 1], text, *LINES[number:]])


def faults(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in parse(text).problems]


def test_the_file_we_ship_has_no_fault() -> None:
    parsed = parse(TEXT)
    assert parsed.problems == []
    assert len(parsed.fields) == 19
    assert len(parsed.categories) == 91
    assert len(parsed.departments) == 42
    assert len(parsed.confusable) == 12
    assert sum(row["resolve_by_location"] for row in parsed.departments) == 10


def test_what_nobody_understood_becomes_a_category_of_its_own() -> None:
    parsed = parse(TEXT)
    fallback = parsed.categories[-1]
    assert (fallback["code"], fallback["field_code"], fallback["department"]) == ("KH-00", "KH", "dieu_phoi_1022")
    assert parsed.fields[-1]["code"] == "KH"


@pytest.mark.parametrize(
    ("beginning", "replacement", "code"),
    [
        ("department: so_xd", "    department: so_gtvt", "unknown_department"),
        ("- dv_duong_bo", "    - dv_duong_sat", "unknown_department"),
        ("sla_hours: 24", "    sla_hours: 24.5", "bad_number"),
        ("sla_hours: 24", "    sla_hours: -1", "bad_number"),
        ("sla_hours: 24", "    sla_hours: 1e3", "bad_number"),
        ("sla_hours: 24", "    sla_hours: true", "bad_number"),
        ("sla_hours: 24", "    sla_hours: 99999", "bad_number"),
        ("sla_clock: gio_lam_viec", "    sla_clock: gio_hanh_chinh", "unknown_clock"),
        ("urgency: cao", "    urgency: rat_cao", "unknown_urgency"),
        ("- phan_anh", "    - phan_ank", "unknown_case_type"),
        ("location_required: true", "    location_required: maybe", "not_true_or_false"),
        ("publication: cong_khai", "    publication: cho_phep", "unknown_publication"),
        ("- code: GT-02", "  - code: GT-01", "duplicate_code"),
        ("- code: GT-02", "  - code: HT-77", "other_field"),
        ("- code: GT-02", "  - code: gt-02", "bad_code"),
        ("name: Mặt đường hư hỏng, ổ gà", "    name: ''", "required"),
    ],
)
def test_a_wrong_value_in_a_category_is_named_by_its_line(beginning: str, replacement: str, code: str) -> None:
    number = line_number(beginning, after="- code: GT-01" if not beginning.startswith("- code") else "")
    assert faults(with_line(number, replacement)) == [(number, code)]


@pytest.mark.parametrize(
    ("beginning", "replacement", "code"),
    [
        ("- code: hoi_thu_tuc", "- code: bao_su_viec", "duplicate_code"),
        ("- code: so_nnmt", "- code: so_xd", "duplicate_code"),
        ("lead_department: so_xd", "  lead_department: so_lon", "unknown_department"),
        ("- DI-02", "  - DI-99", "unknown_category"),
        ("- code: HT", "- code: ht", "bad_code"),
        ("- dv_duong_bo", "- dv_la", "unknown_department"),
        ("department: dieu_phoi_1022", "  department: nobody", "unknown_department"),
        ("version: '2026-11-21'", "version: ''", "required"),
        ("level: tinh", "  level: huyen", "unknown_value"),
    ],
)
def test_a_wrong_value_elsewhere_is_named_by_its_line(beginning: str, replacement: str, code: str) -> None:
    number = line_number(beginning)
    assert (number, code) in faults(with_line(number, replacement))


def test_every_fault_is_reported_at_once_in_the_order_of_the_file() -> None:
    broken = TEXT.replace("urgency: khan", "urgency: khan_khan").replace("sla_clock: 24x7", "sla_clock: 24x8")
    found = faults(broken)
    assert len(found) == 10 + 19
    assert found == sorted(found)


def test_a_key_given_twice_is_a_fault() -> None:
    number = line_number("urgency: cao", after="- code: GT-01")
    twice = "\n".join([*LINES[:number], "    urgency: thuong", *LINES[number:]])
    assert (number + 1, "duplicate_key") in faults(twice)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("- a\n- b\n", "not_a_mapping"),
        ("a: [1\nb: 2", "not_yaml"),
        ("\tx", "not_yaml"),
        ("a", "not_a_mapping"),
    ],
)
def test_what_is_no_taxonomy_is_refused(text: str, code: str) -> None:
    assert code in {fault for _, fault in faults(text)}


def test_an_empty_mapping_says_what_is_missing() -> None:
    missing = {problem.path for problem in parse("version: '1'\n").problems}
    assert {"departments", "fields", "urgencies", "fallback"} <= missing


def test_tags_that_would_make_objects_are_only_text() -> None:
    root, problems = read("a: !!python/object/apply:os.system ['true']\n")
    assert problems == []
    assert root.get("a").items == ("true",)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_never_a_crash(text: str) -> None:
    assert parse(text).problems


@given(
    st.integers(0, len(LINES) - 1), st.sampled_from(["", "  x: [", "- {}", "code: 1", "    - 1", "fields: 3", "a: *b"])
)
def test_any_broken_line_is_read_or_refused_never_a_crash(index: int, line: str) -> None:
    parse("\n".join([*LINES[:index], line, *LINES[index + 1 :]]))
