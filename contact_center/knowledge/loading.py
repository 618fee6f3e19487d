"""Articles from YAML files: checked as a whole, then written; what has not changed is left as it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from contact_center.errors import InvalidInput

KINDS = {"procedure", "question", "notice"}
SMS_LENGTH = 160
REQUIRED = ("slug", "kind", "title", "answer", "spoken", "sms", "source")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as written in a file."""

    slug: str
    kind: str
    title: str
    questions: tuple[str, ...]
    answer: str
    spoken: str
    sms: str
    source: str
    sample: bool
    category_codes: tuple[str, ...]
    valid_from: date
    papers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    valid_to: date | None = None


def read(path: Path) -> list[Draft]:
    """Every article of a file or a folder. Raises ``InvalidInput`` with file, article and fault, all at once."""
    drafts: list[Draft] = []
    problems: list[str] = []
    for place, raw in _entries(path):
        faults = problems_of(raw)
        problems.extend(f"{place}: {fault}" for fault in faults)
        if not faults:
            drafts.append(_draft(raw))
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
    wrong = [f"{name} is missing" for name in REQUIRED if not raw.get(name)]
    if wrong:
        return wrong
    if not _SLUG.fullmatch(raw["slug"]):
        wrong.append("slug is not lower-case ASCII words joined by -")
    if raw["kind"] not in KINDS:
        wrong.append(f"kind is none of {', '.join(sorted(KINDS))}")
    if not raw.get("questions"):
        wrong.append("questions is empty")
    if not raw["sms"].isascii():
        wrong.append("sms has accents")
    if len(raw["sms"]) > SMS_LENGTH:
        wrong.append(f"sms has {len(raw['sms'])} characters, more than {SMS_LENGTH}")
    if not isinstance(raw.get("valid_from"), date):
        wrong.append("valid_from is not a date")
    return wrong


def _draft(raw: Mapping[str, Any]) -> Draft:
    return Draft(
        slug=raw["slug"],
        kind=raw["kind"],
        title=raw["title"].strip(),
        questions=tuple(raw["questions"]),
        answer=" ".join(raw["answer"].split()),
        spoken=" ".join(raw["spoken"].split()),
        sms=raw["sms"].strip(),
        source=raw["source"].strip(),
        sample=bool(raw.get("sample", True)),
        category_codes=tuple(raw.get("categories", ())),
        papers=tuple(raw.get("papers", ())),
        steps=tuple(raw.get("steps", ())),
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
    )
