"""The corpus of `nlu/data` as Rasa's training data, read in place: one corpus, and no exported copy to go stale.

Rasa learns the intents and where places are. Its classifiers gain nothing from ten thousand reports of one intent, so
of each category and intent some are taken, spread over the files and so over their writers; each as written and
without accents, because people write both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.corpus import Utterance, corpus_files, load_corpus
from nlu.text import fold, view

PER_CATEGORY = 24


def spread(utterances: Sequence[Utterance], per_category: int = PER_CATEGORY) -> list[Utterance]:
    """At most so many of each intent and category, evenly over the corpus; every utterance of the other intents."""
    by_label: dict[tuple[str, str | None], list[Utterance]] = defaultdict(list)
    for utterance in utterances:
        by_label[utterance.intent, utterance.category].append(utterance)
    chosen: list[Utterance] = []
    for (_, category), same in by_label.items():
        step = max(len(same) / per_category, 1.0) if category else 1.0
        chosen += [same[int(i * step)] for i in range(int(len(same) / step))]
    return chosen


def messages(utterances: Iterable[Utterance]) -> list[Message]:
    """Each utterance in both spellings, its places marked."""
    return [
        Message.build(
            text, intent=utterance.intent, entities=_entities(utterance, text), example_metadata=_metadata(utterance)
        )
        for utterance in utterances
        for text in _spellings(utterance.text)
    ]


def _spellings(text: str) -> list[str]:
    """As written and without accents. Offsets hold in both only when composing the text keeps its length."""
    folded = fold(view(text).text)
    return [text] if folded == text or len(folded) != len(text) else [text, folded]


def _entities(utterance: Utterance, text: str) -> list[dict[str, Any]]:
    return [
        {"entity": "place", "start": start, "end": end, "value": text[start:end]} for start, end in utterance.places
    ]


def _metadata(utterance: Utterance) -> dict[str, Any]:
    return {
        "category": utterance.category,
        "case_type": utterance.case_type,
        "urgency": utterance.urgency,
        "register": utterance.register,
        "region": utterance.region,
        "emergency": utterance.emergency,
    }


class CorpusImporter(RasaFileImporter):
    """Rasa's importer for our corpus; configuration and domain are read from their files as usual."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        per_category: int = PER_CATEGORY,
    ) -> None:
        super().__init__(config_file, domain_path, None)
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._folder = next((Path(path) for path in given), None)
        self._per_category = per_category

    def get_nlu_data(self, language: str | None = "vi") -> TrainingData:
        files = corpus_files(self._folder) if self._folder else corpus_files()
        return TrainingData(messages(spread(load_corpus(files), self._per_category)))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: what to say next is decided in the core."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        return StoryGraph([])

    def get_domain(self) -> Domain:
        return super().get_domain()
