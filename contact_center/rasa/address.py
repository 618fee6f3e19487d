"""Where the Rasa server is: a URL that stays, or a file that its keeper rewrites when a new model moves in."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from contact_center.embedded.private_files import write_private


class ServerAddress:
    """``http://host:port`` or ``file:///…/address``, a file with such a URL in it. Read again for every message: one
    small read, and no request goes to a server that is being replaced."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._file = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._url = url.rstrip("/")

    @property
    def file(self) -> Path | None:
        """The keeper's file; None for a server somebody else looks after."""
        return self._file

    def current(self) -> str:
        """The base URL. Raises OSError where the keeper has not written one yet."""
        return self._file.read_text(encoding="utf-8").strip() if self._file else self._url


def publish(file: Path, url: str) -> None:
    """Replace the address in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_private(file, f"{url}\n")
