"""``contact-center run``: everything a province needs on one machine, started, watched and stopped together.

PostgreSQL and Valkey come from wheels unless ``DATABASE_URL`` and ``REDIS_URL`` name real ones. Without a telephone or
Zalo account a stand-in for the providers runs beside them, so that every channel can be tried. ``--full`` adds a real
Elasticsearch, which needs Java, and a Rasa server, which needs its own environment (``make rasa``); without them
articles are searched in PostgreSQL and messages understood in our own processes.
"""

import argparse
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType
from urllib.parse import urlsplit

import psutil

from contact_center.embedded import (
    ElasticsearchServer,
    EmbeddedServer,
    EmbeddedServerError,
    PostgresServer,
    ValkeyServer,
)
from contact_center.embedded.child import ChildProcess
from contact_center.embedded.folder_lock import FolderLock
from contact_center.embedded.ports import HOST, remembered_port
from contact_center.embedded.private_files import kept_secret, write_private
from contact_center.embedded.processes import end
from contact_center.embedded.rasa import address_file, rasa_keeper, rasa_python, rasa_settings
from contact_center.embedded.supervisor import Supervisor

WEB_PORT = 8022
SIMULATOR_PORT = 10223
REDIS_CHECK_S = 3.0
PREPARE_POLL_S = 0.02
RASA_TIMEOUT_S = 240.0
# Seconds uvicorn lets open event streams end by themselves.
WEB_GRACE_S = 3
# Longer than a proxy or a provider lets a connection rest: whoever closes first breaks a request on its way.
KEEP_ALIVE_S = 75
ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Installation:
    """One running contact centre: its folder, what its processes are told, and who they are."""

    data: Path
    host: str = HOST
    web_port: int = WEB_PORT
    full: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    stop: Event = field(default_factory=Event)

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def state_file(self) -> Path:
        """Processes and addresses for tests and for the curious; private, because the addresses hold passwords."""
        return self.data / "run.json"

    def python(self, name: str, *arguments: str, port: int | None = None) -> ChildProcess:
        """A child that runs our own code, its words in ``log/<name>.log``."""
        log = self.logs / f"{name}.log"
        return ChildProcess(name, [sys.executable, *arguments], environment=self.environment, log=log, port=port)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(installation: Installation) -> None:
    """Start everything and look after it until it is asked to stop. Raises ``EmbeddedServerError``."""
    with _kept(installation.data), _supervised(installation) as supervisor:
        _end_processes_of_a_killed_run(installation.state_file)
        if installation.full:
            rasa_python()
        _settle_environment(installation)
        _start_servers(installation, supervisor)
        _prepare(installation)
        if installation.full and not installation.stop.is_set():
            _start_rasa(installation, supervisor)
        if installation.stop.is_set():
            return
        _settle_ports(installation)
        _start_children(installation, supervisor)
        _welcome(installation)
        supervisor.watch(installation.stop)
        say("Đang dừng... / Stopping...")


@contextmanager
def _kept(data: Path) -> Iterator[None]:
    lock = FolderLock(data)
    lock.take()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _supervised(installation: Installation) -> Iterator[Supervisor]:
    supervisor = Supervisor(say=say, changed=lambda: _write_state(installation, supervisor))

    def asked_to_stop(number: int, frame: FrameType | None) -> None:
        if installation.stop.is_set():
            supervisor.hurry()
        installation.stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, asked_to_stop)
    try:
        yield supervisor
    finally:
        supervisor.stop()


def _settle_environment(installation: Installation) -> None:
    """Folders and secrets: made once, kept in the data folder, told to every process."""
    data, environment = installation.data, installation.environment
    environment["CONTACT_CENTER_DATA"] = str(data)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))
    environment["PYTHONUNBUFFERED"] = "1"
    environment.setdefault("NLU_MODEL_DIR", str(data / "nlu"))
    if "SECRET_KEY" not in environment:
        environment["SECRET_KEY"] = kept_secret(data / "secret_key")


def _settle_ports(installation: Installation) -> None:
    """The addresses of the web and of the stand-in. At the last moment: a port seen free before the servers started and
    a classifier was trained may be taken by now, by one of our own servers too."""
    data, environment = installation.data, installation.environment
    installation.web_port = remembered_port(data / "web.port", installation.web_port)
    environment.setdefault("PUBLIC_BASE_URL", f"http://{HOST}:{installation.web_port}")
    if not _has_real_account(environment):
        port = remembered_port(data / "simulator.port", SIMULATOR_PORT)
        environment.update(simulated_accounts(data, f"http://{HOST}:{port}"))


