"""A real Elasticsearch for the whole run: a given one, else our own, else one in Docker; without any the test fails.

It starts with the first test that asks for it. ``TEST_ELASTICSEARCH_URL`` names one that runs already.
"""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from contact_center.embedded import ElasticsearchServer, EmbeddedServerError
from contact_center.embedded.elasticsearch import VERSION
from contact_center.embedded.ports import HOST, free_port

PORT = 23000
IMAGE = f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
DOCKER_TIMEOUT_S = 300.0

_numbers = count(1)


@pytest.fixture(scope="session")
def elasticsearch_url(server_folder: Path) -> Iterator[str]:
    given = os.environ.get("TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    server = ElasticsearchServer(server_folder / "elasticsearch", port=PORT)
    try:
        server.start()
    except EmbeddedServerError as error:
        with _in_docker(str(error)) as url:
            yield url
        return
    yield server.url
    server.stop()


@pytest.fixture
def index_name() -> str:
    """An index nobody else uses, for tests that share the server."""
    return f"test_{os.getpid()}_{next(_numbers)}"


@contextmanager
def _in_docker(why: str) -> Iterator[str]:
    port = free_port(PORT)
    container = f"tong-dai-test-elasticsearch-{os.getpid()}"
    settings = ("discovery.type=single-node", "xpack.security.enabled=false", "ES_JAVA_OPTS=-Xms512m -Xmx512m")
    command = ["docker", "run", "--rm", "-d", "--name", container, "-p", f"{HOST}:{port}:9200"]
    command += [word for setting in settings for word in ("-e", setting)]
    if not shutil.which("docker") or subprocess.run([*command, IMAGE], check=False, capture_output=True).returncode:
        pytest.fail(f"{why}; Docker không chạy được / nor does Docker run", pytrace=False)
    try:
        url = f"http://{HOST}:{port}"
        _wait_until_it_answers(url)
        yield url
    finally:
        subprocess.run(["docker", "stop", container], check=False, capture_output=True)


def _wait_until_it_answers(url: str) -> None:
    give_up_at = time.monotonic() + DOCKER_TIMEOUT_S
    while time.monotonic() < give_up_at:
        try:
            urllib.request.urlopen(f"{url}/_cluster/health", timeout=5).close()  # noqa: S310 - loopback
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Elasticsearch did not answer within {DOCKER_TIMEOUT_S:.0f} s", pytrace=False)
