"""``python -m contact_center.rasa.build``: train a Rasa model around the current model of ours and put it to use.

``--use NAME`` only goes back (or forward) to an archive that is there already.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.rasa import rasa_environment, rasa_folder, rasa_python
from contact_center.rasa.archives import Archives
from nlu.train import ensure_model

TRAINING_TIMEOUT_S = 1800


def build(archives: Archives, model: Path) -> Path:
    """The archive around ``model``, trained if it is not there yet. Raises ``EmbeddedServerError``."""
    archive = archives.path_for(model)
    if not archive.is_file():
        archives.folder.mkdir(parents=True, exist_ok=True)
        command = [str(rasa_python()), "-m", "nlu.rasa.train", str(model.absolute()), str(archive.absolute())]
        environment = rasa_environment(dict(os.environ))
        try:
            subprocess.run(  # noqa: S603 - our own module, no shell
                command, env=environment, cwd=archives.folder, check=True, timeout=TRAINING_TIMEOUT_S
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise EmbeddedServerError(
                "rasa_not_trained",
                vi="Không huấn luyện được Rasa, xem lỗi ở trên",
                en=f"Rasa could not be trained, see above ({type(error).__name__})",
            ) from error
    return archive


def main(arguments: list[str] | None = None) -> int:
    """0 when the model is in use; 1 with one sentence when it could not be had."""
    parser = argparse.ArgumentParser(prog="make rasa", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA") or "var"))
    parser.add_argument("--use", metavar="NAME", help="an archive in <data>/rasa/models")
    options = parser.parse_args(arguments)
    archives = Archives(rasa_folder(options.data.absolute()) / "models")
    try:
        name = options.use or build(archives, ensure_model()).name
        archives.use(name)
    except EmbeddedServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    archives.forget_old()
    sys.stdout.write(f"Rasa: {archives.folder / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
