"""Small files beside the data: secrets nobody else may read, state replaced in one step, the end of a log."""

import os
import secrets
from pathlib import Path

LOG_LIMIT = 10_000_000  # bytes
LOG_TAIL = 64_000  # bytes read to find the last lines


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` in one step: nobody else can ever read it, and a kill leaves the old or the new text."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.rename(path)


def kept_secret(path: Path) -> str:
    """The secret in ``path``, made at random the first time it is asked for."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, secrets.token_hex(24) + "\n")
    return path.read_text().strip()


def set_long_log_aside(log: Path) -> None:
    """Make room before a start: a log past its limit becomes ``<name>.log.1``, in place of the one before."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_suffix(".log.1"))


def last_lines(log: Path, lines: int) -> str:
    """The end of a log, for a person to read after a failure. Empty where there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LOG_TAIL))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
