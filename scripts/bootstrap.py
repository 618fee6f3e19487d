"""Make `.venv` from the locked requirements and run a command in it. Needs nothing but Python 3.11.

    python3 scripts/bootstrap.py runtime|dev [command ...]

The lock's digest is written into the environment last, so a half-made environment is noticed and mended, and one that
fits is used at once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
# What tests add contains everything that running needs.
CONTAINS = {"runtime": ("runtime", "dev"), "dev": ("dev",)}


def say(line: str) -> None:
    print(line, flush=True)


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        have, need = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST))
        say(f"Cần Python {need} trở lên, máy đang có {have} / Python {need} or newer is needed, this is {have}")
        return 1
    if not arguments or arguments[0] not in CONTAINS:
        say(str(__doc__))
        return 2
    lock, command = arguments[0], arguments[1:]
    if not fits(lock) and not build(lock):
        return 1
    if not command:
        return 0
    environment = os.environ | {"PATH": f"{FOLDER / 'bin'}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(FOLDER)}
    # This process becomes the command, so that Ctrl-C and SIGTERM reach it directly.
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    os.execve(program, command, environment)


def lock_file(lock: str) -> Path:
    return ROOT / "requirements" / f"{lock}.txt"


def stamp(lock: str) -> Path:
    return FOLDER / f"{lock}.lock-digest"


def digest(lock: str) -> str:
    """Changes with the lock, and with the Python the environment is made from."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]} "
    return hashlib.sha256(version.encode() + lock_file(lock).read_bytes()).hexdigest()


def fits(lock: str) -> bool:
    """Whether the environment was completely made from this lock, or from one that contains it."""
    return works() and any(stamp(name).exists() and stamp(name).read_text() == digest(name) for name in CONTAINS[lock])


def works() -> bool:
    """Whether its Python starts; it does not when the Python it was made from is gone."""
    return PYTHON.exists() and quietly([PYTHON, "-c", "import sys"])


def quietly(command: list[Path | str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def build(lock: str) -> bool:
    """Make or mend the environment. False, after a sentence, where that did not work."""
    for old in FOLDER.glob("*.lock-digest"):
        old.unlink()
    if not works() or not same_python() or not quietly([PYTHON, "-m", "pip", "--version"]):
        say("Tạo môi trường Python .venv... / Making the Python environment .venv...")
        try:
            venv.create(FOLDER, clear=True, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            say(f"Không tạo được .venv (trên Debian: apt install python3-venv) / Cannot make .venv: {error}")
            return False
    say(f"Cài các gói trong {lock_file(lock).name}... / Installing what {lock_file(lock).name} lists...")
    install: list[Path | str] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
    ]
    if subprocess.run([*install, "--requirement", lock_file(lock)], check=False).returncode != 0:
        say("Không cài được, xem lỗi ở trên rồi chạy lại / Could not install, see above, then run it again")
        return False
    add_this_project()
    stamp(lock).write_text(digest(lock))
    return True


def same_python() -> bool:
    ask = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([PYTHON, "-c", ask], check=False, capture_output=True, text=True)
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def add_this_project() -> None:
    """What an editable install does, without a build: the folder on the path, and the command."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([PYTHON, "-c", ask], check=True, capture_output=True, text=True)
    Path(answer.stdout.strip(), "contact_center_1022.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = FOLDER / "bin" / "contact-center"
    command.write_text(f"#!{PYTHON}\nimport sys\nfrom contact_center.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
