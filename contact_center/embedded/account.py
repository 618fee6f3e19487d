"""Which operating system account a server runs under.

PostgreSQL refuses to run as root, so root hands its servers to an account without rights. An ordinary user keeps them.
"""

import os
import pwd
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError

UNPRIVILEGED = "nobody"

# linux/capability.h: the bits of CapEff in /proc/self/status that let a process pass a folder closed to it.
PASSING_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}


@dataclass(frozen=True, slots=True)
class Account:
    """The account to run under; ``uid`` None means the one we are."""

    uid: int | None = None
    gid: int | None = None

    def owns(self, path: Path) -> None:
        """Give ``path`` to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """The account for a server whose files lie in ``data``: whoever owns them already, else one without rights.

    Raises ``EmbeddedServerError`` when the files belong to somebody whose servers we may not run.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedServerError(
                "not_your_folder",
                vi=f"Thư mục {data} thuộc về tài khoản khác: hãy chạy bằng tài khoản đó, hoặc đặt CONTACT_CENTER_DATA",
                en=f"The folder {data} belongs to another account: run as that account, or set CONTACT_CENTER_DATA",
            )
        return Account()
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise EmbeddedServerError(
            "no_account",
            vi=f"PostgreSQL không chạy bằng root và máy này không có tài khoản {owner or UNPRIVILEGED}",
            en=f"PostgreSQL does not run as root and this machine has no account {owner or UNPRIVILEGED}",
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def closed_folder(path: Path, account: Account) -> Path | None:
    """The first folder on the way to ``path`` that ``account`` may not pass, judged by its mode bits."""
    if account.uid is None:
        return None
    for folder in reversed(path.resolve().parents):
        status = folder.stat()
        if status.st_uid == account.uid:
            passing = status.st_mode & 0o100
        elif status.st_gid == account.gid:
            passing = status.st_mode & 0o010
        else:
            passing = status.st_mode & 0o001
        if not passing:
            return folder
    return None


def passing_prefix(folder: Path, account: Account, *, on_parent_death: signal.Signals | None) -> list[str]:
    """The command that changes to ``account`` and still passes ``folder``, without changing the mode of any folder.

    The server keeps one capability, to pass folders; a fresh clone below a private folder of root needs it. Raises
    ``EmbeddedServerError`` naming the folder where this machine cannot do that.
    """
    setpriv, capability = shutil.which("setpriv"), _passing_capability()
    if not setpriv or not capability:
        raise EmbeddedServerError(
            "folder_closed",
            vi=f"Máy chủ chạy bằng tài khoản không đặc quyền nên không vào được {folder}: hãy chạy chmod o+x {folder}",
            en=f"The server runs without privileges and cannot enter {folder}: run chmod o+x {folder}",
        )
    return [
        setpriv,
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=-all,+{capability}",
        *([f"--pdeathsig={on_parent_death.name.removeprefix('SIG')}"] if on_parent_death else []),
    ]


def _passing_capability() -> str | None:
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("CapEff:"))
    held = int(line.split()[1], 16)
    return next((name for name, bit in PASSING_CAPABILITIES.items() if held >> bit & 1), None)
