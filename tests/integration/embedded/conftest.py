"""The accounts this run may try: root hands its servers to an account without rights, an ordinary user keeps them."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ACCOUNTS = ("root", "nobody") if os.geteuid() == 0 else (pwd.getpwuid(os.geteuid()).pw_name,)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for servers and the account of the person who starts them."""

    folder: Path
    account: str

    def become(self) -> None:
        """Turn this process into that person. For a child of the test only: there is no way back."""
        if os.geteuid() == 0 and self.account != "root":
            entry = pwd.getpwnam(self.account)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)


@pytest.fixture(params=ACCOUNTS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A folder closed to everybody else, like a fresh clone in one's own home."""
    folder = Path(tempfile.mkdtemp(prefix="tong-dai-"))
    if os.geteuid() == 0:
        entry = pwd.getpwnam(request.param)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    yield Place(folder, request.param)
    shutil.rmtree(folder)
