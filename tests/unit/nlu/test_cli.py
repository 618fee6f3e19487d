"""The commands of `python -m nlu`, as somebody types them."""

from pathlib import Path

import pytest

from nlu.cli import main


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["evaluate", "-h"]])
def test_who_asks_for_help_gets_it_and_starts_nothing(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLU_MODEL_DIR", str(tmp_path))
    assert main(arguments) == 0
    assert "python -m nlu train" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_is_told_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trian"]) == 2
    assert "python -m nlu train" in capsys.readouterr().err
