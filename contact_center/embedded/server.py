"""What the embedded servers have in common: a folder with one keeper, a port, a start waited for, an end."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from contact_center.embedded.account import Account, account_for
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.folder_lock import FolderLock
from contact_center.embedded.ports import HOST, is_free, remembered_port
from contact_center.embedded.private_files import kept_secret, last_lines, set_long_log_aside
from contact_center.embedded.processes import end, launch, leftovers, stop_child

START_TIMEOUT_S = 120.0  # recovery after a crash can take a while on a slow disk
STOP_TIMEOUT_S = 10.0
POLL_S = 0.01
PORT_ATTEMPTS = 5


class EmbeddedServer(ABC):
    """A server taken from a wheel, kept in ``folder``: ``data/`` is the server's, the files beside it are ours.

    One keeper at a time: a second one on the same folder is refused. A server left behind by a killed keeper is stopped
    and started again, so that its keeper always is the one who hears of its end. Not safe for several threads.
    """

    name: ClassVar[str]
    program: ClassVar[str]
    default_port: ClassVar[int]
    well_known_port: ClassVar[int]
    stop_signal: ClassVar[signal.Signals]

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        ends_with_us: bool = True,
        log: Path | None = None,
    ) -> None:
        """``durable`` False trades safety against power loss for speed, for tests. ``port`` is where to look first."""
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = (log or self.folder / "server.log").absolute()
        self.durable = durable
        self.port = port or self.default_port
        self._preferred_port = self.port
        self._ends_with_us = ends_with_us
        self._announced = False  # its clients know its port, so it comes back there or not at all
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = FolderLock(self.folder)
        self.account = Account()

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, password included: never for a log line."""

    @property
    def pid(self) -> int | None:
        """The server's process while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def password(self) -> str:
        """Made once and kept readable for us alone."""
        return kept_secret(self.folder / "password")

    @property
    def exit_code(self) -> int | None:
        """How it ended; a negative number is the signal that ended it."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start and wait until it answers. Does nothing when it runs. Raises ``EmbeddedServerError``."""
        if self.running:
            return
        try:
            self._lock.take()
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.account = account_for(self.data)
            self._end_leftovers()
            self._create()
            self._launch()
        except PermissionError as refusal:
            self._lock.release()
            raise self._error(
                "not_permitted",
                f"không được phép dùng {refusal.filename or self.folder}",
                f"may not use {refusal.filename or self.folder}",
            ) from refusal
        except BaseException:
            self._lock.release()
            raise

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Ask it to stop, wait, kill it if it does not. The data is safe either way."""
        if self._process:
            stop_child(self._process, self.stop_signal, timeout_s=timeout_s)
            self._process = None
        self._lock.release()

    def kill(self) -> None:
        """End it at once, as a power cut would; the next start recovers."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for a person to read after a failure."""
        return last_lines(self.log, lines)

    def __enter__(self) -> "EmbeddedServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What each server knows

    @property
    @abstractmethod
    def _marker(self) -> str:
        """A word on the command line of each of its processes, and of no other server's."""

    @abstractmethod
    def _create(self) -> None:
        """Make the data folder where there is none, in one step as seen from outside."""

    @abstractmethod
    def _command(self) -> list[str | Path]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _environment(self) -> dict[str, str]:
        """What its program wants to find in its environment."""
        return {}

    # The folder and the processes in it

    def _end_leftovers(self) -> None:
        """What a killed keeper left: a whole server, or the children of a killed one that have not noticed yet."""
        remaining = end(leftovers(self.program, self._marker), self.stop_signal, timeout_s=STOP_TIMEOUT_S)
        if remaining:
            pid = remaining[0].pid
            raise self._error(
                "leftover",
                f"tiến trình {pid} của lần chạy trước không dừng được",
                f"process {pid} of an earlier run does not stop",
            )

    def _launch(self) -> None:
        set_long_log_aside(self.log)
        if self._announced:
            self._launch_once()
            return
        for attempt in range(PORT_ATTEMPTS):
            self.port = remembered_port(self.folder / "port", self._preferred_port)
            try:
                self._launch_once()
                self._announced = True
                return
            except EmbeddedServerError:
                # Somebody may have taken the port between our look and the server's; then another one will do.
                if is_free(self.port) or attempt == PORT_ATTEMPTS - 1:
                    raise

    def _launch_once(self) -> None:
        self._process = launch(
            self._command(),
            account=self.account,
            data=self.data,
            log=self.log,
            on_parent_death=self.stop_signal if self._ends_with_us else None,
            environment=self._environment(),
        )
        try:
            self._wait_until_it_answers(self._process)
        except BaseException:
            self.kill()
            raise

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        give_up_at = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if process.poll() is not None:
                last = self.last_words(1)
                raise self._error(
                    "did_not_start",
                    f"không khởi động được, xem {self.log}: {last}",
                    f"did not start, see {self.log}: {last}",
                )
            if time.monotonic() > give_up_at:
                raise self._error(
                    "no_answer",
                    f"không trả lời sau {START_TIMEOUT_S:.0f} giây, xem {self.log}",
                    f"did not answer within {START_TIMEOUT_S:.0f} s, see {self.log}",
                )
            time.sleep(POLL_S)

    def _error(self, code: str, vi: str, en: str) -> EmbeddedServerError:
        return EmbeddedServerError(code, vi=f"{self.name}: {vi}", en=f"{self.name} {en}")

    def _address(self, scheme: str, user: str, path: str) -> str:
        return f"{scheme}://{user}:{self.password}@{HOST}:{self.port}/{path}"
