# ruff: noqa: PLC0415 - Rasa reads its settings from the environment when it is imported
"""`python -m nlu.rasa.train MODEL OUTPUT [CONFIG]`: a Rasa archive around one of our models. In Rasa's environment.

The archive is written under another name and renamed at the end, so that whoever watches the folder sees it whole.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CONFIG = HERE / "config.yml"
DOMAIN = HERE / "domain.yml"

QUIET = {
    # Rasa reports usage to its makers unless told not to.
    "RASA_TELEMETRY_ENABLED": "false",
    # At `debug` Rasa logs what people wrote.
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class NothingTrained(Exception):
    """Rasa found nothing to train or said no more than that."""

    code = "rasa_nothing_trained"


def train(model: Path, output: Path, config: Path = CONFIG) -> Path:
    """Train and put the archive at `output`. Raises `NothingTrained` and whatever Rasa raises."""
    os.environ.update(QUIET, NLU_MODEL=str(model.absolute()))
    from rasa.model_training import train_nlu
    from rasa.utils.log_utils import configure_structlog

    configure_structlog()
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent) as draft:
        # Nothing is worth caching between two trainings, and Rasa would put it in the folder we stand in.
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(draft, "cache"))
        trained = train_nlu(
            config=str(config),
            nlu_data=str(HERE.parent / "data"),
            output=draft,
            fixed_model_name=output.name.removesuffix(".tar.gz"),
            domain=str(DOMAIN),
        )
        if trained is None:
            raise NothingTrained(f"{config}: nothing trained")
        os.replace(trained, output)
    return output


def main(arguments: list[str]) -> int:
    if len(arguments) not in {2, 3}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    model, output, *config = (Path(argument) for argument in arguments)
    train(model, output, *config)
    sys.stdout.write(f"{output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
