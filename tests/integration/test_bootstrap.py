"""``scripts/bootstrap.py`` makes, keeps and mends the environment. Here with locks that list nothing, to be quick."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project with nothing in it but what the bootstrap needs."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "bootstrap.py", tmp_path / "scripts")
    (tmp_path / "requirements").mkdir()
    for lock in ("runtime", "dev"):
        (tmp_path / "requirements" / f"{lock}.txt").write_text("# nothing\n")
    return tmp_path


def bootstrap(copy: Path, *arguments: str) -> str:
    command = [sys.executable, str(copy / "scripts" / "bootstrap.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_environment_is_made_once_kept_and_mended(copy: Path) -> None:
    assert "Making the Python environment" in bootstrap(copy, "runtime", "python", "--version")
    where = bootstrap(copy, "runtime", "python", "-c", "import sys; print(sys.prefix)")
    assert where.splitlines() == [str(copy / ".venv")]

    (copy / "requirements" / "runtime.txt").write_text("# another lock\n")
    changed = bootstrap(copy, "runtime", "python", "--version")
    assert "Installing what runtime.txt lists" in changed
    assert "Making the Python environment" not in changed

    bootstrap(copy, "dev")
    assert "Installing" not in bootstrap(copy, "runtime", "python", "--version"), "what tests need contains the rest"

    (copy / ".venv" / "bin" / "python").unlink()
    assert "Making the Python environment" in bootstrap(copy, "dev", "python", "--version")


def test_an_environment_cut_short_is_finished(copy: Path) -> None:
    (copy / ".venv" / "bin").mkdir(parents=True)
    assert "Python 3." in bootstrap(copy, "runtime", "python", "--version")


def test_the_locks_name_no_place_to_fetch_from_and_hash_everything() -> None:
    for lock in ("runtime", "dev"):
        lines = (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines()
        pins = [line for line in lines if "==" in line]
        assert pins
        assert all(line.endswith("\\") for line in pins), "every pin is followed by its hashes"
        assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_running_needs_nothing_that_tests_lock_in_another_version() -> None:
    runtime, dev = (
        {
            line.split(" ")[0]
            for line in (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines()
            if "==" in line
        }
        for lock in ("runtime", "dev")
    )
    assert runtime <= dev
