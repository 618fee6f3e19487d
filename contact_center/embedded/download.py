"""A large file from a Maven repository: fetched once, continued where it broke off, believed by its digest alone."""

import hashlib
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from xml.etree import ElementTree

from contact_center.embedded.errors import EmbeddedServerError

CENTRAL = "https://repo.maven.apache.org/maven2"
TIMEOUT_S = 30.0
ATTEMPTS = 5
FIRST_PAUSE_S = 1.0
CHUNK = 1 << 18
TELL_EVERY = 0.1

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Artifact:
    """``path`` below the root of a repository; ``size`` in bytes."""

    name: str
    path: str
    sha512: str
    size: int


def repository(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> str:
    """Where Maven's files are fetched from here: ``MAVEN_REPOSITORY_URL``, the mirror in ``~/.m2/settings.xml``, or
    the public one."""
    given = environment.get("MAVEN_REPOSITORY_URL") or _mirror((home or Path.home()) / ".m2" / "settings.xml")
    return (given or CENTRAL).rstrip("/")


def _mirror(settings: Path) -> str | None:
    try:
        root = ElementTree.fromstring(settings.read_text())  # noqa: S314 - the file of whoever runs us
    except (OSError, ElementTree.ParseError):
        return None
    for mirror in root.iter():
        if mirror.tag.rpartition("}")[2] != "mirror":
            continue
        said = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
        if {"central", "*", "external:*"} & set(said.get("mirrorOf", "").split(",")):
            return said.get("url") or None
    return None


def fetch(artifact: Artifact, folder: Path, say: Say, *, root: str | None = None) -> Path:
    """The file in ``folder``, fetched where it is not there yet. Raises ``EmbeddedServerError``."""
    target = folder / Path(artifact.path).name
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    url = f"{root or repository()}/{artifact.path}"
    _continue_until_whole(url, partial, artifact, say)
    if _sha512(partial) != artifact.sha512:
        partial.unlink()
        raise EmbeddedServerError(
            "not_what_was_expected",
            vi=f"Tệp {artifact.name} tải về không đúng bản đã kiểm tra, đã xóa: {url}",
            en=f"The file fetched for {artifact.name} is not the one that was checked, and was removed: {url}",
        )
    partial.rename(target)
    return target


def _continue_until_whole(url: str, partial: Path, artifact: Artifact, say: Say) -> None:
    for attempt in range(ATTEMPTS):
        try:
            _continue(url, partial, artifact, say)
            return
        except (OSError, HTTPException) as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < HTTPStatus.INTERNAL_SERVER_ERROR
            if refused or attempt == ATTEMPTS - 1:
                raise EmbeddedServerError(
                    "not_fetched",
                    vi=f"Không tải được {artifact.name} từ {url} ({error}); hãy thử lại hoặc đặt MAVEN_REPOSITORY_URL",
                    en=f"{artifact.name} could not be fetched from {url} ({error}); "
                    "try again or set MAVEN_REPOSITORY_URL",
                ) from error
            time.sleep(FIRST_PAUSE_S * 2**attempt)


def _continue(url: str, partial: Path, artifact: Artifact, say: Say) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    if have >= artifact.size:
        return
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - a repository of the operator's choice
        continues = answer.status == HTTPStatus.PARTIAL_CONTENT
        have = have if continues else 0
        told = have / artifact.size
        with partial.open("ab" if continues else "wb") as file:
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                have += len(chunk)
                if have / artifact.size >= told + TELL_EVERY:
                    told = have / artifact.size
                    say(f"Đang tải {artifact.name}: {told:.0%} / Fetching {artifact.name}: {told:.0%}")
    if have < artifact.size:
        raise OSError(f"{have} of {artifact.size} bytes")


def _sha512(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()
