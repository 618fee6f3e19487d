"""The words of one version of an article: plain data, its rules, and what changed between two of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

KINDS = ("procedure", "question", "notice", "guide")
AUDIENCES = ("public", "internal")
LEVELS = ("commune", "province", "national")
ONLINE = ("full", "partial", "none")
"""How far a procedure can be done on the portal: wholly, in part, or not at all (Decree 42/2022/NĐ-CP)."""

SMS_LENGTH = 160
REQUIRED = ("kind", "title", "answer", "source")
REQUIRED_IN_PUBLIC = ("spoken", "sms", "questions")
CHOICES = {"kind": KINDS, "audience": AUDIENCES, "level": LEVELS, "online": ONLINE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one version says. A figure nobody confirmed is left out rather than invented.

    ``code`` to ``online`` are fields of the national procedure catalogue. ``places`` are commune codes (none: the whole
    province), ``units`` the codes of those who may see it (none: everybody of its audience). ``internal`` is never
    shown to citizens. ``facts_from`` says who or what vouches for the facts; ``review_by`` is the day they go stale.
    """

    kind: str
    title: str
    answer: str
    source: str
    valid_from: date
    valid_to: date | None = None
    questions: tuple[str, ...] = ()
    spoken: str = ""
    sms: str = ""
    papers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    code: str = ""
    level: tuple[str, ...] = ()
    who: str = ""
    where: str = ""
    days: str = ""
    fees: str = ""
    legal_basis: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    online: str = ""
    audience: str = "public"
    internal: str = ""
    places: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    category_codes: tuple[str, ...] = ()
    review_by: date | None = None
    facts_from: str = ""
    sample: bool = False


FIELDS = tuple(field.name for field in fields(Content))
LISTS = tuple(field.name for field in fields(Content) if field.type == tuple[str, ...])
DATES = ("valid_from", "valid_to", "review_by")
PARAGRAPHS = ("answer", "spoken", "sms", "internal")
TEXTS = tuple(name for name in FIELDS if name not in {*LISTS, *DATES, *PARAGRAPHS, "sample"})


def to_json(content: Content) -> dict[str, Any]:
    """For a JSONB column; ``from_json`` gives the same content back."""
    return {name: _as_json(getattr(content, name)) for name in FIELDS}


def _as_json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_json(stored: Mapping[str, Any]) -> Content:
    """Fields that came later than the stored version take their default."""
    values: dict[str, Any] = {name: value for name, value in stored.items() if name in FIELDS}
    for name in DATES:
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    return _content(values)


def copied(source: object) -> Content:
    """The content of anything that has its fields: an article, a draft."""
    return _content({name: getattr(source, name) for name in FIELDS})


def _content(values: dict[str, Any]) -> Content:
    return Content(**(values | {name: tuple(values[name]) for name in LISTS if name in values}))


def put_into(target: object, content: Content) -> None:
    """Give an article the words of a version."""
    for name in FIELDS:
        value = getattr(content, name)
        setattr(target, name, list(value) if name in LISTS else value)


def paragraphs(text: str) -> str:
    """Lines run on; an empty line parts paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


# --- rules ------------------------------------------------------------------------------------------------------------


def problems_of(content: Content) -> dict[str, str]:
    """Field -> error key (``web.wrong.*``) of what keeps a version from being reviewed; empty when nothing does."""
    wrong = {name: "required" for name in _required(content) if not getattr(content, name)}
    wrong |= {name: "choice" for name in CHOICES if not _is_chosen(content, name)}
    if content.kind == "guide" and content.audience != "internal":
        wrong["audience"] = "guide_is_internal"
    if not content.sms.isascii():
        wrong["sms"] = "accents"
    elif len(content.sms) > SMS_LENGTH:
        wrong["sms"] = "too_long"
    if content.valid_to is not None and content.valid_to < content.valid_from:
        wrong["valid_to"] = "before_start"
    return wrong


def _required(content: Content) -> tuple[str, ...]:
    return REQUIRED if content.audience == "internal" else (*REQUIRED, *REQUIRED_IN_PUBLIC)


def _is_chosen(content: Content, name: str) -> bool:
    value = getattr(content, name)
    given = value if isinstance(value, tuple) else (value,)
    may_be_empty = name in ("level", "online")
    return all(one in CHOICES[name] or (may_be_empty and not one) for one in given)


# --- what changed -----------------------------------------------------------------------------------------------------

Piece = tuple[Literal["same", "gone", "new"], str]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs, word by word."""

    name: str
    pieces: tuple[Piece, ...]


def diff(before: Content | None, after: Content) -> list[Change]:
    """The fields that differ, in the order of the form. Against nothing, every field that says something is new."""
    changes = []
    for name in FIELDS:
        old = "" if before is None else plain(getattr(before, name))
        new = plain(getattr(after, name))
        if old != new:
            changes.append(Change(name, tuple(_pieces(old, new))))
    return changes


def plain(value: object) -> str:
    """A field as text, a list one item a line."""
    if isinstance(value, tuple | list):
        return "\n".join(str(one) for one in value)
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value in (None, False) else "✓" if value is True else str(value)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = (re.split(r"(\s+)", text) for text in (old, new))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(before[i1:i2])
            continue
        if i1 < i2:
            yield "gone", "".join(before[i1:i2])
        if j1 < j2:
            yield "new", "".join(after[j1:j2])
