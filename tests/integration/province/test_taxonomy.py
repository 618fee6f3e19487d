"""The taxonomy in force is one whole file, and old tickets keep their old categories."""

import pytest

from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import DEFAULT_FILE, TaxonomyRefused

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


async def test_there_is_no_taxonomy_before_the_first_import(empty_tx: Transaction) -> None:
    with pytest.raises(NotFound):
        await taxonomy.snapshot(empty_tx)


async def test_importing_the_same_file_again_changes_nothing(empty_tx: Transaction) -> None:
    first = await taxonomy.import_file(empty_tx)
    again = await taxonomy.import_file(empty_tx)
    assert (first.changed, again.changed) == (True, False)
    assert (first.fields, first.categories, first.departments) == (19, 91, 42)


async def test_a_file_with_faults_changes_nothing_and_names_their_lines(tx: Transaction) -> None:
    before = await taxonomy.snapshot(tx)
    with pytest.raises(TaxonomyRefused) as refused:
        await taxonomy.import_text(tx, TEXT.replace("department: so_xd", "department: so_gtvt"))
    assert refused.value.details["count"] == 9
    assert {problem["code"] for problem in refused.value.details["problems"]} == {"unknown_department"}
    assert "line " in str(refused.value)
    assert (await taxonomy.snapshot(tx)) is before


async def test_a_category_that_leaves_is_retired_not_forgotten(tx: Transaction) -> None:
    renamed = TEXT.replace("GT-03", "GT-07").replace("2026-11-21", "2027-01-01")
    report = await taxonomy.import_text(tx, renamed)
    known = await taxonomy.snapshot(tx)
    assert (report.version, known.version) == ("2027-01-01", "2027-01-01")
    assert not known.category("GT-03").active
    assert "GT-03" not in {category.code for category in known.categories}
    assert "GT-07" in {category.code for category in known.categories}


async def test_the_snapshot_has_every_code_list(tx: Transaction) -> None:
    known = await taxonomy.snapshot(tx)
    assert len(known.intents) == 11
    assert len(known.case_types) == 9
    assert [item.code for item in known.urgencies] == ["thuong", "cao", "khan"]
    assert known.emergency_numbers["114"].startswith("Chữa cháy")
    assert known.fallback.department == "dieu_phoi_1022"
    assert known.category("CB-02").confidential
    assert known.field("KH").name == "Khác / chưa rõ"
    assert len(known.confusable) == 12
    with pytest.raises(NotFound):
        known.category("ZZ-01")
