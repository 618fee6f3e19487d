"""Make `.venv-rasa` from requirements/rasa.txt, with a Python 3.10 found on this machine.

    python3 scripts/rasa_environment.py

Rasa 3.6 runs on nothing newer. `RASA_BASE_PYTHON` names a Python 3.10 in an unusual place; `RASA_PYTHON` names a ready
environment and leaves nothing to do. As with `.venv`, the lock's digest is written last.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NEEDED = "3.10"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-rasa"
PYTHON = FOLDER / "bin" / "python"
LOCK = ROOT / "requirements" / "rasa.txt"
STAMP = FOLDER / "rasa.lock-digest"


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    if os.environ.get("RASA_PYTHON") or fits():
        return 0
    base = next((path for path in candidates() if is_needed(path)), None)
    if base is None:
        say(
            f"Rasa cần Python {NEEDED} (Debian: apt install python{NEEDED}-venv; hoặc pyenv, uv; hoặc đặt "
            f"RASA_BASE_PYTHON) / Rasa needs Python {NEEDED}: install it (pyenv or uv can) or set RASA_BASE_PYTHON"
        )
        return 1
    return 0 if build(base) else 1


def candidates() -> Iterator[str]:
    """Where a Python 3.10 may be, the likeliest first."""
    yield os.environ.get("RASA_BASE_PYTHON", "")
    yield shutil.which(f"python{NEEDED}") or ""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    yield from sorted((str(path) for path in pyenv.glob(f"{NEEDED}.*/bin/python")), reverse=True)
    yield sys.executable
    if uv := shutil.which("uv"):
        found = subprocess.run([uv, "python", "find", NEEDED], check=False, capture_output=True, text=True)
        yield found.stdout.strip()


def is_needed(python: str) -> bool:
    """Whether it starts and is a 3.10; a shim of pyenv exists for versions that are not switched on."""
    return answer_of([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) == NEEDED if python else False


def answer_of(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def digest() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def fits() -> bool:
    return is_needed(str(PYTHON)) and STAMP.exists() and STAMP.read_text() == digest()


def build(base: str) -> bool:
    """Make the environment anew. False, after a sentence, where that did not work."""
    say("Tạo môi trường Rasa .venv-rasa (vài phút)... / Making Rasa's environment .venv-rasa (a few minutes)...")
    if subprocess.run([base, "-m", "venv", "--clear", FOLDER], check=False).returncode != 0:
        say(f"Không tạo được .venv-rasa (Debian: apt install python{NEEDED}-venv) / Cannot make .venv-rasa, see above")
        return False
    pip: list[Path | str] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--require-hashes", "--no-deps", "--requirement", LOCK], check=False).returncode != 0:
        say("Không cài được Rasa, xem lỗi ở trên / Could not install Rasa, see the error above")
        return False
    STAMP.write_text(digest())
    return True


if __name__ == "__main__":
    sys.exit(main())
