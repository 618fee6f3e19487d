"""The command an administrator checks a file with before importing it."""

from pathlib import Path

import pytest

from contact_center.taxonomy.__main__ import main
from contact_center.taxonomy.service import DEFAULT_FILE


def test_a_good_file_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(DEFAULT_FILE), "--check"]) == 0
    assert capsys.readouterr().out == "2026-11-21: 19 fields, 91 categories\n"


def test_each_fault_is_one_line_an_editor_can_jump_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "taxonomy.yaml"
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    broken.write_text(text.replace("sla_hours: 56", "sla_hours: soon", 1), encoding="utf-8")
    line = text.splitlines().index("    sla_hours: 56") + 1
    assert main([str(broken)]) == 1
    assert capsys.readouterr().err == f"{broken}:{line}: fields[0].subcategories[2].sla_hours: bad_number soon\n"
