"""Articles as files people keep: CSV, Excel, JSON, a folder of Markdown. Reading gives what ``loading`` checks; writing
and reading again gives the same. Pure: bytes in, bytes out.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from contact_center.errors import InvalidInput
from contact_center.knowledge.content import DATES
from contact_center.knowledge.loading import FILE_LISTS, Draft

COLUMNS = (
    "slug", "kind", "title", "questions", "answer", "spoken", "sms", "papers", "steps", "who", "where", "days", "fees",
    "forms", "online", "level", "code", "legal_basis", "source", "facts_from", "categories", "places", "owner",
    "audience", "units", "internal", "valid_from", "valid_to", "review_by", "sample",
)  # fmt: skip
SHEET = "articles"
LARGEST_BYTES = 10_000_000
LARGEST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
TRUE = {"1", "true", "x", "✓", "có", "yes"}

_FORMULA = re.compile(r"[=+\-@\t]")
_QUOTED_FORMULA = re.compile(r"'[=+\-@\t]")
_FRONT = re.compile(r"\A---\n(.*?)\n---\n?(.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
# Headings of the Markdown form, by field; the answer comes before the first of them.
HEADINGS = {
    "papers": "Giấy tờ cần có",
    "steps": "Các bước",
    "spoken": "Trả lời qua điện thoại",
    "sms": "Tin nhắn",
    "internal": "Dành cho tổng đài viên",
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One article of a file, unchecked. ``place`` tells people where it is: a line, a file."""

    place: str
    raw: Mapping[str, Any]


def read(name: str, data: bytes) -> list[TableRow]:
    """Every row of a file, by the ending of its name. Raises ``InvalidInput`` when it is no such file, or too large."""
    reader = READERS.get(_ending(name))
    if reader is None:
        raise InvalidInput(file="unknown_format")
    if len(data) > LARGEST_BYTES:
        raise InvalidInput(file="too_large")
    try:
        rows = list(reader(data))
    except (ValueError, KeyError, TypeError, yaml.YAMLError, zipfile.BadZipFile, InvalidFileException) as error:
        raise InvalidInput(file="not_readable") from error
    if len(rows) > MOST_ROWS:
        raise InvalidInput(file="too_many_rows")
    return rows


def write(ending: str, drafts: Sequence[Draft]) -> bytes:
    """Raises ``KeyError`` for an ending that is none of ``WRITERS``."""
    return WRITERS[ending]([raw_of(draft) for draft in drafts])


