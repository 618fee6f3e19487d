"""Numbers a machine can act on: phones, identity numbers, plates, ticket and dossier codes.

Read before folding, on figures and on spoken digits. Where two readings overlap, the more specific shape wins;
nine digits are a ticket code when the check digit says so, or when the words around say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu import ticket_code
from nlu.spoken_numbers import spoken_numbers
from nlu.text import TextView
from nlu.understanding import Entity, EntityKind

_SEPARATOR = r"[ .\-]?"

# Hồ sơ một cửa codes (Thông tư 01/2023/TT-VPCP): agency code, date received, serial.
_DOSSIER = re.compile(
    r"(?<![\w.])(?:(?:\d{2,3}\.){1,3})?[A-Z]\d{2}(?:\.\d{1,3}){0,4}\s?-\s?\d{6}\s?-\s?\d{3,6}(?!\w)"
    r"|(?<!\w)HS[-. ]?\d{4,12}(?:-\d{2,6})*(?!\w)",
    re.IGNORECASE,
)
# Civil plates (Thông tư 79/2024/TT-BCA): two digits of the province, series, four or five digits.
_PLATE = re.compile(
    r"(?<!\w)([1-9]\d)[ \-]?([A-ZĐ]{1,2}|[A-ZĐ]\d)[ \-.]?(\d{3}[. ]?\d{2}|\d{4})(?![\d\w])", re.IGNORECASE
)
_PHONE = re.compile(
    rf"(?<![\w.\-])(?:(?:\+|00)?84{_SEPARATOR}\(?0?\)?|\(?0){_SEPARATOR}"
    rf"(?:[35789](?:{_SEPARATOR}\d){{8}}|2\d{{1,2}}\)?(?:{_SEPARATOR}\d){{7,8}})(?!{_SEPARATOR}\d|\w)"
    rf"|(?<![\w.\-])1[89]00(?:{_SEPARATOR}\d){{4,6}}(?!\d)"
)
_NUMBER = re.compile(r"(?<![\w+/])\d(?:[ .\-]?\d){7,13}(?![\d\w/])")

_ABOUT_IDENTITY = re.compile(r"can cuoc|cccd|cmnd|cmt\b|chung minh|dinh danh|so cc\b")
_ABOUT_TICKET = re.compile(r"\bma\b|phieu|phan anh|tra cuu|so don|ma so|ho so|\bcode\b")
_CUE_REACH = 45
"""Characters before a number in which its name is looked for."""


def find_entities(view: TextView) -> tuple[Entity, ...]:
    """Every number worth acting on, in order of appearance, none overlapping."""
    taken: list[tuple[int, int]] = []
    found: list[Entity] = []
    for kind, start, end, value in _candidates(view):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        first, last = view.original_span(start, end)
        found.append(Entity(kind, view.original[first:last], first, last, value))
    return tuple(sorted(found, key=lambda entity: entity.start))


_Candidate = tuple[EntityKind, int, int, str]


def _candidates(view: TextView) -> Iterator[_Candidate]:
    """Most specific shape first."""
    for match in _DOSSIER.finditer(view.text):
        yield "dossier_code", match.start(), match.end(), re.sub(r"\s", "", match.group()).upper()
    for match in _PHONE.finditer(view.text):
        value = e164(match.group())
        if value is not None:
            yield "phone", match.start(), match.end(), value
    for match in _PLATE.finditer(view.text):
        province, series, number = match.groups()
        yield "plate", match.start(), match.end(), f"{province}{series.upper()}-{re.sub(r'[^0-9]', '', number)}"
    for match in _NUMBER.finditer(view.text):
        yield from _number(view, match.start(), match.end(), re.sub(r"\D", "", match.group()))
    for spoken in spoken_numbers(view, shortest=8):
        value = e164(spoken.digits)
        if value is not None:
            yield "phone", spoken.start, spoken.end, value
        else:
            yield from _number(view, spoken.start, spoken.end, spoken.digits)


def _number(view: TextView, start: int, end: int, digits: str) -> Iterator[_Candidate]:
    before = view.folded[max(0, start - _CUE_REACH) : start]
    if len(digits) == 12 and digits.startswith("0"):
        yield "id_number", start, end, digits
    elif len(digits) == ticket_code.LENGTH:
        if ticket_code.is_valid(digits) and not _ABOUT_IDENTITY.search(before):
            yield "ticket_code", start, end, digits
        elif _ABOUT_IDENTITY.search(before):
            yield "id_number", start, end, digits
        elif _ABOUT_TICKET.search(before):
            yield "ticket_code", start, end, digits


def e164(written: str) -> str | None:
    """'0912.345.678' -> '+84912345678'; None when no Vietnamese subscriber number (ND 20/2020 numbering plan)."""
    digits = re.sub(r"\D", "", written)
    if re.fullmatch(r"1[89]00\d{4,6}", digits):
        return f"+84{digits}"
    national = re.sub(r"^(?:0084|84)0?", "", digits) if digits.startswith(("84", "0084")) else digits.removeprefix("0")
    is_prefixed = digits.startswith(("0", "84"))
    if is_prefixed and re.fullmatch(r"[35789]\d{8}|2\d{9}", national):
        return f"+84{national}"
    return None
