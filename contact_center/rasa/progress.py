"""What the keeper is doing, in a file beside its address, for the pages that say how the hotline is."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from contact_center.embedded.private_files import write_private


class Stage(StrEnum):
    SERVING = "serving"  # the model in force
    BUILDING = "building"  # its archive is being trained
    MOVING = "moving"  # the server that carries it is coming up
    FAILED = "failed"  # no server with it could be had; tried again at ``again_at``


@dataclass(frozen=True, slots=True)
class Progress:
    """``model`` is the version of ours that Rasa ought to carry, ``since`` when this stage began."""

    stage: Stage
    model: str
    since: datetime
    again_at: datetime | None = None


def progress_file(address: Path) -> Path:
    """Beside the keeper's address."""
    return address.with_name("progress.json")


def write(file: Path, progress: Progress) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_private(file, json.dumps(asdict(progress), default=datetime.isoformat) + "\n")


def read(file: Path) -> Progress | None:
    """None where no keeper has said anything, or nothing that this code understands."""
    try:
        said = json.loads(file.read_text("utf-8"))
        again_at = datetime.fromisoformat(said["again_at"]) if said["again_at"] else None
        return Progress(Stage(said["stage"]), str(said["model"]), datetime.fromisoformat(said["since"]), again_at)
    except (OSError, ValueError, KeyError, TypeError):
        return None
