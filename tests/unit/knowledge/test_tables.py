"""Articles as files people keep: what is written is read again, and what cannot be read is said so."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from contact_center.errors import InvalidInput
from contact_center.knowledge import tables
from contact_center.knowledge.content import Content, copied, diff, from_json, paragraphs, to_json
from contact_center.knowledge.loading import Draft, draft_of, faults_of, read
from contact_center.knowledge.samples import DATA

DRAFT = Draft(
    slug="mot-viec",
    owner="so-xd",
    kind="procedure",
    title="Một việc",
    questions=("một việc là gì", "lam mot viec o dau"),
    answer="Là một việc.\n\nHỏi thêm tại xã.",
    spoken="Là một việc.",
    sms="La mot viec.",
    papers=("tờ khai", "căn cước"),
    steps=("Nộp tại xã", "Chờ kết quả"),
    source="Tự viết",
    valid_from=date(2026, 1, 1),
    review_by=date(2027, 6, 30),
    level=("commune", "province"),
    category_codes=("HT-01",),
    internal="Nói chậm với người lớn tuổi.",
    sample=True,
)
ENDINGS = sorted(tables.WRITERS)


def round_trip(ending: str, drafts: list[Draft]) -> list[Draft]:
    rows = tables.read(f"a.{ending}", tables.write(ending, drafts))
    assert [faults_of(row.raw) for row in rows] == [{}] * len(drafts)
    return [draft_of(row.raw) for row in rows]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_read_again(ending: str) -> None:
    drafts = [DRAFT, replace(DRAFT, slug="viec-khac", owner="", papers=(), review_by=None, sample=False)]
    assert round_trip(ending, drafts) == drafts


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_sample_article_survives_the_way_out_and_in(ending: str) -> None:
    drafts = sorted(read(DATA), key=lambda draft: draft.slug)
    assert sorted(round_trip(ending, drafts), key=lambda draft: draft.slug) == drafts


# One line of words as people type them, formulas and marks included; never empty, never with space around it.
LINES = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@given(title=LINES, fees=LINES, papers=st.lists(LINES, max_size=4), questions=st.lists(LINES, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_no_words_are_lost_or_become_a_formula(
    ending: str, title: str, fees: str, papers: list[str], questions: list[str]
) -> None:
    draft = replace(DRAFT, title=title, fees=fees, papers=tuple(papers), questions=tuple(questions))
    assert round_trip(ending, [draft]) == [draft]


def test_excel_calculates_nothing_from_what_we_write() -> None:
    book = load_workbook(BytesIO(tables.write("xlsx", [replace(DRAFT, title="=1+1")])))
    cells = {cell.value: cell.data_type for row in book.active for cell in row}  # type: ignore[union-attr]
    assert cells["=1+1"] == "s"
    assert "'=1+1" in tables.write("csv", [replace(DRAFT, title="=1+1")]).decode("utf-8-sig")


def test_a_table_somebody_made_in_excel_is_read_with_its_dates_and_lines() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["slug", "kind", "title", "questions", "valid_from", "sample", ""])
    sheet.append(["mot-viec", "procedure", "Một việc", "một\nhai", date(2026, 1, 1), "có", None])
    sheet.append([None] * 7)
    out = BytesIO()
    book.save(out)
    (row,) = tables.read("Bảng của tôi.XLSX", out.getvalue())
    assert row.place == "2"
    assert row.raw["questions"] == ["một", "hai"]
    assert row.raw["valid_from"] == date(2026, 1, 1)
    assert row.raw["sample"] is True


def test_a_table_with_semicolons_and_our_dates_is_read() -> None:
    (row,) = tables.read("a.csv", "slug;title;valid_from\nmot-viec;Một việc;22/11/2026\n".encode())
    assert row.raw == {"slug": "mot-viec", "title": "Một việc", "valid_from": date(2026, 11, 22)}


def test_a_column_nobody_knows_and_a_date_that_is_none_are_named() -> None:
    (row,) = tables.read("a.csv", "slug,titel,valid_from\nmot-viec,Một việc,hôm qua\n".encode())
    assert faults_of(row.raw) == {"titel": "not_a_field", "valid_from": "not_a_date"}


def test_a_section_of_markdown_nobody_knows_is_told_not_lost() -> None:
    text = tables.write_markdown(tables.raw_of(DRAFT)) + "\n## Ghi chú lạ\n\nGì đó\n"
    assert faults_of(tables.read_markdown(text)) == {"Ghi chú lạ": "not_a_field"}


def _packed(size: int) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", 8) as packed:
        packed.writestr("a.md", b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.pdf", b"", "unknown_format"),
        ("a.xlsx", b"no zip", "not_readable"),
        ("a.json", b'{"a": 1}', "not_readable"),
        ("a.json", b"[", "not_readable"),
        ("a.csv", b"\xff\xfe\x00", "not_readable"),
        ("a.zip", _packed(10), "not_readable"),
        ("a.zip", _packed(tables.LARGEST_UNPACKED + 1), "too_large"),
        ("a.csv", b"a" * (tables.LARGEST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_such_file_is_refused(name: str, data: bytes, fault: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tables.read(name, data)
    assert refused.value.details == {"file": fault}


@given(st.binary(max_size=300), st.sampled_from(ENDINGS))
def test_any_bytes_are_read_or_refused(data: bytes, ending: str) -> None:
    fault = "read"
    try:
        tables.read(f"a.{ending}", data)
    except InvalidInput as refused:
        fault = refused.details["file"]
    assert fault in {"read", "not_readable", "too_large", "too_many_rows"}


# --- content ----------------------------------------------------------------------------------------------------------


def test_content_is_stored_and_given_back() -> None:
    assert from_json(to_json(copied(DRAFT))) == copied(DRAFT)


def test_a_version_stored_before_a_field_existed_is_still_read() -> None:
    stored = to_json(copied(DRAFT))
    for name in ("internal", "places", "online"):
        del stored[name]
    assert from_json(stored).places == ()


def test_a_change_names_the_field_and_the_words() -> None:
    before: Content = copied(DRAFT)
    (change,) = diff(before, replace(before, sms="La hai viec."))
    assert change.name == "sms"
    assert change.pieces == (("same", "La "), ("gone", "mot"), ("new", "hai"), ("same", " viec."))
    assert diff(before, before) == []


@given(LINES, LINES)
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    before, after = replace(copied(DRAFT), fees=old), replace(copied(DRAFT), fees=new)
    for change in diff(before, after):
        assert "".join(text for kind, text in change.pieces if kind != "new") == old
        assert "".join(text for kind, text in change.pieces if kind != "gone") == new


def test_empty_lines_part_paragraphs_and_others_run_on() -> None:
    assert paragraphs("a\nb\n\n c \n \n\nd") == "a b\n\nc\n\nd"
