"""The command finds the hotline it is about."""

import json
from pathlib import Path

import pytest

from contact_center.learning.command import main


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("NLU_MODEL_DIR", "")


def test_without_a_database_and_a_running_hotline_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "--data", str(tmp_path)]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["learn", "--data", str(tmp_path)])
    assert refused.value.code == 2


def test_the_running_hotlines_database_is_used(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"database_url": "no-database"}), "utf-8")
    with pytest.raises(ValueError, match="DATABASE_URL must start with"):
        main(["list", "--data", str(tmp_path)])
