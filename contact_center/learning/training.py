"""A candidate: the shipped data and the accepted labels, trained into a folder of its own beside the shipped model.

The version is a hash of both, so the same data give the same candidate. The lessons are on the disk only while they
are learned, in a folder nobody else can read.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contact_center.learning.lessons import Lesson
from nlu.corpus import Utterance, corpus_files, load_corpus, read_file, same_words
from nlu.models import data_version, train_and_save
from nlu.train import TrainSettings

Progress = Callable[[str], None]

KEPT_CANDIDATES = 3
_LESSONS = "corrections.yml"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model folder. ``base`` is the version of the shipped data and code it stands on."""

    version: str
    base: str
    folder: Path
    utterances: int
    corrections: int


def shipped_version() -> str:
    """The version of the model that this code and its data give."""
    return data_version(corpus_files(), TrainSettings())


def train_candidate(
    lessons: Sequence[Lesson],
    root: Path,
    progress: Progress,
    *,
    base: str,
    corpus: Sequence[Utterance] | None = None,
    settings: TrainSettings | None = None,
) -> Candidate:
    """Train the shipped data (or ``corpus``) with these lessons; what is held back is not learned. ``base`` is the
    version of the shipped model. Takes a minute or two of processor time.

    Raises ``nlu.train.NoTrainingData``, ``nlu.corpus.CorpusNotReadable``.
    """
    settings = settings or TrainSettings()
    document = as_document([lesson for lesson in lessons if not lesson.held_back])
    version = hashlib.sha256(f"{base}\n{document}".encode()).hexdigest()[:12]
    utterances = list(load_corpus(corpus_files()) if corpus is None else corpus)
    taught = _unknown_to(utterances, _read(document))
    folder = root / version
    if not (folder / "model.json").exists():
        root.mkdir(parents=True, exist_ok=True)
        train_and_save([*utterances, *taught], settings, version, folder, progress)
    return Candidate(version, base, folder, len(utterances), len(taught))


def as_document(lessons: Sequence[Lesson]) -> str:
    """The lessons in the form of the corpus: Rasa's NLU YAML with metadata and marked places."""
    blocks = [{"intent": lesson.intent, "examples": [_example(lesson)]} for lesson in lessons]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=True, width=1_000_000)


def _example(lesson: Lesson) -> dict[str, Any]:
    return {
        "text": _marked(lesson),
        "metadata": {
            "category": lesson.category,
            "case_type": lesson.case_type,
            "urgency": lesson.urgency,
            "emergency": lesson.emergency,
        },
    }


def _marked(lesson: Lesson) -> str:
    """One line, its places marked as the present model finds them, so that the new one does not unlearn them."""
    text = lesson.told.text.replace("[", "(").replace("]", ")")
    for start, end in sorted(lesson.told.places, reverse=True):
        text = f"{text[:start]}[{text[start:end]}](place){text[end:]}"
    return " ".join(text.split())


def _read(document: str) -> list[Utterance]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, _LESSONS)
        path.write_text(document, "utf-8")
        return list(read_file(path, Path(folder)))


def _unknown_to(utterances: Sequence[Utterance], taught: Sequence[Utterance]) -> list[Utterance]:
    """Lessons whose words are neither in the corpus already nor in the development set, which is only for measuring."""
    known = {same_words(one.text) for one in (*utterances, *load_corpus(corpus_files(development=True)))}
    return [one for one in taught if same_words(one.text) not in known]


def forget_old_candidates(root: Path, candidates: Sequence[str], needed: Collection[str]) -> list[str]:
    """Remove the folders of all candidates (newest first) but the newest few and those ``needed``; gives what went."""
    gone = [version for version in candidates[KEPT_CANDIDATES:] if version not in needed and (root / version).exists()]
    for version in gone:
        shutil.rmtree(root / version, ignore_errors=True)
    return gone
