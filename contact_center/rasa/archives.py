"""Rasa's trained models on disk: ``<folder>/<name>.tar.gz`` and a file ``current`` that names the one in use."""

import hashlib
import os
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.private_files import write_private

KEPT = 3
ROOT = Path(__file__).parent.parent.parent
SHAPED_BY = ("nlu/rasa/*.py", "nlu/rasa/*.yml", "requirements/rasa.txt")


class Archives:
    """The models in one folder. Only ``use`` changes which of them serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def current(self) -> Path | None:
        """The model to serve, or None when none was chosen or the chosen one is gone."""
        note = self.folder / "current"
        path = self.folder / note.read_text(encoding="utf-8").strip() if note.exists() else None
        return path if path is not None and path.is_file() else None

    def use(self, name: str) -> None:
        """Serve ``name`` from now on; a running keeper moves over by itself. Raises ``EmbeddedServerError``."""
        if not (self.folder / name).is_file():
            raise EmbeddedServerError(
                "no_rasa_model",
                vi=f"Không có mô hình Rasa {name} trong {self.folder}",
                en=f"There is no Rasa model {name} in {self.folder}",
            )
        os.utime(self.folder / name)  # the last ones used are kept, so that a rollback finds its archive
        write_private(self.folder / "current", f"{name}\n")

    def path_for(self, version: str) -> Path:
        """Where the archive around our model of this version belongs. Another model or other Rasa code gives another
        name."""
        files = sorted(path for pattern in SHAPED_BY for path in ROOT.glob(pattern))
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]
        return self.folder / f"{version}-{digest}.tar.gz"

    def forget_old(self) -> None:
        """Keep the few used last and the one in use."""
        newest = sorted(self.folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest[KEPT:]:
            if path != self.current:
                path.unlink(missing_ok=True)


def version_in(archive: Path | None) -> str:
    """Which of our models an archive was trained around, by its name; empty where there is none."""
    return archive.name.removesuffix(".tar.gz").partition("-")[0] if archive is not None else ""
