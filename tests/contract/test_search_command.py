"""``python -m kb`` as people run it, on a real server."""

import json
from pathlib import Path

import pytest

from kb import evaluation
from kb.__main__ import main
from tests.support.servers import ServerAddress


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Every eighth of ours."""
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(evaluation.QUESTIONS.read_text("utf-8").splitlines()[::8]), "utf-8")
    return file


@pytest.fixture
def seen(tmp_path: Path, questions: Path) -> Path:
    """A classifier that takes everything for one category."""
    file = tmp_path / "seen.jsonl"
    ids = [json.loads(line)["id"] for line in questions.read_text("utf-8").splitlines()]
    file.write_text("\n".join(json.dumps({"id": key, "categories": [["HC-01", 0.9]]}) for key in ids), "utf-8")
    return file


def test_fitting_writes_a_rule_and_tells_what_it_gives(
    postgres: ServerAddress,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    questions: Path,
    seen: Path,
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    rule = questions.with_name("rule.json")
    assert main(["fit", "--questions", str(questions), "--seen", str(seen), "--rule", str(rule)]) == 0
    written = json.loads(rule.read_text("utf-8"))
    assert "category" in written["with_category"]["of"].keys() - written["alone"]["of"].keys()
    assert written["made"]["unseen"]["alone"]["answered"] > 0.5
    assert written["made"]["unseen"]["alone"]["wrong"] <= 0.02
    assert "told from" in capsys.readouterr().out


def test_evaluating_prints_a_table_for_each_file(
    postgres: ServerAddress, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], questions: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    other = questions.with_name("other.jsonl")
    other.write_text(questions.read_text("utf-8").splitlines()[0], "utf-8")
    arguments = ["evaluate", "--backend", "postgres", "--questions", str(questions), "--questions", str(other)]
    assert main(arguments) == 0
    heads = [line.split()[0] for line in capsys.readouterr().out.splitlines() if "view" in line]
    assert heads == ["questions", "other"]


def test_questions_about_articles_that_are_not_there_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = tmp_path / "strange.jsonl"
    strange.write_text(json.dumps({"id": "1", "text": "lên cung trăng", "article": "cung-trang"}), "utf-8")
    assert main(["evaluate", "--questions", str(strange)]) == 1
    assert "cung-trang" in capsys.readouterr().err
