"""``python -m contact_center.rasa.build``: train a Rasa model around our model that serves and put it to use.

Which one serves is the house's word (``DATABASE_URL``, or the hotline running in ``--data``); where nobody answers it
is the shipped model. ``--use NAME`` only goes back (or forward) to an archive that is there already. ``--around
VERSION`` is how the keeper has an archive made: trained at the lowest priority, put to use by the keeper itself.
"""

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.processes import end_with_parent
from contact_center.embedded.rasa import rasa_environment, rasa_folder, rasa_python
from contact_center.learning.serving import folder_of
from contact_center.learning.training import shipped_version
from contact_center.rasa.archives import Archives
from contact_center.rasa.wish import ModelInForce
from nlu.models import model_root

TRAINING_TIMEOUT_S = 1800
GENTLE = 10
"""Added niceness of a training that runs beside a serving hotline."""


def build(archives: Archives, model: Path) -> Path:
    """The archive around ``model``, trained if it is not there yet; one training at a time in a folder, the second
    finds the first one's archive. Raises ``EmbeddedServerError``."""
    archive = archives.path_for(model.name)
    if archive.is_file():
        return archive
    if not (model / "model.json").is_file():
        raise EmbeddedServerError(
            "no_model", vi=f"Không có mô hình {model.name} ở {model}", en=f"There is no model {model.name} at {model}"
        )
    with _one_training(archives.folder):
        if not archive.is_file():
            _train(model, archive)
    return archive


@contextmanager
def _one_training(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for draft in folder.glob("tmp*"):  # of a training that was killed
            shutil.rmtree(draft, ignore_errors=True)
        yield


def _train(model: Path, archive: Path) -> None:
    command = [str(rasa_python()), "-m", "nlu.rasa.train", str(model.absolute()), str(archive.absolute())]
    try:
        subprocess.run(  # noqa: S603 - our own module, no shell
            command,
            env=rasa_environment(dict(os.environ)),
            cwd=archive.parent,
            check=True,
            timeout=TRAINING_TIMEOUT_S,
            # One system call between fork and exec, from a program of one thread.
            preexec_fn=end_with_parent(signal.SIGKILL),
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise EmbeddedServerError(
            "rasa_not_trained",
            vi="Không huấn luyện được Rasa, xem lỗi ở trên",
            en=f"Rasa could not be trained, see above ({type(error).__name__})",
        ) from error


def build_in_force(archives: Archives, data: Path) -> Path:
    """The archive around the model that serves, else around the shipped one: a candidate whose folder is lost or
    damaged must not keep the hotline from starting. Raises ``EmbeddedServerError``."""
    shipped, url = shipped_version(), database_url(data)
    in_force = ModelInForce(url, shipped).ask_once() if url else None
    if in_force not in (None, shipped):
        try:
            return build(archives, folder_of(str(in_force), model_root(), shipped=shipped))
        except EmbeddedServerError as error:
            sys.stderr.write(f"{error}\n")
    return build(archives, folder_of(shipped, model_root(), shipped=shipped))


def database_url(data: Path) -> str:
    """The database of the house; empty where none is known."""
    state = data / "run.json"
    told = str(json.loads(state.read_text("utf-8")).get("database_url", "")) if state.exists() else ""
    return os.environ.get("DATABASE_URL") or told


def main(arguments: list[str] | None = None) -> int:
    """0 when the model is in use (with ``--around``: is there); 1 with one sentence when it could not be had."""
    parser = argparse.ArgumentParser(prog="make rasa", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA") or "var"))
    parser.add_argument("--use", metavar="NAME", help="an archive in <data>/rasa/models")
    parser.add_argument("--around", metavar="VERSION", help="only train the archive around this model of ours")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _leave)
    data = options.data.absolute()
    archives = Archives(rasa_folder(data) / "models")
    try:
        if options.around:
            return _only_train(archives, options.around)
        name = options.use or build_in_force(archives, data).name
        archives.use(name)
    except EmbeddedServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    archives.forget_old()
    sys.stdout.write(f"Rasa: {archives.folder / name}\n")
    return 0


def _only_train(archives: Archives, version: str) -> int:
    os.nice(GENTLE)
    archive = build(archives, folder_of(version, model_root(), shipped=shipped_version()))
    sys.stdout.write(f"Rasa: {archive}\n")
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    """Asked to end: an exception, so that the training ends with us."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
