"""Elasticsearch, the real server that its makers publish for tests on Maven Central, kept like the other servers.

It has no accounts of its own, so it listens on loopback only and knows nothing but articles.
"""

import hashlib
import json
import os
import signal
import sys
import urllib.request
import zipfile
from contextlib import suppress
from pathlib import Path

from contact_center.embedded.account import Account, account_for, closed_folder
from contact_center.embedded.download import Artifact, Say, fetch
from contact_center.embedded.java import VECTOR_MODULE, Java, find_java
from contact_center.embedded.ports import HOST
from contact_center.embedded.server import EmbeddedServer
from contact_center.embedded.shared_folders import made_at_once, shared_folder

VERSION = "9.5.0"
ARTIFACT = Artifact(
    name=f"Elasticsearch {VERSION}",
    path=f"org/elasticsearch/distribution/integ-test-zip/elasticsearch/{VERSION}/elasticsearch-{VERSION}.zip",
    sha512="c06bd4ef7691da91052cada7bb255b2d7c48a1422820a8db0e3e3a1ed0dde4e8"
    "d380cdbadeb7029cc56167b9ad3a6d89f6b8edbc48d4b8685d1ab24a7ab17dd5",
    size=129_856_182,
)
HEAP = "512m"
ANSWER_TIMEOUT_S = 2.0
# Their options that fill the disk with logs and dumps.
UNWANTED_OPTIONS = ("-Xlog:", "-XX:+HeapDump", "-XX:HeapDumpPath", "-XX:ErrorFile")


def say_on_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


class ElasticsearchServer(EmbeddedServer):
    """One node on loopback. Starting it the first time fetches 124 MB and takes a minute, later some 20 seconds."""

    name = "Elasticsearch"
    program = "java"
    default_port = 10224
    well_known_port = 9200
    stop_signal = signal.SIGTERM

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        ends_with_us: bool = True,
        log: Path | None = None,
        downloads: Path | None = None,
        say: Say = say_on_stderr,
    ) -> None:
        """``downloads`` keeps what was fetched, for every installation of this account."""
        super().__init__(folder, port=port, ends_with_us=ends_with_us, log=log)
        self._downloads = downloads or downloads_folder()
        self._say = say
        self._java: Java | None = None
        self._program: Path | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def kill(self) -> None:
        """The launcher and the server it started."""
        if self._process and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        super().kill()

    def start(self) -> None:
        """As every server; before anything else it looks for Java. Raises ``EmbeddedServerError``."""
        if not self.running:
            self._settle_where_it_may_go()
        super().start()

    def _settle_where_it_may_go(self) -> None:
        """Java asks access(2) what it may write, which a capability does not help; below a folder closed to its account
        the data goes to a place that is open. It is only an index: what it is made from is in PostgreSQL."""
        self.folder.mkdir(parents=True, exist_ok=True)
        account = account_for(self.data)
        self._java = find_java(account)
        if closed_folder(self.data, account):
            name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
            self.data = shared_folder(f"elasticsearch-{name}") / "data"

    @property
    def marker(self) -> str:
        """What its launcher and its server have on their command lines."""
        return f"-Djava.io.tmpdir={self.data / 'tmp'}"

    @property
    def _marker(self) -> str:
        return self.marker

    @property
    def _config(self) -> Path:
        return self.data / "config"

    def _create(self) -> None:
        for folder in (self.data, *(self.data / name for name in ("index", "log", "tmp", "config"))):
            folder.mkdir(mode=0o700, exist_ok=True)
            self.account.owns(folder)
        self._program = installed(self._downloads, self.account, self._say)

    def _command(self) -> list[str | Path]:
        self._write_config()
        return [self._home / "bin" / "elasticsearch"]

    @property
    def _home(self) -> Path:
        if self._program is None:
            raise self._error("not_created", "chưa được cài", "was not installed")
        return self._program

    def _write_config(self) -> None:
        theirs = self._home / "config"
        options = [line for line in (theirs / "jvm.options").read_text().splitlines() if self._wants(line)]
        files = {
            "elasticsearch.yml": "".join(f"{name}: {json.dumps(value)}\n" for name, value in self._settings().items()),
            "jvm.options": "\n".join(options) + "\n",
            "log4j2.properties": (theirs / "log4j2.properties").read_text(),
        }
        for name, content in files.items():
            path = self._config / name
            path.write_text(content)
            self.account.owns(path)

    def _wants(self, option: str) -> bool:
        if VECTOR_MODULE in option and self._java is not None:
            return self._java.has(VECTOR_MODULE)
        return not any(word in option for word in UNWANTED_OPTIONS)

    def _settings(self) -> dict[str, object]:
        return {
            "cluster.name": "tong-dai-1022",
            "node.name": "one",
            "path.data": str(self.data / "index"),
            "path.logs": str(self.data / "log"),
            "network.host": HOST,
            "http.port": self.port,
            "transport.port": 0,
            "discovery.type": "single-node",
            "action.auto_create_index": False,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "xpack.security.enabled": False,
        }

    def _environment(self) -> dict[str, str]:
        heap = os.environ.get("ELASTICSEARCH_HEAP", HEAP)
        return {
            "ES_JAVA_HOME": str(self._java.home if self._java else ""),
            "ES_PATH_CONF": str(self._config),
            "ES_TMPDIR": str(self.data / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
            "CLI_JAVA_OPTS": self.marker,
        }

    def _answers(self) -> bool:
        """Its shards are there, not only its door: an index of the last run takes a moment to open."""
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=ANSWER_TIMEOUT_S) as answer:  # noqa: S310
                return bool(json.load(answer)["status"] != "red")
        except (OSError, ValueError, KeyError):
            return False


def downloads_folder() -> Path:
    """Where fetched programs are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "tong-dai-1022"


def installed(downloads: Path, account: Account, say: Say) -> Path:
    """The unpacked server, where ``account`` can run it. Raises ``EmbeddedServerError``."""
    place = downloads / "programs"
    place.mkdir(parents=True, exist_ok=True)
    if closed_folder(place / "any", account):
        place = shared_folder("programs")
    home = place / f"elasticsearch-{VERSION}"
    if not home.exists():
        archive = fetch(ARTIFACT, downloads, say)
        say(f"Giải nén {ARTIFACT.name}... / Unpacking {ARTIFACT.name}...")
        _unpack(archive, home)
    return home


def _unpack(archive: Path, home: Path) -> None:
    """Readable by everybody, programs as programs. The archive holds one folder, whose contents become ``home``."""
    with made_at_once(home) as fresh, zipfile.ZipFile(archive) as file:
        file.extractall(fresh)
        for entry in file.infolist():
            runs = entry.is_dir() or (entry.external_attr >> 16) & 0o111
            (fresh / entry.filename).chmod(0o755 if runs else 0o644)
        for part in (fresh / home.name).iterdir():
            part.rename(fresh / part.name)
