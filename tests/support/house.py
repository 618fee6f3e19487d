"""The whole hotline as ``make run`` starts it, in a folder of its own, to be watched, killed and asked."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from contact_center.embedded.private_files import kept_secret
from contact_center.run import simulated_accounts
from tests.support.waiting import wait_until

ROOT = Path(__file__).parent.parent.parent
# Training the classifier is most of a first start (minutes); all houses of this copy share the model.
MODELS = ROOT / "var" / "nlu"
START_TIMEOUT_S = 900.0
STOP_TIMEOUT_S = 60.0
RUNNING = "Ctrl-C stops everything"
WEB_PORT = 26000


@dataclass(slots=True)
class House:
    """A running hotline. ``kill`` ends one of its processes as a crash would; the house brings it back by itself."""

    data: Path
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def state(self) -> dict[str, Any]:
        """What the house wrote about itself: ``url``, ``database_url``, ``redis_url``, ``simulator_url``, processes."""
        state: dict[str, Any] = json.loads((self.data / "run.json").read_text())
        return state

    @property
    def url(self) -> str:
        return str(self.state["url"])

    @property
    def database_url(self) -> str:
        return str(self.state["database_url"])

    @property
    def redis_url(self) -> str:
        return str(self.state["redis_url"])

    @property
    def accounts(self) -> dict[str, str]:
        """The variables of its accounts with the provider stand-in, secrets and all."""
        return simulated_accounts(self.data, str(self.state["simulator_url"]))

    @property
    def environment_secret(self) -> str:
        """What signs its links and chat tokens."""
        return kept_secret(self.data / "secret_key")

    @property
    def words(self) -> str:
        """What it has printed so far."""
        return self.output.read_text(errors="replace")

    def pid(self, name: str) -> int | None:
        """The process of ``web``, ``worker``, ``simulator``, ``PostgreSQL`` or ``Valkey`` now."""
        pid: int | None = self.state["processes"][name]
        return pid

    def kill(self, name: str) -> int:
        """``kill -9`` one of its processes; gives the pid that died."""
        pid = self.pid(name)
        assert pid is not None, f"{name} is not running"
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """One of its processes stands still for a while."""
        pid = self.pid(name)
        assert pid is not None, f"{name} is not running"
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def wait_until_back(self, name: str, dead: int) -> None:
        """Wait until a killed process has a successor."""
        wait_until(lambda: self.pid(name) not in (None, dead), what=f"{name} is back", timeout_s=60)

    def stop(self) -> int:
        """As Ctrl-C would; gives the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_TIMEOUT_S)

    def processes(self) -> list[psutil.Process]:
        """Everything it started that runs now."""
        return psutil.Process(self.process.pid).children(recursive=True)


def start_house(data: Path, **variables: str) -> House:
    """Start the hotline in ``data`` and wait until it says that it runs; ``variables`` change its environment."""
    data.mkdir(parents=True, exist_ok=True)
    output = data / "output.log"
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"NLU_MODEL_DIR": str(MODELS), "PYTHONPATH": str(ROOT)} | variables
    command = [sys.executable, "-m", "contact_center.cli", "run", "--data", str(data), "--port", str(WEB_PORT)]
    with output.open("wb") as words:
        process = subprocess.Popen(command, env=environment, stdout=words, stderr=words, start_new_session=True)
    house = House(data=data, process=process, output=output)
    wait_until(lambda: RUNNING in house.words or process.poll() is not None, what="it runs", timeout_s=START_TIMEOUT_S)
    if process.poll() is not None:
        pytest.fail(f"the hotline did not start:\n{house.words[-3000:]}", pytrace=False)
    return house


def end_house(house: House) -> None:
    """Make sure that nothing of it is left, whatever the test did to it."""
    if house.process.poll() is None:
        house.stop()


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Start hotlines; a second call starts the same folder again. Stopped after the test."""
    started: list[House] = []

    def start(**variables: str) -> House:
        started.append(start_house(tmp_path / "house", **variables))
        return started[-1]

    yield start
    for house in started:
        end_house(house)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One hotline for all tests that only use it."""
    house = start_house(tmp_path_factory.mktemp("house"))
    yield house
    end_house(house)
