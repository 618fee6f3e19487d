"""Category x place -> responsible unit, as pure rules over the bindings of the day.

A binding for the commune goes before one for the whole province. Nobody is guessed: without the place a rule needs,
or with a unit that is itself complained about, the dispatcher decides.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contact_center.taxonomy.service import CategoryView, DepartmentTypeView

# Bound to nobody: what arrives here waits for the dispatcher.
DISPATCH_TYPE = "dieu_phoi_1022"
COMMUNE_LEVEL = "xa"


class Reason(StrEnum):
    """Why this unit, or why none; the words are in the catalogue under ``routing.reason``."""

    COMMUNE = "commune"  # the type is bound for this commune
    PROVINCE = "province"  # the type has one unit for the whole province
    NEEDS_PLACE = "needs_place"
    NEEDS_CATEGORY = "needs_category"
    NAMED_UNIT = "named_unit"  # the unit in charge is the one complained about
    CO_DEPARTMENT = "co_department"  # the next department, because the first is the one complained about
    NOT_BOUND = "not_bound"  # nobody stands for this type here


@dataclass(frozen=True, slots=True)
class BoundUnit:
    """A unit as routing sees it."""

    id: uuid.UUID
    code: str
    name: str
    short_name: str
    department_type: str
    commune_code: str | None


@dataclass(frozen=True, slots=True)
class Routed:
    """The answer. ``unit`` None means that the dispatcher decides; ``reason`` says why."""

    unit: BoundUnit | None
    department_type: str
    reason: Reason
    needs_place: bool = False


# (department type, commune code or None for the whole province) -> unit
Bindings = Mapping[tuple[str, str | None], BoundUnit]


@dataclass(frozen=True, slots=True)
class Question:
    """One matter to be routed; ``excluded`` are units it must never reach."""

    category: CategoryView
    commune_code: str | None
    excluded: frozenset[uuid.UUID] = frozenset()


def choose(question: Question, bindings: Bindings, types: Mapping[str, DepartmentTypeView]) -> Routed:
    """The unit responsible for a matter, and why."""
    category = question.category
    if category.department == DISPATCH_TYPE:
        return Routed(None, category.department, Reason.NEEDS_CATEGORY)
    first = _bound(category.department, question, bindings, types)
    if first.unit is None or not _is_excluded(first.unit, question):
        return first
    for department in category.co_departments:
        other = _bound(department, question, bindings, types)
        if other.unit is not None and not _is_excluded(other.unit, question):
            return Routed(other.unit, department, Reason.CO_DEPARTMENT)
    return Routed(None, category.department, Reason.NAMED_UNIT)


def _bound(department: str, question: Question, bindings: Bindings, types: Mapping[str, DepartmentTypeView]) -> Routed:
    if question.commune_code is not None:
        here = bindings.get((department, question.commune_code))
        if here is not None:
            return Routed(here, department, Reason.COMMUNE)
    everywhere = bindings.get((department, None))
    placed = types[department].resolve_by_location
    if placed and question.commune_code is None and (everywhere is None or question.category.location_required):
        return Routed(None, department, Reason.NEEDS_PLACE, needs_place=True)
    if everywhere is None:
        return Routed(None, department, Reason.NOT_BOUND)
    return Routed(everywhere, department, Reason.PROVINCE)


def _is_excluded(unit: BoundUnit, question: Question) -> bool:
    return must_not_reach(question.category, unit.id, unit.commune_code, question.commune_code, question.excluded)


def must_not_reach(
    category: CategoryView,
    unit_id: uuid.UUID,
    unit_commune: str | None,
    commune_code: str | None,
    excluded: Iterable[uuid.UUID],
) -> bool:
    """Whether a unit is the one complained about, or belongs to the commune the complaint is about."""
    if not category.exclude_named_unit:
        return False
    return unit_id in excluded or (unit_commune is not None and unit_commune == commune_code)


def named_in(folded_text: str, units: Iterable[tuple[uuid.UUID, str]]) -> frozenset[uuid.UUID]:
    """Units whose folded name stands in the text as whole words."""
    text = f" {' '.join(folded_text.split())} "
    return frozenset(unit_id for unit_id, name in units if f" {name} " in text)
