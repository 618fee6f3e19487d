"""What the two embedded servers have in common: a folder with one keeper, a port, a start that is waited for, an end."""

import fcntl
import os
import secrets
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

import psutil

from contact_center.embedded.account import Account, account_for
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.ports import HOST, remembered_port
from contact_center.embedded.processes import end, launch, leftovers

START_TIMEOUT_S = 120.0  # recovery after a crash can take a while on a slow disk
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02
LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside at the next start


class EmbeddedServer(ABC):
    """A server taken from a wheel, kept in ``folder``: ``data/`` is the server's, the files beside it are ours.

    One keeper at a time: a second one on the same folder is refused. A server left behind by a killed keeper is stopped
    and started again, so that its keeper always is the one who hears of its end. Not safe for several threads.
    """

    name: ClassVar[str]
    program: ClassVar[str]
    default_port: ClassVar[int]
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
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
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
        secret = self.folder / "password"
        if not secret.exists():
            _write_private(secret, secrets.token_hex(24))
        return secret.read_text().strip()

    def start(self) -> None:
        """Start and wait until it answers. Does nothing when it runs. Raises ``EmbeddedServerError``."""
        if self.running:
            return
        try:
            self._take_folder()
            self.account = account_for(self.data)
            self._end_leftovers()
            self._create()
            self._launch()
        except PermissionError as refusal:
            self._release_folder()
            raise self._error(
                "not_permitted",
                f"không được phép dùng {refusal.filename or self.folder}",
                f"may not use {refusal.filename or self.folder}",
            ) from refusal
        except BaseException:
            self._release_folder()
            raise

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Ask it to stop, wait, kill it if it does not. The data is safe either way."""
        if self._process and self._process.poll() is None:
            end([psutil.Process(self._process.pid)], self.stop_signal, timeout_s=timeout_s)
        if self._process:
            self._process.wait()
            self._process = None
        self._release_folder()

    def kill(self) -> None:
        """End it at once, as a power cut would; the next start recovers."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for a person to read after a failure."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

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

    # The folder and the processes in it

    def _take_folder(self) -> None:
        if self._lock is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            keeper = os.read(lock, 20).decode() or "?"
            os.close(lock)
            raise self._error(
                "folder_in_use",
                f"tiến trình {keeper} đang dùng thư mục {self.folder}",
                f"process {keeper} is using the folder {self.folder}",
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock

    def _release_folder(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

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
        self.port = remembered_port(self.folder / "port", self._preferred_port)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".log.1"))
        self._process = launch(
            self._command(),
            account=self.account,
            data=self.data,
            log=self.log,
            on_parent_death=self.stop_signal if self._ends_with_us else None,
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


def _write_private(path: Path, text: str) -> None:
    """Write ``path`` so that nobody else can ever have read it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
