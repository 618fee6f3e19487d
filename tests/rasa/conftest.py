"""A real Rasa: trained once around the current model, kept by the real keeper in a folder of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contact_center.embedded.rasa import rasa_folder, rasa_settings
from contact_center.rasa.address import ServerAddress
from contact_center.rasa.archives import Archives
from contact_center.rasa.build import build
from contact_center.rasa.client import RasaClient
from contact_center.rasa.service import RasaEngine
from nlu.engine import EmbeddedEngine
from nlu.models import ensure_model
from tests.support.waiting import wait_until

ROOT = Path(__file__).parent.parent.parent
START_TIMEOUT_S = 180


@dataclass(frozen=True)
class RunningRasa:
    """A keeper at work in ``data``."""

    data: Path
    settings: dict[str, str]
    keeper: subprocess.Popen[bytes]

    @property
    def archives(self) -> Archives:
        return Archives(rasa_folder(self.data) / "models")

    @property
    def address(self) -> ServerAddress:
        return ServerAddress(self.settings["RASA_URL"])

    @property
    def secret(self) -> str:
        return self.settings["RASA_SECRET"]

    @property
    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.data.rglob("*.log")))

    def client(self, **options: float) -> RasaClient:
        return RasaClient(self.address, self.secret, **options)


@pytest.fixture(scope="session")
def our_model() -> Path:
    folder = os.environ.get("TEST_NLU_MODEL")
    return Path(folder) if folder else ensure_model()


@pytest.fixture(scope="session")
def embedded(our_model: Path) -> EmbeddedEngine:
    return EmbeddedEngine.load(our_model)


@pytest.fixture(scope="session")
def rasa(our_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRasa]:
    data = tmp_path_factory.mktemp("house")
    archives = Archives(rasa_folder(data) / "models")
    archives.use(build(archives, our_model).name)
    settings = rasa_settings(data)
    command = [sys.executable, "-m", "contact_center.rasa.keeper", "--data", str(data)]
    with (data / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)
    running = RunningRasa(data, settings, keeper)
    try:
        address = rasa_folder(data) / "address"
        wait_until(
            lambda: address.exists() or keeper.poll() is not None, what="Rasa answers", timeout_s=START_TIMEOUT_S
        )
        assert keeper.poll() is None, running.logs
        yield running
    finally:
        keeper.send_signal(signal.SIGTERM)
        keeper.wait(30)


@pytest.fixture
def engine(rasa: RunningRasa, embedded: EmbeddedEngine) -> Iterator[RasaEngine]:
    # What is tested is what Rasa says, on a machine that may be busy with other things: not how soon.
    engine = RasaEngine(rasa.client(answer_timeout_s=30.0), embedded)
    yield engine
    engine.close()
