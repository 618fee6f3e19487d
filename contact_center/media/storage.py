"""Bytes on disk under their digest: the same file sent twice is kept once."""

import hashlib
import os
from pathlib import Path
from typing import Literal

Variant = Literal["full", "thumbnail"]


class MediaStorage:
    """Files below ``folder``. Writing is atomic: a reader sees a whole file or none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str, variant: Variant = "full") -> Path:
        suffix = "" if variant == "full" else ".thumbnail"
        return self._folder / sha256[:2] / f"{sha256}{suffix}"

    @staticmethod
    def digest(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    def write(self, data: bytes, thumbnail: bytes = b"") -> str:
        """Keep both (a document has no thumbnail) and give back the digest they are found by."""
        sha256 = self.digest(data)
        self._write_once(self.path(sha256, "full"), data)
        if thumbnail:
            self._write_once(self.path(sha256, "thumbnail"), thumbnail)
        return sha256

    def remove(self, sha256: str) -> None:
        """Forget both; what is not there is forgotten already."""
        for variant in ("full", "thumbnail"):
            self.path(sha256, variant).unlink(missing_ok=True)

    def _write_once(self, path: Path, content: bytes) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
