# ruff: noqa: PLC0415 - our models load only when a component first needs them
"""Our code as components of a Rasa graph: words, folded features, understanding, places.

Runs in Rasa's own environment (Python 3.10). The understanding component carries a copy of our model inside Rasa's
archive, so that one file is all a server needs beside our code, and an older one is gone back to by its name.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.features import FeatureSettings, feature_names
from nlu.rasa.wire import KEY, as_wire
from nlu.rasa.words import words
from nlu.text import view
from nlu.understanding import Ranked, Understanding

if TYPE_CHECKING:
    from nlu.embedded import Pipeline

_MODEL = "model"
_VOCABULARY = "vocabulary.npz"

register = DefaultV1Recipe.register
Type = DefaultV1Recipe.ComponentType


@register(Type.MESSAGE_TOKENIZER, is_trainable=False)
class PyviTokenizer(Tokenizer):
    """Vietnamese words with exact offsets, whatever the message's Unicode form; the lemma is the folded word."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> list[str]:
        return ["pyvi"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        places = message.get(ENTITIES) or []
        borders = {offset for place in places for offset in (place["start"], place["end"])}
        found = words(message.get(attribute) or "", borders)
        tokens = [Token(word.text, word.start, end=word.end, lemma=word.folded) for word in found]
        # Rasa's extractors cannot do without any token; a blank message has one that is blank.
        return tokens or [Token(" ", 0, end=0, lemma="")]


@register(Type.MESSAGE_FEATURIZER, is_trainable=True)
class FoldedFeatures(SparseFeaturizer, GraphComponent):
    """Words and pairs of words, accented and folded, weighed by rarity: what Rasa's own classifiers see.

    `scale` is the length of a message's vector; Rasa's logistic regression has no setting for its regularisation, and
    longer vectors are the same as less of it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**SparseFeaturizer.get_default_config(), "kinds": ["a", "f"], "min_count": 2, "scale": 6.0}

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self._storage, self._resource = storage, resource
        self._rarity: dict[str, tuple[int, float]] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FoldedFeatures:
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> FoldedFeatures:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder, np.load(folder / _VOCABULARY, allow_pickle=False) as saved:
            component._set_rarity(saved["names"].tolist(), saved["rarity"].tolist())
        return component

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every value of these settings is usable."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which features occur, and how rare each is."""
        messages = [example for example in training_data.training_examples if example.get(TEXT)]
        seen: Counter[str] = Counter()
        for message in messages:
            seen.update(set(self._names(message)))
        names = sorted(name for name, count in seen.items() if count >= self._config["min_count"])
        rarity = [float(np.log((1 + len(messages)) / (1 + seen[name])) + 1) for name in names]
        self._set_rarity(names, rarity)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / _VOCABULARY, names=np.array(names), rarity=np.array(rarity))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if isinstance(message.get(TEXT), str):
                self.add_features_to_message(None, self._vector(message), TEXT, message)
        return messages

    def _names(self, message: Message) -> list[str]:
        kinds = set(self._config["kinds"])
        found = feature_names(view(message.get(TEXT)), FeatureSettings(danger_words=False))
        return [name for name in found if name[0] in kinds]

    def _vector(self, message: Message) -> Any:
        counted = Counter(name for name in self._names(message) if name in self._rarity)
        columns = [self._rarity[name][0] for name in counted]
        values = np.array([(1 + np.log(count)) * self._rarity[name][1] for name, count in counted.items()])
        values *= self._config["scale"] / (float(np.sqrt(values @ values)) or 1.0)
        build: Any = csr_matrix  # scipy carries no types
        return build((values, ([0] * len(columns), columns)), shape=(1, max(len(self._rarity), 1)))

    def _set_rarity(self, names: list[str], rarity: list[float]) -> None:
        pairs = zip(names, rarity, strict=True)
        self._rarity = {name: (column, rare) for column, (name, rare) in enumerate(pairs)}


@register(Type.INTENT_CLASSIFIER, is_trainable=True)
class CitizenUnderstanding(GraphComponent):
    """Everything our engine says of a message, beside what Rasa says: the whole under `understanding`, and its
    rankings, its verdict on danger and its version under names of their own.

    `model` is the folder of a trained model of ours. Rasa's intent and ranking are left as Rasa's classifier set them.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"model": None}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, pipeline: Pipeline | None = None
    ) -> None:
        self._config, self._storage, self._resource, self._pipeline = config, storage, resource, pipeline

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CitizenUnderstanding:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> CitizenUnderstanding:
        """Raises `nlu.classifier.ModelNotUsable` when the archive holds no readable model of ours."""
        from nlu.embedded import load_pipeline

        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, load_pipeline(folder / _MODEL))

    def train(self, training_data: TrainingData) -> Resource:
        """Take our model along. It was trained and measured outside, on all of the corpus and all of its labels."""
        from nlu.embedded import load_pipeline

        source = Path(self._config["model"])
        self._pipeline = load_pipeline(source)
        with self._storage.write_to(self._resource) as folder:
            shutil.copytree(source, folder / _MODEL, dirs_exist_ok=True)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        if self._pipeline is not None:
            for message in messages:
                _tell(message, self._pipeline.understand(message.get(TEXT) or "", "web"))
        return messages


def _tell(message: Message, understood: Understanding) -> None:
    danger = {
        "is_emergency": understood.emergency,
        "number": understood.emergency_number,
        "ask": understood.emergency_ask,
    }
    said = {
        KEY: as_wire(understood),
        "category_ranking": _named(understood.categories),
        "case_type_ranking": _named(understood.case_types),
        "citizen_intent_ranking": _named(understood.intents),
        "emergency": danger,
        "understanding_model": understood.model,
    }
    for key, value in said.items():
        message.set(key, value, add_to_output=True)


def _named(ranking: Iterable[Ranked]) -> list[dict[str, Any]]:
    """A ranking in Rasa's words."""
    return [{"name": ranked.code, "confidence": ranked.probability} for ranked in ranking]


@register(Type.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceExtractor(GraphComponent, EntityExtractorMixin):
    """The places and numbers of our understanding as Rasa's entities; a place's value is the communes it can mean.

    Stands after `CitizenUnderstanding`. Names its entities apart from those of Rasa's own extractor (`extractor`).
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlaceExtractor:
        return cls()

    @classmethod
    def required_components(cls) -> list[type]:
        return [CitizenUnderstanding]

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            understood = message.get(KEY)
            if understood:
                found = [*_places(understood), *_numbers(understood)]
                known = message.get(ENTITIES, [])
                message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages


def _places(understood: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "entity": "place",
            "start": place["start"],
            "end": place["end"],
            "value": list(place["units"]),
            "confidence_entity": place["score"],
            "kind": place["kind"],
        }
        for place in understood["places"]
    ]


def _numbers(understood: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"entity": number["kind"], "start": number["start"], "end": number["end"], "value": number["value"]}
        for number in understood["entities"]
    ]
