"""An archive made beside a serving hotline, with a training that fails, hangs, or is wanted no more."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from contact_center.rasa.building import Builder
from tests.support.waiting import wait_until

VERSION = "candidate000"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> Builder:
    """Of a hotline with one model; its Rasa is whatever ``rasa`` says."""
    (tmp_path / "nlu" / VERSION).mkdir(parents=True)
    (tmp_path / "nlu" / VERSION / "model.json").write_text("{}")
    monkeypatch.setenv("NLU_MODEL_DIR", str(tmp_path / "nlu"))
    return Builder(tmp_path, say=said.append)


def rasa(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """In place of Rasa's Python: what it is told stands in ``told``."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\necho "$@" > {folder}/told\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("RASA_PYTHON", str(program))


def trainings(folder: Path) -> list[psutil.Process]:
    """Processes that train in this folder now."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and str(folder) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_the_archive_of_the_model_asked_for_is_trained_and_nobody_is_disturbed(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa(tmp_path, monkeypatch, f'nice > {tmp_path}/niceness; touch "$4"')
    builder.look(VERSION)
    wait_until(lambda: list((tmp_path / "rasa" / "models").glob(f"{VERSION}-*.tar.gz")), what="the archive is there")
    assert f"-m nlu.rasa.train {tmp_path}/nlu/{VERSION}" in (tmp_path / "told").read_text()
    assert int((tmp_path / "niceness").read_text()) >= min(19, os.nice(0) + 10)
    assert not builder.failed
    builder.stop()


def test_a_training_that_fails_is_said_and_not_tried_again_before_its_time(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    rasa(tmp_path, monkeypatch, "echo no room; exit 3")

    def looked() -> bool:
        builder.look(VERSION)
        return builder.failed

    wait_until(looked, what="the failure is noticed")
    builder.look(VERSION)
    assert "Rasa could not be trained" in said[-1]
    assert len(said) == 2
    assert "no room" in (tmp_path / "rasa" / "build.log").read_text()
    builder.look("another")
    assert not builder.failed, "another model has its own try"
    builder.stop()


def test_a_training_that_takes_too_long_is_ended(
    tmp_path: Path, builder: Builder, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    rasa(tmp_path, monkeypatch, "exec sleep 1000")
    hurried = Builder(tmp_path, say=said.append, limit_s=0.0)
    hurried.look(VERSION)
    wait_until((tmp_path / "told").exists, what="it trains")
    hurried.look(VERSION)
    assert hurried.failed
    assert "took longer" in said[-1]
    wait_until(lambda: not trainings(tmp_path), what="nothing of it is left")


def test_nothing_of_a_training_is_left_when_its_keeper_is_killed(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa(tmp_path, monkeypatch, "exec sleep 1000")
    code = (
        "import sys, time; from pathlib import Path; from contact_center.rasa.building import Builder\n"
        "Builder(Path(sys.argv[1]), say=print).look(sys.argv[2]); time.sleep(1000)"
    )
    keeper = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), VERSION], stdout=subprocess.DEVNULL)
    wait_until((tmp_path / "told").exists, what="it trains")
    keeper.send_signal(signal.SIGKILL)
    keeper.wait()
    wait_until(lambda: not trainings(tmp_path), what="nothing of it is left")