def raw_of(draft: Draft) -> dict[str, Any]:
    """The mapping ``loading.draft_of`` makes the draft of."""
    names = {name: ("category_codes" if name == "categories" else name) for name in COLUMNS}
    values = {name: getattr(draft, field) for name, field in names.items()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


# --- tables -----------------------------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> Iterator[TableRow]:
    """With comma or semicolon: Excel writes what the country's settings say."""
    text = data.decode("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _rows(reader, unquote=True)
    except csv.Error as error:
        raise ValueError("not a CSV file") from error


def _read_xlsx(data: bytes) -> Iterator[TableRow]:
    _refuse_bomb(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        yield from _rows(book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def _rows(lines: Any, *, unquote: bool = False) -> Iterator[TableRow]:
    lines = iter(lines)
    names = [str(name or "").strip() for name in next(lines, ())]
    for number, line in enumerate(lines, start=2):
        cells = {name: cell for name, cell in zip(names, line, strict=False) if name and cell not in (None, "")}
        if cells:
            yield TableRow(str(number), {name: _value(name, cell, unquote) for name, cell in cells.items()})


def _value(name: str, cell: object, unquote: bool) -> object:
    """A cell as the field wants it; what cannot be read stays as it is and is found wrong later."""
    text = str(cell).strip()
    if unquote and _QUOTED_FORMULA.match(text):
        text = text[1:]
    if name in DATES:
        return _day(cell, text)
    if name in FILE_LISTS:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if name == "sample":
        return text.lower() in TRUE
    return text


def _day(cell: object, text: str) -> object:
    if isinstance(cell, datetime):
        return cell.date()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return text


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _write_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """With a byte order mark, for Excel; what Excel would calculate is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for raw in rows:
        cells = [_cell(raw[name]) for name in COLUMNS]
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) or _QUOTED_FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _write_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(list(COLUMNS))
    for raw in rows:
        cells = []
        for name in COLUMNS:
            cell = WriteOnlyCell(sheet, value=_cell(raw[name]) or None)
            if cell.value is not None:
                cell.data_type = "s"  # a text, also where it begins like a formula
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- JSON -------------------------------------------------------------------------------------------------------------


def _read_json(data: bytes) -> Iterator[TableRow]:
    listed = json.loads(data.decode("utf-8-sig"))
    if not isinstance(listed, list) or not all(isinstance(raw, dict) for raw in listed):
        raise ValueError("not a list of objects")
    for number, raw in enumerate(listed, start=1):
        yield TableRow(str(number), dated(raw))


def dated(raw: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no dates: the texts of date fields become them."""
    return {name: _dated(name, value) for name, value in raw.items()}


def as_json(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in raw.items()}


def _dated(name: str, value: Any) -> Any:
    return _day(value, value) if name in DATES and isinstance(value, str) and value else value


def _write_json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return json.dumps([as_json(raw) for raw in rows], ensure_ascii=False, indent=1).encode()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


# --- a folder of Markdown, packed -------------------------------------------------------------------------------------


def _read_zip(data: bytes) -> Iterator[TableRow]:
    _refuse_bomb(data)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for info in sorted(packed.infolist(), key=lambda info: info.filename):
            if info.filename.lower().endswith(".md"):
                yield TableRow(info.filename, read_markdown(packed.read(info).decode("utf-8-sig")))


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(info.file_size for info in packed.infolist()) > LARGEST_UNPACKED:
            raise InvalidInput(file="too_large")


def read_markdown(text: str) -> dict[str, Any]:
    """One article: YAML between ``---`` lines, then the answer, then a section for each of ``HEADINGS``.

    Raises ``ValueError`` without a front, ``yaml.YAMLError`` when it is none.
    """
    parted = _FRONT.match(text.replace("\r\n", "\n"))
    if parted is None:
        raise ValueError("no front matter")
    raw = yaml.safe_load(parted[1])
    if not isinstance(raw, dict):
        raise ValueError("the front matter is no mapping")
    answer, *sections = _SECTION.split(parted[2])
    found = dict(zip(sections[::2], sections[1::2], strict=True))
    raw["answer"] = answer.strip()
    for name, heading in HEADINGS.items():
        if body := found.pop(heading, "").strip():
            raw[name] = _items(body) if name in FILE_LISTS else body
    # A heading nobody knows is a field nobody knows: told, not lost.
    return raw | dict.fromkeys(found, "")


def _items(body: str) -> list[str]:
    return [re.sub(r"^([-*]|\d+[.)])\s+", "", line.strip()) for line in body.splitlines() if line.strip()]


def write_markdown(raw: Mapping[str, Any]) -> str:
    body = {"answer", *HEADINGS}
    front = {name: value for name, value in raw.items() if name not in body and (value not in ("", [], None))}
    parts = [f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=120)}---\n", f"{raw['answer']}\n"]
    for name, heading in HEADINGS.items():
        if value := raw[name]:
            parts.append(f"## {heading}\n\n{_listed(name, value)}\n")
    return "\n".join(parts)


def _listed(name: str, value: Any) -> str:
    if name == "steps":
        return "\n".join(f"{number}. {step}" for number, step in enumerate(value, start=1))
    return "\n".join(f"- {item}" for item in value) if name in FILE_LISTS else str(value)


def _write_zip(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for raw in rows:
            packed.writestr(f"{raw['slug']}.md", write_markdown(raw))
    return out.getvalue()


READERS: dict[str, Callable[[bytes], Iterator[TableRow]]] = {
    "csv": _read_csv,
    "xlsx": _read_xlsx,
    "json": _read_json,
    "zip": _read_zip,
}
WRITERS: dict[str, Callable[[Sequence[Mapping[str, Any]]], bytes]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "json": _write_json,
    "zip": _write_zip,
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
}
