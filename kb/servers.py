"""The server a command needs: the one given in the environment, else one started for as long as the command runs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLES = {"elasticsearch": "ELASTICSEARCH_URL", "postgres": "DATABASE_URL"}
PROGRAMS = {"elasticsearch": "elasticsearch", "postgres": "postgresql"}
STOP_TIMEOUT_S = 30.0


class NoServer(RuntimeError):
    """Neither given nor to be started; reads as one sentence."""


@contextmanager
def address(backend: str) -> Iterator[str]:
    """Where the backend is. Its data is kept below ``CONTACT_CENTER_DATA`` (``var``), apart from the hotline's own."""
    given = os.environ.get(VARIABLES[backend])
    if given:
        yield given
        return
    data = Path(os.environ.get("CONTACT_CENTER_DATA") or "var") / "kb"
    # The core's own supervisor, as a command: the library does not import it.
    command = [sys.executable, "-m", "contact_center.embedded", "--data", str(data), PROGRAMS[backend]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        try:
            yield _announced(process, VARIABLES[backend])
        finally:
            process.terminate()
            process.wait(STOP_TIMEOUT_S)


def _announced(process: "subprocess.Popen[str]", variable: str) -> str:
    for line in process.stdout or ():
        name, _, url = line.strip().partition("=")
        if name == variable:
            return url
    raise NoServer(f"không có máy chủ tìm kiếm: đặt {variable} / there is no search server: set {variable}")
