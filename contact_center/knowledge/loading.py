"""Articles from YAML files and from tables: checked as a whole, each fault told with its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from contact_center.errors import InvalidInput
from contact_center.knowledge.content import (
    CHOICES,
    DATES,
    LISTS,
    PARAGRAPHS,
    REQUIRED,
    REQUIRED_IN_PUBLIC,
    SMS_LENGTH,
    TEXTS,
    Content,
    paragraphs,
)

# The file says "categories" where the table has their codes.
FILE_LISTS = (*(name for name in LISTS if name != "category_codes"), "categories")
FILE_TEXTS = (*TEXTS, "slug", "owner")
KNOWN = {*FILE_TEXTS, *FILE_LISTS, *PARAGRAPHS, *DATES, "sample"}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Content):
    """One article as written in a file. ``owner`` is the code of the unit that answers for it."""

    slug: str
    owner: str = ""


def read(path: Path) -> list[Draft]:
    """Every article of a file or a folder. Raises ``InvalidInput`` with file, article and fault, all at once."""
    drafts: list[Draft] = []
    problems: list[str] = []
    for place, raw in _entries(path):
        faults = problems_of(raw)
        problems.extend(f"{place}: {fault}" for fault in faults)
        if not faults:
            drafts.append(draft_of(raw))
    slugs = [draft.slug for draft in drafts]
    problems.extend(f"{slug}: twice" for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}))
    if problems:
        raise InvalidInput(articles=problems)
    return drafts


def _entries(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    for file in files:
        for number, raw in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")) or [], start=1):
            yield f"{file.name} #{number} {raw.get('slug', '')}", raw


def problems_of(raw: Mapping[str, Any]) -> list[str]:
    """What is wrong with one article, in words for its author."""
    required = REQUIRED if audience_of(raw) == "internal" else (*REQUIRED, *REQUIRED_IN_PUBLIC)
    wrong = [f"{name} is {_lacking(name)}" for name in ("slug", *required) if not raw.get(name)]
    wrong += [f"{name} is no field of an article" for name in sorted(set(raw) - KNOWN)]
    wrong += _wrong_types(raw)
    return wrong or [*_wrong_codes(raw), *_wrong_sms(str(raw.get("sms") or ""))]


def _lacking(name: str) -> str:
    return "empty" if name in LISTS else "missing"


def _wrong_types(raw: Mapping[str, Any]) -> Iterator[str]:
    given = {name: value for name, value in raw.items() if value not in (None, "", [])}
    for name, value in given.items():
        if name in (*FILE_TEXTS, *PARAGRAPHS) and not isinstance(value, str | int):
            yield f"{name} is not a text"
        if name in FILE_LISTS and not _is_list_of_texts(value):
            yield f"{name} is not a list of texts"
        if name in DATES and not isinstance(value, date):
            yield f"{name} is not a date"
    if not given.get("valid_from"):
        yield "valid_from is not a date"


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(one, str) for one in value))


def _wrong_codes(raw: Mapping[str, Any]) -> Iterator[str]:
    if not _SLUG.fullmatch(raw["slug"]):
        yield "slug is not lower-case ASCII words joined by -"
    for name, allowed in CHOICES.items():
        for value in texts(raw.get(name)):
            if value not in allowed:
                yield f"{name} is none of {', '.join(allowed)}"
    if raw["kind"] == "guide" and audience_of(raw) != "internal":
        yield "audience of a guide is not internal"


def _wrong_sms(sms: str) -> Iterator[str]:
    if not sms.isascii():
        yield "sms has accents"
    if len(sms) > SMS_LENGTH:
        yield f"sms has {len(sms)} characters, more than {SMS_LENGTH}"


def audience_of(raw: Mapping[str, Any]) -> str:
    """Guides are for agents only unless somebody says otherwise, which ``problems_of`` then refuses."""
    return str(raw.get("audience") or ("internal" if raw.get("kind") == "guide" else "public"))


def texts(value: object) -> tuple[str, ...]:
    """A list, or a single text for a list of one."""
    if isinstance(value, str):
        return (value.strip(),) if value.strip() else ()
    return tuple(str(one).strip() for one in value) if isinstance(value, list | tuple) else ()


def draft_of(raw: Mapping[str, Any]) -> Draft:
    """The article of a mapping without problems."""
    values: dict[str, Any] = {name: str(raw.get(name) or "").strip() for name in FILE_TEXTS}
    values |= {name: paragraphs(str(raw.get(name) or "")) for name in PARAGRAPHS}
    values |= {name: texts(raw.get(name)) for name in FILE_LISTS}
    values |= {name: raw.get(name) for name in DATES}
    values |= {"category_codes": values.pop("categories"), "sample": bool(raw.get("sample", True))}
    return Draft(**(values | {"audience": audience_of(raw)}))
