"""Where trained models are kept: a folder a version, all of it or none, the newest few.

A model's version is a hash of data, settings and the code that makes features, so a stale model is never taken for the
current one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from nlu.classifier import PLACES_FILE
from nlu.corpus import Utterance, corpus_files, load_corpus
from nlu.labels import DATA
from nlu.train import Progress, TrainSettings, say, train
from nlu.train_places import train_tagger

MODEL_DIR_VARIABLE = "NLU_MODEL_DIR"
DEFAULT_MODEL_DIR = "var/nlu"
KEPT_MODELS = 3
_CODE_THAT_SHAPES_FEATURES = (
    "text.py",
    "emergency.py",
    "emergency_context.py",
    "emergency_cues.py",
    "phrases.py",
    "features.py",
    "teencode.py",
    "train.py",
    "fit.py",
    "classifier.py",
    "views.py",
    "place_tagger.py",
    "train_places.py",
    "admin_places.py",
    "gazetteer.py",
    "landmarks.py",
    "numbered_places.py",
    "streets.py",
    "spoken_numbers.py",
)


def data_version(files: Sequence[Path], settings: TrainSettings, folder: Path = DATA) -> str:
    """The version a model of these files and settings has: twelve hex digits."""
    digest = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    code = [Path(__file__).parent / name for name in _CODE_THAT_SHAPES_FEATURES]
    for path in [*files, folder / "labels.yaml", *code]:
        digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b""))
    return digest.hexdigest()[:12]


def model_root() -> Path:
    return Path(os.environ.get(MODEL_DIR_VARIABLE) or DEFAULT_MODEL_DIR)


@contextmanager
def _one_trainer(root: Path) -> Iterator[None]:
    """Web and worker may start together: the second waits, then finds the first one's model."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_model(root: Path | None = None, settings: TrainSettings | None = None, progress: Progress = say) -> Path:
    """The folder of the model of the current data and code; trains it when it is not there yet.

    Raises `NoTrainingData`, `nlu.corpus.CorpusNotReadable`.
    """
    root = root or model_root()
    settings = settings or TrainSettings()
    files = corpus_files()
    version = data_version(files, settings)
    folder = root / version
    if (folder / "model.json").exists():
        return folder
    with _one_trainer(root):
        if not (folder / "model.json").exists():
            progress("nlu: no model for the current data, training one (some minutes)")
            train_and_save(load_corpus(files), settings, version, folder, progress)
            forget_old_models(root)
    return folder


def forget_old_models(root: Path) -> None:
    """Keep the newest few, so that a process still loading its predecessor finds it and a disk does not fill."""
    models = sorted(root.glob("*/model.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[KEPT_MODELS:]:
        shutil.rmtree(path.parent, ignore_errors=True)


def train_and_save(
    utterances: Sequence[Utterance], settings: TrainSettings, version: str, folder: Path, progress: Progress
) -> None:
    """All of the folder or none: a killed training leaves nothing that looks like a model.

    Raises `NoTrainingData`.
    """
    classifier = train(utterances, settings, version, progress)
    progress("nlu: places")
    tagger = train_tagger(utterances, settings.seed)
    with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
        model = Path(draft, "model")
        classifier.save(model)
        tagger.save(model / PLACES_FILE)
        for path in model.iterdir():
            _to_disk(path)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(model, folder)


def _to_disk(path: Path) -> None:
    """Wait until a file is on the disk: its folder gets the model's name only after that, power cuts included."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
