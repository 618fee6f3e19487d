"""Articles from YAML files and from tables: checked as a whole, each fault told with its place.

What people ask fills a file of its own beside each, ``asked/<file>.yaml`` (slug -> questions), so that articles stay
readable; an article's own ``questions`` come first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from contact_center.errors import InvalidInput
from contact_center.knowledge import content
from contact_center.knowledge.content import (
    CHOICES,
    DATES,
    LISTS,
    PARAGRAPHS,
    SMS_LENGTH,
    TEXTS,
    Content,
    paragraphs,
)

# The file says "categories" where the table has their codes.
FILE_LISTS = (*(name for name in LISTS if name != "category_codes"), "categories")
FILE_TEXTS = (*TEXTS, "slug", "owner")
KNOWN = {*FILE_TEXTS, *FILE_LISTS, *PARAGRAPHS, *DATES, "sample"}
SENTENCES = {
    "not_a_field": "is no field of an article",
    "not_a_text": "is not a text",
    "not_a_list": "is not a list of texts",
    "not_a_date": "is not a date",
    "ascii_slug": "is not lower-case ASCII words joined by -",
    "accents": "has accents",
    "guide_is_internal": "of a guide is not internal",
    "before_start": "is before valid_from",
}
ASKED = "asked"
"""The folder of the questions, beside the articles."""

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
        asked = asked_beside(file)
        for number, raw in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")) or [], start=1):
            slug = str(raw.get("slug", ""))
            more = {"questions": [*texts(raw.get("questions")), *asked.pop(slug)]} if slug in asked else {}
            yield f"{file.name} #{number} {slug}", {**raw, **more}
        if asked:
            raise InvalidInput(articles=[f"{ASKED}/{file.name}: {slug} is no article of it" for slug in asked])


def asked_beside(file: Path) -> dict[str, list[str]]:
    """What people ask of the articles of ``file``, by slug; empty where nobody wrote that down."""
    asked = file.parent / ASKED / file.name
    return yaml.safe_load(asked.read_text(encoding="utf-8")) or {} if asked.exists() else {}


def problems_of(raw: Mapping[str, Any]) -> list[str]:
    """What is wrong with one article, in words for its author."""
    return [_sentence(name, fault, raw) for name, fault in faults_of(raw).items()]


def _sentence(name: str, fault: str, raw: Mapping[str, Any]) -> str:
    if fault == "choice":
        return f"{name} is none of {', '.join(CHOICES[name])}"
    if fault == "too_long":
        return f"{name} has {len(str(raw[name]))} characters, more than {SMS_LENGTH}"
    if fault == "required":
        return f"{name} is {'empty' if name in FILE_LISTS else 'missing'}"
    return f"{name} {SENTENCES[fault]}"


def faults_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Field -> error key of everything that is wrong with one article; empty when nothing is."""
    wrong = dict.fromkeys(sorted(set(raw) - KNOWN), "not_a_field")
    wrong |= dict(_wrong_types(raw))
    if not wrong.get("slug") and not _SLUG.fullmatch(str(raw.get("slug") or "")):
        wrong["slug"] = "ascii_slug" if raw.get("slug") else "required"
    if wrong:
        return wrong
    faults = content.problems_of(content.copied(draft_of(raw)))
    return {"categories" if name == "category_codes" else name: fault for name, fault in faults.items()}


def _wrong_types(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = {name: value for name, value in raw.items() if value not in (None, "", [])}
    for name, value in given.items():
        if name in (*FILE_TEXTS, *PARAGRAPHS) and not isinstance(value, str | int):
            yield name, "not_a_text"
        if name in FILE_LISTS and not _is_list_of_texts(value):
            yield name, "not_a_list"
        if name in DATES and not isinstance(value, date):
            yield name, "not_a_date"
    if not given.get("valid_from"):
        yield "valid_from", "not_a_date"


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(one, str) for one in value))


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
