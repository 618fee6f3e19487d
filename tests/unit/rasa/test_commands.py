"""What the commands say when something is missing: one sentence, in both languages."""

from pathlib import Path

import pytest

from contact_center.embedded import EmbeddedServerError
from contact_center.embedded.rasa import rasa_python, rasa_settings
from contact_center.rasa import build, keeper
from contact_center.rasa.archives import Archives


def test_an_older_model_is_put_back_to_use_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = tmp_path / "rasa" / "models"
    models.mkdir(parents=True)
    (models / "older.tar.gz").write_bytes(b"")
    assert build.main(["--data", str(tmp_path), "--use", "older.tar.gz"]) == 0
    assert Archives(models).current == models / "older.tar.gz"
    assert "older.tar.gz" in capsys.readouterr().out


def test_a_name_nobody_knows_is_answered_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--data", str(tmp_path), "--use", "lost.tar.gz"]) == 1
    assert "There is no Rasa model lost.tar.gz" in capsys.readouterr().err


def test_without_rasas_environment_one_is_told_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_PYTHON", str(tmp_path / "none"))
    with pytest.raises(EmbeddedServerError, match="make rasa"):
        rasa_python()


def test_no_server_is_kept_without_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RASA_SECRET", raising=False)
    assert keeper.main(["--data", str(tmp_path)]) == 1
    assert "RASA_SECRET is not set" in capsys.readouterr().out


def test_the_houses_processes_and_the_keeper_share_one_secret_and_one_address(tmp_path: Path) -> None:
    settings = rasa_settings(tmp_path)
    assert settings == rasa_settings(tmp_path)
    assert len(settings["RASA_SECRET"]) >= 32
    assert settings["RASA_URL"].startswith("file:///")
