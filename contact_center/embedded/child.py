"""A program of our own as a child process: started, waited for, stopped, its words kept in a log."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.ports import HOST
from contact_center.embedded.private_files import last_lines, set_long_log_aside
from contact_center.embedded.processes import end_with_parent, stop_child

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02


class ChildProcess:
    """One child. ``port`` is where it listens once it is ready; without one it is ready as soon as it runs.

    Without a ``log`` its words go where ours go.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path | None,
        port: int | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = dict(environment)
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def exit_code(self) -> int | None:
        """How it ended; a negative number is the signal that ended it."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it, without waiting. A session of its own keeps the terminal's Ctrl-C for its keeper."""
        if self.running:
            return
        with self._output() as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules, no shell
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # One system call between fork and exec, from the main thread.
                preexec_fn=end_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )

    def wait_until_ready(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Wait for its port to answer. Raises ``EmbeddedServerError`` with its last words when it ends instead."""
        give_up_at = time.monotonic() + timeout_s
        while not self._is_ready():
            if not self.running or time.monotonic() > give_up_at:
                raise EmbeddedServerError(
                    "child_not_ready",
                    vi=f"{self.name} không khởi động được, xem {self.log}",
                    en=f"{self.name} did not start, see {self.log}\n{self.last_words()}",
                )
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Ask it to stop, wait at most ten seconds, kill it if it does not."""
        if self._process:
            stop_child(self._process, signal.SIGTERM, timeout_s=STOP_TIMEOUT_S)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        return last_lines(self.log, lines) if self.log else ""

    @contextmanager
    def _output(self) -> Iterator[IO[bytes] | None]:
        """Its log, or the terminal we write to ourselves."""
        if self.log is None:
            yield None
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        set_long_log_aside(self.log)
        with self.log.open("ab") as out:
            yield out

    def _is_ready(self) -> bool:
        if self._port is None:
            return self.running
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return self.running and probe.connect_ex((HOST, self._port)) == 0
