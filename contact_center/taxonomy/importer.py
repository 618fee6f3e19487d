"""From the taxonomy file to rows: every fault is found and named by its line before anything is written.

Pure. A file with a fault is refused whole, so a running taxonomy is never half new.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from contact_center.taxonomy.document import Mapping, Problem, Sequence, plain, read

FIELD_CODE = re.compile(r"[A-Z]{2}")
CATEGORY_CODE = re.compile(r"([A-Z]{2})-[0-9]{2}")
ASCII_CODE = re.compile(r"[a-z0-9_]+")
LONGEST_SLA_HOURS = 1000
# The desk sorts what nobody understood within a working day, the limit Hà Nội published (QĐ 1207/QĐ-UBND, 2025).
FALLBACK_SLA_HOURS = 8
LISTS = ("urgencies", "intents", "case_types")
LEVELS = {"tinh", "xa", "dn", "nganh_doc"}


@dataclass(slots=True)
class ParsedTaxonomy:
    """Rows ready to be written, by table, and what was wrong. Use the rows only when ``problems`` is empty."""

    version: str = ""
    lists: dict[str, Any] = field(default_factory=dict)
    departments: list[dict[str, Any]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    categories: list[dict[str, Any]] = field(default_factory=list)
    confusable: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(text: str) -> ParsedTaxonomy:
    """Read and check a taxonomy file."""
    root, problems = read(text)
    parsed = ParsedTaxonomy(problems=problems)
    if isinstance(root, Mapping):
        _Reader(root, parsed).read()
    elif not problems:
        problems.append(Problem(1, "", "not_a_mapping"))
    parsed.problems.sort(key=lambda problem: (problem.line, problem.path))
    return parsed


class _Reader:
    """Walks the document once; each method reads one part and reports what is wrong with it."""

    def __init__(self, root: Mapping, parsed: ParsedTaxonomy) -> None:
        self._root = root
        self._out = parsed
        self._codes: dict[str, set[str]] = {}

    def read(self) -> None:
        self._out.version = str(self._text(self._root, "version"))
        for name in LISTS:
            self._out.lists[name] = self._code_list(name)
        for name in ("publication", "emergency_policy", "emergency_numbers", "sla_clock"):
            self._out.lists[name] = self._named(name)
        self._departments()
        self._fields()
        self._fallback()
        self._confusable()

    # --- the small lists ----------------------------------------------------------------------------------------------

    def _code_list(self, name: str) -> list[dict[str, Any]]:
        seen: set[str] = set()
        rows = []
        for item in self._mappings(self._root, name):
            code = self._code(item, seen, ASCII_CODE)
            self._text(item, "name")
            rows.append({**plain(item), "code": code})
        self._codes[name] = seen
        return rows

    def _named(self, name: str) -> dict[str, str]:
        value = self._root.get(name)
        if not isinstance(value, Mapping):
            self._wrong(self._root.line_of(name), name, "required")
            self._codes[name] = set()
            return {}
        self._codes[name] = set(value.values)
        return {key: str(item) for key, item in value.values.items()}

    def _departments(self) -> None:
        seen: set[str] = set()
        for item in self._mappings(self._root, "departments"):
            self._out.departments.append(
                {
                    "code": self._code(item, seen, ASCII_CODE),
                    "name": self._text(item, "name"),
                    "level": self._one_of(item, "level", LEVELS),
                    "kind": self._text(item, "kind"),
                    "note": item.get("note"),
                    "resolve_by_location": False,
                }
            )
        self._codes["departments"] = seen
        by_location = set(self._listed(self._root, "resolve_by_location", "departments", "unknown_department"))
        for row in self._out.departments:
            row["resolve_by_location"] = row["code"] in by_location

    # --- fields and categories ----------------------------------------------------------------------------------------

    def _fields(self) -> None:
        fields: set[str] = set()
        categories: set[str] = set()
        for position, item in enumerate(self._mappings(self._root, "fields")):
            code = self._code(item, fields, FIELD_CODE)
            self._add_field(item, code, position)
            for category in self._mappings(item, "subcategories"):
                self._add_category(category, code, categories)
        self._codes["fields"], self._codes["categories"] = fields, categories

    def _add_field(self, item: Mapping, code: str, position: int) -> None:
        self._out.fields.append(
            {
                "code": code,
                "name": self._text(item, "name"),
                "description": str(item.get("description") or ""),
                "lead_department": self._known(item, "lead_department", "departments", "unknown_department"),
                "position": position,
                "active": True,
            }
        )

    def _add_category(self, item: Mapping, field_code: str, seen: set[str]) -> None:
        code = self._code(item, seen, CATEGORY_CODE)
        if CATEGORY_CODE.fullmatch(code) and not code.startswith(field_code):
            self._wrong(item.line_of("code"), f"{item.path}.code", "other_field", code)
        policy = item.get("emergency_policy")
        if policy is not None:
            self._known(item, "emergency_policy", "emergency_policy", "unknown_policy")
        self._out.categories.append(
            {
                "code": code,
                "field_code": field_code,
                "name": self._text(item, "name"),
                "description": str(item.get("description") or ""),
                "department": self._known(item, "department", "departments", "unknown_department"),
                "co_departments": self._listed(item, "co_departments", "departments", "unknown_department"),
                "sla_hours": self._hours(item),
                "sla_clock": self._known(item, "sla_clock", "sla_clock", "unknown_clock"),
                "urgency": self._known(item, "urgency", "urgencies", "unknown_urgency"),
                "case_types": self._listed(item, "case_types", "case_types", "unknown_case_type", least=1),
                "location_required": self._flag(item, "location_required", required=True),
                "publication": self._known(item, "publication", "publication", "unknown_publication"),
                "emergency_numbers": self._listed(item, "emergency_numbers", "emergency_numbers", "unknown_number"),
                "emergency_policy": policy,
                "exclude_named_unit": self._flag(item, "exclude_named_unit"),
                "confidential": self._flag(item, "confidential"),
                "position": len(self._out.categories),
                "active": True,
            }
        )

    def _fallback(self) -> None:
        item = self._root.get("fallback")
        if not isinstance(item, Mapping):
            self._wrong(self._root.line_of("fallback"), "fallback", "required")
            return
        code = self._code(item, self._codes["categories"], CATEGORY_CODE)
        field_code = code[:2]
        name = self._text(item, "name")
        department = self._known(item, "department", "departments", "unknown_department")
        common = {"description": str(item.get("rule") or ""), "active": True}
        if field_code not in self._codes["fields"]:
            self._out.fields.append(
                {
                    "code": field_code,
                    "name": name,
                    "lead_department": department,
                    "position": len(self._out.fields),
                    **common,
                }
            )
        self._out.categories.append(
            {
                "code": code,
                "field_code": field_code,
                "name": name,
                "department": department,
                "co_departments": [],
                "sla_hours": FALLBACK_SLA_HOURS,
                "sla_clock": "gio_lam_viec",
                "urgency": "thuong",
                "case_types": [row["code"] for row in self._out.lists["case_types"]],
                "location_required": False,
                "publication": "khong",
                "emergency_numbers": [],
                "emergency_policy": None,
                "exclude_named_unit": False,
                "confidential": False,
                "position": len(self._out.categories),
                **common,
            }
        )

    def _confusable(self) -> None:
        for item in self._mappings(self._root, "confusable"):
            codes = self._listed(item, "codes", "categories", "unknown_category", least=2)
            self._out.confusable.append({"codes": codes, "question": self._text(item, "ask")})

    # --- one value ----------------------------------------------------------------------------------------------------

    def _wrong(self, line: int, path: str, code: str, value: object = "") -> None:
        self._out.problems.append(Problem(line, path, code, str(value)))

    def _mappings(self, parent: Mapping, key: str) -> list[Mapping]:
        value = parent.get(key)
        path = f"{parent.path}.{key}".lstrip(".")
        if not isinstance(value, Sequence) or not value.items:
            self._wrong(parent.line_of(key), path, "required")
            return []
        for index, (item, line) in enumerate(value.with_lines()):
            if not isinstance(item, Mapping):
                self._wrong(line, f"{path}[{index}]", "not_a_mapping", item)
        return [item for item in value if isinstance(item, Mapping)]

    def _code(self, item: Mapping, seen: set[str], shape: re.Pattern[str]) -> str:
        code = self._text(item, "code")
        line, path = item.line_of("code"), f"{item.path}.code"
        if code and not shape.fullmatch(code):
            self._wrong(line, path, "bad_code", code)
        elif code in seen:
            self._wrong(line, path, "duplicate_code", code)
        seen.add(code)
        return code

    def _text(self, item: Mapping, key: str) -> str:
        value = item.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._wrong(item.line_of(key), f"{item.path}.{key}".lstrip("."), "required")
        return ""

    def _one_of(self, item: Mapping, key: str, allowed: set[str]) -> str:
        value = self._text(item, key)
        if value and value not in allowed:
            self._wrong(item.line_of(key), f"{item.path}.{key}", "unknown_value", value)
        return value

    def _known(self, item: Mapping, key: str, kind: str, error: str) -> str:
        value = self._text(item, key)
        if value and value not in self._codes[kind]:
            self._wrong(item.line_of(key), f"{item.path}.{key}", error, value)
        return value

    def _listed(self, item: Mapping, key: str, kind: str, error: str, *, least: int = 0) -> list[str]:
        value = item.get(key)
        path = f"{item.path}.{key}".lstrip(".")
        if value is None and not least:
            return []
        if not isinstance(value, Sequence) or len(value.items) < least:
            self._wrong(item.line_of(key), path, "required" if value is None else "not_a_list", value or "")
            return []
        for entry, line in value.with_lines():
            if str(entry) not in self._codes[kind]:
                self._wrong(line, path, error, entry)
        return [str(entry) for entry in value]

    def _hours(self, item: Mapping) -> int:
        value = item.get("sla_hours")
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_SLA_HOURS:
            self._wrong(item.line_of("sla_hours"), f"{item.path}.sla_hours", "bad_number", value)
            return 1
        return value

    def _flag(self, item: Mapping, key: str, *, required: bool = False) -> bool:
        value = item.get(key)
        if value is None and not required:
            return False
        if not isinstance(value, bool):
            self._wrong(item.line_of(key), f"{item.path}.{key}", "not_true_or_false", value)
            return False
        return value
