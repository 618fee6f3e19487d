"""The accounts this run may try: root hands its servers to an account without rights, an ordinary user keeps them."""

import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from contact_center.embedded.account import Account, closed_folder
from contact_center.embedded.binaries import POSTGRES_WHEELS, VALKEY_WHEEL

WHEELS = (*POSTGRES_WHEELS, VALKEY_WHEEL)
ACCOUNTS = ("root", "nobody") if os.geteuid() == 0 else (pwd.getpwuid(os.geteuid()).pw_name,)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for servers and the account of the person who starts them."""

    folder: Path
    account: str
    installation: Path | None

    def become(self) -> None:
        """Turn this process into that person. For a child of the test only: there is no way back."""
        if self.installation:
            sys.path.insert(0, str(self.installation))
        if os.geteuid() == 0 and self.account != "root":
            entry = pwd.getpwnam(self.account)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)


@pytest.fixture(scope="session")
def installation() -> Iterator[Path | None]:
    """Where ``nobody`` has the wheels, as an ordinary user would in a clone of their own; None where ours serve."""
    packages = [Path(spec.origin).parent for name in WHEELS if (spec := find_spec(name)) and spec.origin]
    nobody = pwd.getpwnam("nobody")
    if os.geteuid() != 0 or not any(closed_folder(one, Account(nobody.pw_uid, nobody.pw_gid)) for one in packages):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tong-dai-wheels-") as folder:
        Path(folder).chmod(0o755)
        for package in packages:
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists():
                    shutil.copytree(part, Path(folder) / part.name)
        yield Path(folder)


@pytest.fixture(params=ACCOUNTS)
def place(request: pytest.FixtureRequest, installation: Path | None) -> Iterator[Place]:
    """A folder closed to everybody else, like a fresh clone in one's own home."""
    folder = Path(tempfile.mkdtemp(prefix="tong-dai-"))
    if os.geteuid() == 0:
        entry = pwd.getpwnam(request.param)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    yield Place(folder, request.param, installation if request.param == "nobody" else None)
    shutil.rmtree(folder)
