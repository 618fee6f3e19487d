"""Fields and categories: imported whole from a file, read as one frozen snapshot."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from contact_center.db import Shelf, Transaction
from contact_center.errors import DomainError, NotFound
from contact_center.taxonomy import repository
from contact_center.taxonomy.document import Problem
from contact_center.taxonomy.importer import parse

DEFAULT_FILE = Path(__file__).parent / "data" / "taxonomy.yaml"
FALLBACK_CODE = "KH-00"
# More would only push the useful ones off the screen.
PROBLEMS_SHOWN = 50
_snapshots: dict[tuple[str, str], "Taxonomy"] = {}
_SNAPSHOTS_KEPT = 4
# Where a session keeps the taxonomy its transaction works with.
_IN_FORCE = "taxonomy"


class TaxonomyRefused(DomainError):
    """``details["problems"]`` lists line, path, code and value of each fault; nothing was written."""

    code = "taxonomy_refused"
    status = 422

    def __init__(self, problems: list[Problem]) -> None:
        shown = problems[:PROBLEMS_SHOWN]
        super().__init__(
            count=len(problems),
            problems=[
                {"line": problem.line, "path": problem.path, "code": problem.code, "value": problem.value}
                for problem in shown
            ],
        )
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``changed`` is False when this very file had been imported before."""

    version: str
    fields: int
    categories: int
    departments: int
    changed: bool


@dataclass(frozen=True, slots=True)
class NamedCode:
    code: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    code: str
    name: str
    description: str
    lead_department: str
    active: bool


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category as every part of the house reads it; ``sla_hours`` are hours on ``sla_clock``."""

    code: str
    field_code: str
    name: str
    description: str
    department: str
    co_departments: tuple[str, ...]
    sla_hours: int
    sla_clock: str
    urgency: str
    case_types: tuple[str, ...]
    location_required: bool
    publication: str
    emergency_numbers: tuple[str, ...]
    emergency_policy: str | None
    exclude_named_unit: bool
    confidential: bool
    active: bool


@dataclass(frozen=True, slots=True)
class DepartmentTypeView:
    code: str
    name: str
    level: str
    kind: str
    resolve_by_location: bool


@dataclass(frozen=True, slots=True)
class ConfusableView:
    codes: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Everything at once. ``categories`` holds active ones in file order; ``category`` finds retired ones too."""

    version: str
    fields: tuple[FieldView, ...]
    categories: tuple[CategoryView, ...]
    confusable: tuple[ConfusableView, ...]
    intents: tuple[NamedCode, ...]
    case_types: tuple[NamedCode, ...]
    urgencies: tuple[NamedCode, ...]
    publication: Mapping[str, str]
    emergency_numbers: Mapping[str, str]
    by_code: Mapping[str, CategoryView]
    department_types: Mapping[str, DepartmentTypeView]

    def category(self, code: str) -> CategoryView:
        """Raises ``NotFound``."""
        try:
            return self.by_code[code]
        except KeyError:
            raise NotFound(what="category", category=code) from None

    def field(self, code: str) -> FieldView:
        """Raises ``NotFound``."""
        found = next((item for item in self.fields if item.code == code), None)
        if found is None:
            raise NotFound(what="field")
        return found

    def department_type(self, code: str) -> DepartmentTypeView:
        return self.department_types[code]

    @property
    def fallback(self) -> CategoryView:
        return self.category(FALLBACK_CODE)


async def import_file(tx: Transaction, path: Path = DEFAULT_FILE) -> ImportReport:
    """Make the file the taxonomy in force. Raises ``TaxonomyRefused`` with every fault by line; then nothing changes.

    Categories the file no longer has stay readable for old tickets, but are not offered any more.
    """
    return await import_text(tx, await asyncio.to_thread(path.read_text, encoding="utf-8"))


async def import_text(tx: Transaction, text: str) -> ImportReport:
    parsed = parse(text)
    if parsed.problems:
        raise TaxonomyRefused(parsed.problems)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    newest = await repository.newest_version(tx)
    changed = newest is None or newest.sha256 != sha256
    if changed:
        await repository.replace(tx, parsed, sha256=sha256)
        # What others may see only after our commit is not put on the shelf they share.
        tx.session.info.pop(_IN_FORCE, None)
        tx.shelf.forget()
        tx.shelf = Shelf()
    return ImportReport(
        version=parsed.version,
        fields=len(parsed.fields),
        categories=len(parsed.categories),
        departments=len(parsed.departments),
        changed=changed,
    )


async def snapshot(tx: Transaction) -> Taxonomy:
    """The taxonomy in force: the same for a whole transaction, looked up every few seconds, read once an import.
    Raises ``NotFound`` before the first import."""
    found: Taxonomy | None = tx.session.info.get(_IN_FORCE)
    if found is None:
        found = tx.session.info[_IN_FORCE] = await tx.shelf.get(_IN_FORCE, partial(_newest, tx))
    return found


async def _newest(tx: Transaction) -> Taxonomy:
    newest = await repository.newest_version(tx)
    if newest is None:
        raise NotFound(what="taxonomy")
    key = (newest.sha256, newest.imported_at.isoformat())
    known = _snapshots.get(key)
    if known is None:
        known = await _load(tx, newest.version, await repository.lists_of(tx, newest.version))
        while len(_snapshots) >= _SNAPSHOTS_KEPT:
            _snapshots.pop(next(iter(_snapshots)))
        _snapshots[key] = known
    return known


async def _load(tx: Transaction, version: str, lists: Mapping[str, Any]) -> Taxonomy:
    categories = [CategoryView(**row) for row in await repository.category_rows(tx)]
    fields = [FieldView(**row) for row in await repository.field_rows(tx)]
    types = [DepartmentTypeView(**row) for row in await repository.department_type_rows(tx)]
    return Taxonomy(
        version=version,
        fields=tuple(field for field in fields if field.active),
        categories=tuple(category for category in categories if category.active),
        confusable=tuple(ConfusableView(**row) for row in await repository.confusable_rows(tx)),
        intents=_named(lists, "intents"),
        case_types=_named(lists, "case_types"),
        urgencies=_named(lists, "urgencies"),
        publication=dict(lists["publication"]),
        emergency_numbers=dict(lists["emergency_numbers"]),
        by_code={category.code: category for category in categories},
        department_types={item.code: item for item in types},
    )


def _named(lists: Mapping[str, Any], name: str) -> tuple[NamedCode, ...]:
    return tuple(NamedCode(row["code"], row["name"], row.get("note") or "") for row in lists[name])
