"""One real PostgreSQL and one real Valkey for the whole run, started in a temporary folder.

``TEST_DATABASE_URL`` (a role that may create databases) and ``TEST_REDIS_URL`` run the same tests on other servers.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contact_center.embedded import EmbeddedServer, EmbeddedServerError, PostgresServer, ValkeyServer

# Away from `make run`, so that a test run beside it looks for its ports elsewhere.
POSTGRES_PORT = 21000
VALKEY_PORT = 22000


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A running server; ``of`` gives the address of one of its databases."""

    url: str

    def of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("servers")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[ServerAddress]:
    """A PostgreSQL whose role may create databases. It forgets everything when the machine loses power."""
    yield from _serve(
        os.environ.get("TEST_DATABASE_URL"),
        PostgresServer(server_folder / "postgresql", port=POSTGRES_PORT, durable=False),
    )


@pytest.fixture(scope="session")
def valkey(server_folder: Path) -> Iterator[ServerAddress]:
    yield from _serve(
        os.environ.get("TEST_REDIS_URL"),
        ValkeyServer(server_folder / "valkey", port=VALKEY_PORT, durable=False),
    )


def _serve(elsewhere: str | None, server: EmbeddedServer) -> Iterator[ServerAddress]:
    if elsewhere:
        yield ServerAddress(elsewhere)
        return
    try:
        server.start()
    except EmbeddedServerError as error:
        pytest.fail(str(error), pytrace=False)
    yield ServerAddress(server.url)
    server.stop()


@pytest.fixture(scope="session")
def redis_databases() -> Iterator[int]:
    """Numbers of Valkey's databases in turn; 0 is left to people who look on."""
    return cycle(range(1, 16))
