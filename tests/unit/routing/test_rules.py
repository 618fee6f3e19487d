"""Category x place -> unit, and never to the one complained about."""

import uuid
from dataclasses import replace

import pytest

from contact_center.routing.rules import Bindings, BoundUnit, Question, Reason, choose, named_in
from contact_center.taxonomy.service import CategoryView, DepartmentTypeView

TYPES = {
    code: DepartmentTypeView(code, code, level, "", by_location)
    for code, level, by_location in [
        ("so_xd", "tinh", False),
        ("so_noivu", "tinh", False),
        ("vp_ubnd", "tinh", False),
        ("ubnd_xa", "xa", True),
        ("dien_luc", "dn", True),
        ("dieu_phoi_1022", "tinh", False),
    ]
}


def unit(department: str, commune: str | None = None) -> BoundUnit:
    return BoundUnit(uuid.uuid4(), f"{department}-{commune}", department, department, department, commune)


PROVINCE: Bindings = {(code, None): unit(code) for code in ("so_xd", "so_noivu", "vp_ubnd", "dien_luc")}
LOCAL: Bindings = {("ubnd_xa", "28261"): unit("ubnd_xa", "28261"), ("dien_luc", "28261"): unit("dien_luc")}
BINDINGS: Bindings = {**PROVINCE, **LOCAL}
STREET_LIGHT = CategoryView(
    code="XX-01",
    field_code="XX",
    name="",
    description="",
    department="so_xd",
    co_departments=(),
    sla_hours=8,
    sla_clock="24x7",
    urgency="thuong",
    case_types=("phan_anh",),
    location_required=True,
    publication="khong",
    emergency_numbers=(),
    emergency_policy=None,
    exclude_named_unit=False,
    confidential=False,
    active=True,
)


def category(department: str, **changes: object) -> CategoryView:
    return replace(STREET_LIGHT, department=department, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("department", "commune", "expected", "reason"),
    [
        ("so_xd", "28261", ("so_xd", None), Reason.PROVINCE),
        ("so_xd", None, ("so_xd", None), Reason.PROVINCE),
        ("ubnd_xa", "28261", ("ubnd_xa", "28261"), Reason.COMMUNE),
        ("dien_luc", "28261", ("dien_luc", "28261"), Reason.COMMUNE),
        ("dien_luc", "28249", ("dien_luc", None), Reason.PROVINCE),
        ("ubnd_xa", None, None, Reason.NEEDS_PLACE),
        ("dien_luc", None, None, Reason.NEEDS_PLACE),
        ("ubnd_xa", "28249", None, Reason.NOT_BOUND),
        ("dieu_phoi_1022", "28261", None, Reason.NEEDS_CATEGORY),
    ],
)
def test_the_unit_follows_from_category_and_place(
    department: str, commune: str | None, expected: tuple[str, str | None] | None, reason: Reason
) -> None:
    routed = choose(Question(category(department), commune), BINDINGS, TYPES)
    assert routed.unit == (BINDINGS[expected] if expected else None)
    assert routed.reason is reason
    assert routed.needs_place is (reason is Reason.NEEDS_PLACE)


def test_a_bill_needs_no_place_to_reach_the_power_company() -> None:
    routed = choose(Question(category("dien_luc", location_required=False), None), BINDINGS, TYPES)
    assert routed.unit == BINDINGS["dien_luc", None]


def test_a_complaint_about_a_unit_goes_to_the_next_department() -> None:
    about_conduct = category("so_noivu", co_departments=("vp_ubnd",), exclude_named_unit=True)
    named = frozenset({BINDINGS["so_noivu", None].id})
    routed = choose(Question(about_conduct, None, named), BINDINGS, TYPES)
    assert routed.unit == BINDINGS["vp_ubnd", None]
    assert routed.reason is Reason.CO_DEPARTMENT


def test_a_complaint_about_every_department_in_charge_waits_for_the_dispatcher() -> None:
    about_conduct = category("so_noivu", co_departments=("vp_ubnd",), exclude_named_unit=True)
    named = frozenset({BINDINGS["so_noivu", None].id, BINDINGS["vp_ubnd", None].id})
    routed = choose(Question(about_conduct, None, named), BINDINGS, TYPES)
    assert (routed.unit, routed.reason) == (None, Reason.NAMED_UNIT)


def test_a_complaint_from_a_commune_never_goes_to_that_commune() -> None:
    about_conduct = category("ubnd_xa", exclude_named_unit=True)
    routed = choose(Question(about_conduct, "28261"), BINDINGS, TYPES)
    assert (routed.unit, routed.reason) == (None, Reason.NAMED_UNIT)


def test_other_matters_may_go_to_a_unit_the_citizen_names() -> None:
    named = frozenset({BINDINGS["ubnd_xa", "28261"].id})
    assert choose(Question(category("ubnd_xa"), "28261", named), BINDINGS, TYPES).unit is not None


def test_a_unit_is_named_by_its_whole_name_only() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    names = [(one, "ubnd phuong my tho"), (other, "ubnd xa my tho")]
    assert named_in("can bo ubnd phuong  my tho hach dich", names) == {one}
    assert named_in("ubnd phuong my thoi", names) == frozenset()
