"""A small model for tests: trained once a session on a slice of the corpus, with every head and the place tagger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nlu.classifier import PLACES_FILE
from nlu.corpus import Utterance, corpus_files, load_corpus
from nlu.embedded import SEMANTIC_VARIABLE
from nlu.engine import EmbeddedEngine
from nlu.train import TrainSettings, train
from nlu.train_places import train_tagger

PER_LABEL = 14


def slice_of_the_corpus() -> list[Utterance]:
    """A few utterances of every label, emergencies included, spread over the registers; and look-alikes of every
    intent, no more of them beside the emergencies than people send."""
    by_label: dict[tuple[str, str | None, bool], list[Utterance]] = defaultdict(list)
    for utterance in load_corpus(corpus_files()):
        category = "look-alike" if utterance.look_alike else utterance.category
        by_label[utterance.intent, category, utterance.emergency].append(utterance)
    chosen: list[Utterance] = []
    for utterances in by_label.values():
        step = max(1, len(utterances) // PER_LABEL)
        chosen += utterances[::step][:PER_LABEL]
    return chosen


@pytest.fixture(scope="session", autouse=True)
def words_alone() -> Iterator[None]:
    """The same figures whether or not the sentence encoder is installed here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SEMANTIC_VARIABLE, "off")
        yield


@pytest.fixture(scope="session")
def corpus_slice() -> list[Utterance]:
    return slice_of_the_corpus()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory, corpus_slice: list[Utterance]) -> Path:
    folder = tmp_path_factory.mktemp("nlu") / "model"
    settings = replace(TrainSettings(), typo_share=0.0, svm_c=0.3)
    train(corpus_slice, settings, "test", progress=lambda message: None).save(folder)
    train_tagger(corpus_slice, seed=1, rounds=25).save(folder / PLACES_FILE)
    return folder


@pytest.fixture(scope="session")
def engine(model_folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine.load(model_folder)
