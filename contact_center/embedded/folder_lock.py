"""One keeper per folder, for as long as the keeper lives: however it dies, the kernel lets go of the lock."""

import fcntl
import os
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError


class FolderLock:
    """Taken once, given back once; a second keeper gets an ``EmbeddedServerError`` that names the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None

    def take(self) -> None:
        """Make the folder where it is missing and keep it. Does nothing when it is ours already."""
        if self._file is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            keeper = os.read(file, 20).decode() or "?"
            os.close(file)
            raise EmbeddedServerError(
                "folder_in_use",
                vi=f"Tiến trình {keeper} đang dùng thư mục {self.folder}: hãy dừng nó, hoặc đặt CONTACT_CENTER_DATA",
                en=f"Process {keeper} is using the folder {self.folder}: stop it, or set CONTACT_CENTER_DATA",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