def _has_real_account(environment: dict[str, str]) -> bool:
    return bool(environment.get("TWILIO_ACCOUNT_SID") or environment.get("ZALO_APP_ID"))


def simulated_accounts(data: Path, url: str) -> dict[str, str]:
    """Accounts with the stand-in at ``url``. Their secrets are random, so nobody else's requests are accepted."""
    secret = kept_secret(data / "simulator_secret")
    return {
        "SIMULATOR_URL": url,
        "TWILIO_ACCOUNT_SID": "AC" + secret[:32],
        "TWILIO_AUTH_TOKEN": secret[8:40],
        "TWILIO_API_BASE": url,
        "ZALO_APP_ID": str(int(secret[:15], 16)),
        "ZALO_APP_SECRET": secret[1:21],
        "ZALO_OA_ID": str(int(secret[15:30], 16)),
        "ZALO_OA_SECRET_KEY": secret[2:22],
        "ZALO_ACCESS_TOKEN": secret[3:43],
        "ZALO_REFRESH_TOKEN": secret[4:44],
        "ZALO_API_BASE": url,
        "ZALO_OAUTH_BASE": url,
        "ZALO_MEDIA_HOSTS": json.dumps([HOST]),
    }


def _start_servers(installation: Installation, supervisor: Supervisor) -> None:
    _start_or_use(
        installation,
        supervisor,
        "DATABASE_URL",
        PostgresServer(installation.data / "postgresql", log=installation.logs / "postgresql.log"),
    )
    _start_or_use(
        installation,
        supervisor,
        "REDIS_URL",
        ValkeyServer(installation.data / "valkey", log=installation.logs / "valkey.log"),
    )
    if installation.full or installation.environment.get("ELASTICSEARCH_URL"):
        _start_or_use(
            installation,
            supervisor,
            "ELASTICSEARCH_URL",
            ElasticsearchServer(
                installation.data / "elasticsearch", log=installation.logs / "elasticsearch.log", say=say
            ),
        )


def _start_or_use(installation: Installation, supervisor: Supervisor, variable: str, server: EmbeddedServer) -> None:
    given = installation.environment.get(variable)
    if given:
        _check_it_listens(variable, given, server)
        return
    if isinstance(server, ElasticsearchServer):
        say("Khởi động Elasticsearch, khoảng nửa phút... / Starting Elasticsearch, half a minute or so...")
    supervisor.start(server)
    installation.environment[variable] = server.url


def _check_it_listens(variable: str, url: str, server: EmbeddedServer) -> None:
    place = urlsplit(url)
    if not place.hostname or "," in place.netloc:
        return  # a socket in the file system, or several servers: the first query will tell
    host, port = place.hostname, place.port or server.well_known_port
    try:
        socket.create_connection((host, port), timeout=REDIS_CHECK_S).close()
    except OSError:
        raise EmbeddedServerError(
            "not_reachable",
            vi=f"Không kết nối được {server.name} ở {host}:{port} theo {variable}",
            en=f"{server.name} does not answer at {host}:{port} as {variable} says",
        ) from None


def _prepare(installation: Installation) -> None:
    """Schema and sample data, and beside them the classifier where it has to be trained; their words are shown."""
    _finish(installation, {"cơ sở dữ liệu / database": ["contact_center.prepare"], "nlu": ["nlu", "train"]})


def _finish(installation: Installation, commands: Mapping[str, list[str]]) -> None:
    """Run our own modules beside one another to their end, or until we are asked to stop."""
    tasks = [
        ChildProcess(name, [sys.executable, "-m", *command], environment=installation.environment, log=None)
        for name, command in commands.items()
    ]
    for task in tasks:
        task.start()
    try:
        while any(task.running for task in tasks) and not installation.stop.wait(PREPARE_POLL_S):
            _check_none_failed(tasks)
        if not installation.stop.is_set():
            _check_none_failed(tasks)
    finally:
        for task in tasks:
            task.stop()


def _start_rasa(installation: Installation, supervisor: Supervisor) -> None:
    """Trained around our model where it has not been, then waited for: from its first message on it answers."""
    if installation.environment.get("RASA_URL"):
        return
    say("Chuẩn bị Rasa, lần đầu vài phút... / Preparing Rasa, some minutes the first time...")
    _finish(installation, {"rasa": ["contact_center.rasa.build", "--data", str(installation.data)]})
    if installation.stop.is_set():
        return
    address = address_file(installation.data)
    address.unlink(missing_ok=True)
    installation.environment.update(rasa_settings(installation.data))
    log = installation.logs / "rasa.log"
    keeper = rasa_keeper(installation.data, environment=installation.environment, log=log)
    supervisor.start(keeper)
    give_up_at = time.monotonic() + RASA_TIMEOUT_S
    while not address.exists() and not installation.stop.wait(PREPARE_POLL_S):
        if not keeper.running or time.monotonic() > give_up_at:
            raise EmbeddedServerError(
                "rasa_not_ready",
                vi=f"Rasa không khởi động được, xem {log}",
                en=f"Rasa did not start, see {log}\n{keeper.last_words()}",
            )


