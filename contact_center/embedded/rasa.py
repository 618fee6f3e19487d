"""Rasa as a child of ``make run-full``: its environment, its folder, and the keeper to start.

    environment.update(rasa_settings(data))
    supervisor.start(rasa_keeper(data, environment=environment, log=logs / "rasa.log"))

The house serves at once: until Rasa answers, and whenever it does not, understanding falls back to this process.
"""

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from contact_center.embedded.child import ChildProcess
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.private_files import kept_secret
from nlu.embedded import SEMANTIC_VARIABLE
from nlu.local_names import GAZETTEER_VARIABLE, local_names_path
from nlu.models import model_root
from nlu.semantic import PACKAGE

ROOT = Path(__file__).parent.parent.parent


def rasa_folder(data: Path) -> Path:
    return data / "rasa"


def address_file(data: Path) -> Path:
    """Where the keeper writes the address of the server that answers now."""
    return rasa_folder(data) / "address"


def rasa_python() -> Path:
    """Rasa's own Python (``RASA_PYTHON``, else ``.venv-rasa``). Raises ``EmbeddedServerError`` where there is none."""
    python = Path(os.environ.get("RASA_PYTHON") or ROOT / ".venv-rasa" / "bin" / "python")
    if not python.exists():
        raise EmbeddedServerError(
            "no_rasa",
            vi="Chưa có môi trường Rasa, hãy chạy: make rasa",
            en="There is no environment for Rasa yet, run: make rasa",
        )
    return python


def rasa_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What a Rasa process is told: where our code is, and none of our secrets but the one it shares with us."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "RASA_SECRET")
    told = {name: ours[name] for name in wanted if name in ours}
    # The province's own names of places lie beside our models, which an archive of Rasa's has left behind.
    told[GAZETTEER_VARIABLE] = str(local_names_path(model_root()).absolute())
    has_opinion = ours.get(SEMANTIC_VARIABLE) != "off" and find_spec(PACKAGE) is not None
    told[SEMANTIC_VARIABLE] = "on" if has_opinion else "off"
    return told | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}


def rasa_settings(data: Path) -> dict[str, str]:
    """The settings by which our processes find the keeper's server: ``RASA_URL`` and ``RASA_SECRET``."""
    return {
        "RASA_URL": address_file(data.absolute()).as_uri(),
        "RASA_SECRET": kept_secret(rasa_folder(data) / "secret"),
    }


def rasa_keeper(data: Path, *, environment: Mapping[str, str], log: Path) -> ChildProcess:
    """The keeper of ``contact_center.rasa``: runs the server of the current model and moves to the next one."""
    command = [sys.executable, "-m", "contact_center.rasa.keeper", "--data", str(data)]
    return ChildProcess("rasa", command, environment=environment, log=log)
