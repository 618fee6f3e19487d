"""The sample province: complete, loaded twice without change, and ready for the first report."""

import re

import pytest
from sqlalchemy import func, select

from contact_center.actors import Role
from contact_center.clock import local
from contact_center.db import Base, Database, Transaction
from contact_center.province import load_sample
from contact_center.province.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from contact_center.routing import service as routing
from contact_center.routing.models import UnitBinding
from contact_center.staff import passwords
from contact_center.staff.models import Account
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.models import DepartmentType
from contact_center.units import service as units
from contact_center.units.models import CalendarDay, Commune, Unit


async def rows(tx: Transaction, model: type[Base]) -> int:
    return await tx.session.scalar(select(func.count()).select_from(model)) or 0


async def test_loading_twice_changes_nothing(empty_database: Database) -> None:
    counted = []
    for _ in range(2):
        await load_sample(empty_database)
        async with empty_database.transaction() as tx:
            counted.append([await rows(tx, model) for model in (Commune, Unit, UnitBinding, CalendarDay, Account)])
    assert counted[0] == counted[1]
    assert counted[0][0] == 102


async def test_loading_leaves_what_people_changed(empty_database: Database) -> None:
    await load_sample(empty_database)
    async with empty_database.transaction() as tx:
        unit = await units.unit_by_code(tx, "so-xd")
        unit.phone = "02773 000 000"
        unit.name = "Sở Xây dựng và Giao thông"
        account = await tx.session.scalar(select(Account).where(Account.username == "dieuphoi"))
        assert account is not None
        account.active = False
    await load_sample(empty_database)
    async with empty_database.transaction() as tx:
        unit = await units.unit_by_code(tx, "so-xd")
        assert (unit.phone, unit.name) == ("02773 000 000", "Sở Xây dựng và Giao thông")
        account = await tx.session.scalar(select(Account).where(Account.username == "dieuphoi"))
        assert account is not None
        assert not account.active


async def test_every_department_type_is_bound_somewhere(tx: Transaction) -> None:
    types = set(await tx.session.scalars(select(DepartmentType.code)))
    bound = set(await tx.session.scalars(select(UnitBinding.department_type)))
    assert len(types) == 42
    assert types == bound


async def test_every_commune_has_its_authority_its_police_and_its_service_centre(tx: Transaction) -> None:
    for department in ("ubnd_xa", "ca_xa", "ttpvhcc_xa", "dien_luc", "cap_nuoc"):
        bound = await tx.session.scalars(
            select(UnitBinding.commune_code).where(
                UnitBinding.department_type == department, UnitBinding.commune_code.is_not(None)
            )
        )
        assert len(set(bound)) == 102, department


async def test_every_category_reaches_a_unit_once_its_place_is_known(tx: Transaction) -> None:
    known = await taxonomy.snapshot(tx)
    for category in known.categories:
        routed = await routing.responsible_unit(tx, category, "28261")
        assert (routed.unit is not None) == (category.code != "KH-00"), category.code


@pytest.mark.parametrize(
    ("category", "commune", "unit"),
    [
        ("HT-01", "28261", "dv-chieu-sang"),
        ("NU-03", "28261", "cap-nuoc-my-tho"),
        ("NU-03", "29905", "cap-nuoc-sa-dec"),
        ("DI-01", "29955", "dien-luc-hong-ngu"),
        ("DI-01", "28306", "dien-luc-go-cong"),
        ("MT-02", "28261", "ubnd-28261"),
        ("AN-04", "28249", "ca-28249"),
        ("NN-06", None, "so-noivu"),
        ("CB-02", None, "thanh-tra"),
        ("DI-03", None, "dien-luc"),
    ],
)
async def test_matters_reach_the_units_people_expect(
    tx: Transaction, category: str, commune: str | None, unit: str
) -> None:
    known = await taxonomy.snapshot(tx)
    routed = await routing.responsible_unit(tx, known.category(category), commune)
    assert routed.unit is not None
    assert routed.unit.code == unit


async def test_tet_and_swap_days_of_both_years_are_there(tx: Transaction) -> None:
    days = {str(day.day): day for day in await units.calendar_days(tx)}
    assert days["2026-02-17"].kind == "holiday"
    assert days["2027-02-06"].kind == "holiday"
    assert days["2026-08-22"].kind == "working"
    assert days["2026-11-24"].note == "Ngày Văn hóa Việt Nam"
    assert "chờ thông báo" in days["2027-09-03"].note
    # A swap day is a day people would otherwise have off, and each names the day it makes up for.
    for day in days.values():
        if day.kind == "working":
            assert day.day.isoweekday() >= 6
            made_up = re.search(r"(\d\d)/(\d\d)/(\d{4})", day.note)
            assert made_up is not None
            assert days[f"{made_up[3]}-{made_up[2]}-{made_up[1]}"].kind == "holiday"


async def test_one_login_for_each_role_and_officers_of_the_units_of_the_stories(tx: Transaction) -> None:
    accounts = list(await tx.session.scalars(select(Account)))
    assert {account.role for account in accounts} == {role.value for role in Role}
    assert {account.username for account in accounts} >= {account.username for account in SAMPLE_ACCOUNTS}
    assert await passwords.verify(SAMPLE_PASSWORD, accounts[0].password_hash)
    assert len(SAMPLE_PASSWORD) >= passwords.SHORTEST_PASSWORD
    officers = {account.unit_code for account in SAMPLE_ACCOUNTS if account.role is Role.OFFICER}
    assert officers >= {"so-xd", "ubnd-28261", "dv-chieu-sang", "cap-nuoc"}


async def test_units_are_found_with_and_without_accents(tx: Transaction) -> None:
    for query in ("ubnd phường mỹ tho", "UBND PHUONG MY THO", "my tho ubnd phuong"):
        assert "UBND Phường Mỹ Tho" in {unit.name for unit in await units.units(tx, query)}
    assert await units.units(tx, "sở ma thuật") == []
    assert await units.units(tx, "100%_") == []


async def test_the_house_opens_with_the_merger_and_not_before(tx: Transaction) -> None:
    unit = await units.unit_by_code(tx, "so-xd")
    assert str(unit.valid_from) == "2025-07-01"
    assert unit.valid_from < local(tx.now).date()