def _check_none_failed(tasks: list[ChildProcess]) -> None:
    for task in tasks:
        if task.exit_code:
            raise EmbeddedServerError(
                "not_prepared",
                vi=f"Không chuẩn bị được: {task.name} (mã {task.exit_code})",
                en=f"could not prepare: {task.name} ({task.exit_code})",
            )


def _start_children(installation: Installation, supervisor: Supervisor) -> None:
    children = list(_children(installation))
    for child in children:
        supervisor.start(child)
    for child in children:
        child.wait_until_ready()


def _children(installation: Installation) -> Iterator[ChildProcess]:
    simulator = installation.environment.get("SIMULATOR_URL")
    if simulator:
        port = urlsplit(simulator).port
        yield installation.python("simulator", "-m", "channels.simulator", "--port", str(port), port=port)
    yield installation.python("worker", "-m", "contact_center.worker", "answering")
    yield installation.python("sender", "-m", "contact_center.worker", "sending")
    yield installation.python(
        "web",
        *("-m", "uvicorn", "contact_center.app:create_app", "--factory", "--no-access-log"),
        *("--host", installation.host, "--port", str(installation.web_port)),
        *("--timeout-graceful-shutdown", str(WEB_GRACE_S), "--timeout-keep-alive", str(KEEP_ALIVE_S)),
        port=installation.web_port,
    )


def _welcome(installation: Installation) -> None:
    # Only now: it brings every feature, and the servers start meanwhile.
    from contact_center.province.accounts import SAMPLE_ACCOUNTS  # noqa: PLC0415

    base = installation.environment["PUBLIC_BASE_URL"]
    say(f"\nTổng đài 1022 đang chạy / The 1022 contact centre is running: {base}")
    if installation.environment.get("SIMULATOR_URL"):
        say(f"Thử điện thoại, SMS, Zalo / Try phone, SMS and Zalo: {base}/simulator")
    for account in SAMPLE_ACCOUNTS:
        say(f"  {account}")
    say(f"Dữ liệu / Data: {installation.data}    Nhật ký / Logs: {installation.logs}")
    say("Ctrl-C để dừng / Ctrl-C stops everything\n")


def _write_state(installation: Installation, supervisor: Supervisor) -> None:
    state = {
        "pid": os.getpid(),
        "url": installation.environment.get("PUBLIC_BASE_URL", ""),
        "simulator_url": installation.environment.get("SIMULATOR_URL", ""),
        "database_url": installation.environment.get("DATABASE_URL", ""),
        "redis_url": installation.environment.get("REDIS_URL", ""),
        "elasticsearch_url": installation.environment.get("ELASTICSEARCH_URL", ""),
        "processes": {service.name: service.pid for service in supervisor.services},
    }
    write_private(installation.state_file, json.dumps(state, indent=2) + "\n")


def _end_processes_of_a_killed_run(state_file: Path) -> None:
    """On Linux the kernel ends our children when we are killed; elsewhere they are still there at the next start."""
    if not state_file.exists():
        return
    recorded = json.loads(state_file.read_text())["processes"]
    ours = []
    for pid in filter(None, recorded.values()):
        try:
            process = psutil.Process(pid)
            if process.cmdline()[:1] == [sys.executable]:
                ours.append(process)
        except psutil.Error:
            continue
    end(ours, signal.SIGTERM, timeout_s=5.0)


def main(arguments: list[str] | None = None) -> int:
    """The command. 0 after an orderly stop, 1 with one sentence when something could not be had."""
    parser = argparse.ArgumentParser(prog="contact-center run", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA") or "var"))
    parser.add_argument("--host", default=HOST, help="the address the web server listens on")
    parser.add_argument("--port", type=int, default=WEB_PORT, help="the port it looks at first")
    parser.add_argument("--full", action="store_true", help="with Elasticsearch and Rasa, as a province runs it")
    options = parser.parse_args(arguments)
    try:
        run(Installation(data=options.data.absolute(), host=options.host, web_port=options.port, full=options.full))
    except EmbeddedServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
