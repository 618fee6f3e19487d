"""Folders for the account a server runs under: a fresh clone below a private folder of root, or root's own cache, is
closed to an account without rights.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError

SHARED_PLACE = Path("/var/tmp")  # noqa: S108 - kept between restarts; what is taken from there is checked to be ours


def shared_folder(purpose: str) -> Path:
    """A folder everybody may read and only we have written to. Raises ``EmbeddedServerError`` when it is not ours."""
    folder = SHARED_PLACE / f"tong-dai-{purpose}-{os.geteuid()}"
    with suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o755)  # whatever our umask hides from others
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o022:
        raise EmbeddedServerError(
            "not_our_copy",
            vi=f"Thư mục {folder} không phải do tổng đài tạo: hãy xóa nó rồi chạy lại",
            en=f"The folder {folder} was not made by us: remove it and start again",
        )
    return folder


@contextmanager
def made_at_once(home: Path) -> Iterator[Path]:
    """A new folder to fill, which becomes ``home`` in one step; where somebody was quicker, theirs stays."""
    fresh = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
    try:
        yield fresh
        fresh.chmod(0o755)
        with suppress(OSError):
            fresh.rename(home)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh)
