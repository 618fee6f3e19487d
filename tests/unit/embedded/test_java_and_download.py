"""Which Java is taken, and a download that breaks off, lies, or comes from a mirror."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contact_center.embedded import java
from contact_center.embedded.account import Account
from contact_center.embedded.download import CENTRAL, Artifact, fetch, repository
from contact_center.embedded.errors import EmbeddedServerError

CONTENT = bytes(range(256)) * 4000
PATH = "org/example/thing-1.zip"
ARTIFACT = Artifact("Thing", PATH, hashlib.sha512(CONTENT).hexdigest(), len(CONTENT))


def installed(folder: Path, version: str, modules: str | None = "java.base jdk.jdi") -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    lines = [f'JAVA_VERSION="{version}"'] + ([f'MODULES="{modules}"'] if modules else [])
    (folder / "release").write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize(
    ("version", "modules", "runs"),
    [
        ("25.0.3", "java.base jdk.jdi", True),
        ("21", None, True),
        ("17.0.9", "java.base jdk.jdi", False),
        ("1.8.0_392", None, False),
        ("25.0.2", "java.base", False),
    ],
)
def test_elasticsearch_runs_on_a_new_and_whole_java(
    tmp_path: Path, version: str, modules: str | None, runs: bool
) -> None:
    found = java.read(installed(tmp_path / "java", version, modules))
    assert found is not None
    assert found.runs_elasticsearch is runs


def test_a_folder_without_java_is_none(tmp_path: Path) -> None:
    assert java.read(tmp_path) is None


def test_the_java_that_was_named_is_taken(tmp_path: Path) -> None:
    home = installed(tmp_path / "java", "23")
    assert java.find_java(Account(), {"ES_JAVA_HOME": str(home)}).home == home


@dataclass
class Repository:
    """A repository that breaks off after ``most`` bytes an answer."""

    url: str = ""
    most: int = len(CONTENT)
    content: bytes = CONTENT
    ranges: list[str | None] = field(default_factory=list)


@pytest.fixture
def repository_server() -> Iterator[Repository]:
    kept = Repository()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != f"/{PATH}":
                self.send_error(404)
                return
            asked = self.headers.get("Range")
            kept.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(kept.content) - start))
            self.end_headers()
            self.wfile.write(kept.content[start : start + kept.most])

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        kept.url = f"http://127.0.0.1:{server.server_port}"
        yield kept
        server.shutdown()


def test_a_download_goes_on_where_it_broke_off(
    tmp_path: Path, repository_server: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contact_center.embedded.download.FIRST_PAUSE_S", 0.0)
    repository_server.most = 400_000
    said: list[str] = []
    path = fetch(ARTIFACT, tmp_path, said.append, root=repository_server.url)
    assert path.read_bytes() == CONTENT
    assert repository_server.ranges == [None, "bytes=400000-", "bytes=800000-"]
    assert said


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path, repository_server: Repository) -> None:
    for _ in range(2):
        fetch(ARTIFACT, tmp_path, lambda line: None, root=repository_server.url)
    assert len(repository_server.ranges) == 1


def test_another_file_of_the_same_length_is_not_believed(tmp_path: Path, repository_server: Repository) -> None:
    repository_server.content = CONTENT[::-1]
    with pytest.raises(EmbeddedServerError) as refused:
        fetch(ARTIFACT, tmp_path, lambda line: None, root=repository_server.url)
    assert refused.value.code == "not_what_was_expected"
    assert list(tmp_path.iterdir()) == []


def test_a_repository_without_the_file_is_said_at_once(tmp_path: Path, repository_server: Repository) -> None:
    with pytest.raises(EmbeddedServerError) as refused:
        fetch(ARTIFACT, tmp_path, lambda line: None, root=f"{repository_server.url}/elsewhere")
    assert refused.value.code == "not_fetched"


def test_the_repository_is_the_given_one_else_the_mirror_else_the_public_one(tmp_path: Path) -> None:
    assert repository({}, tmp_path) == CENTRAL
    settings = tmp_path / ".m2" / "settings.xml"
    settings.parent.mkdir()
    settings.write_text(
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><mirrors><mirror><id>m</id>'
        "<mirrorOf>central</mirrorOf><url>https://mirror.example.vn/maven/</url></mirror></mirrors></settings>"
    )
    assert repository({}, tmp_path) == "https://mirror.example.vn/maven"
    assert repository({"MAVEN_REPOSITORY_URL": "https://other.example.vn"}, tmp_path) == "https://other.example.vn"
