# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""The way of a message through this process: text, numbers, danger, places, heads, decision."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlu.classifier import PLACES_FILE, Bag, Classifier, ModelNotUsable
from nlu.despair import NUMBER_OF_DESPAIR, speaks_of_dying
from nlu.emergency import SURE, Emergency, evidence, from_log_odds, judge, log_odds
from nlu.entities import find_entities
from nlu.features import LONGEST_MESSAGE
from nlu.gazetteer import load_gazetteer
from nlu.labels import MATTER_INTENTS, Labels, load_labels
from nlu.local_names import load_local_names, local_names_path
from nlu.place_tagger import PlaceTagger
from nlu.places import PlaceFinder
from nlu.text import TextView, view
from nlu.understanding import TRACK_OF_CASE_TYPE, Channel, PlaceMention, Ranked, Understanding

CLOSE = 0.15
"""Two categories whose probabilities differ by less are close: ask the taxonomy's question when there is one."""

if TYPE_CHECKING:
    from nlu.classifier import Floats

DANGER_WEIGHTS = {("emergency", "yes"): 0.4, ("urgency", "khan"): 0.25, ("case_type", "khan_cap"): 0.5}
DANGER_OFFSET = -0.1
"""Weights of the heads' log odds in those of danger: a logistic regression on what each head said of the training
utterances it had not seen (three folds). Together they raise a fifth fewer false alarms on look-alikes than the
emergency head alone at the same recall, and the sum is a probability: of those given 0.5, half are emergencies."""

LIKELY = 0.3
"""Danger from which the message is a report of the highest urgency before anybody was asked; under it the words
decide, since most of those asked about turn out to be no emergency."""

FEW_WORDS = 4
"""Up to this many words outside the places said, none of them of danger, tell too little for the odds to mean much: an
answer like "bến đò Mỹ Thuận" is a place. Such a message is an emergency only from `LIKELY`; on held-out training text
that passes over 3 in 1,000 calls for help and asks a sixth as many of the others needlessly."""

DEFAULT_URGENCY_WEIGHT = 2.0
"""Power of the categories' default urgency beside the head's: 0.78 right without it, 0.87 with it."""

LEGAL_CATEGORY = {"to_cao": "CB-02", "khieu_nai": "CB-03"}
LEGAL_FROM = 0.15
"""Mean probability of a legal case type and its category from which the message takes the law's track. A denunciation
treated as an ordinary report names its author to the accused; one ordinary report in a hundred read by the
inspectorate instead only waits. The development set has 17 of them: one more message is 0.06."""

NO_MATTER = "khac"
EMPTY_INTENT = "ngoai_pham_vi"


class Pipeline:
    """Everything `EmbeddedEngine` needs, loaded."""

    def __init__(self, classifier: Classifier, places: PlaceFinder, labels: Labels) -> None:
        self._classifier = classifier
        self._places = places
        self._labels = labels
        self._default_urgency = _default_urgencies(classifier, labels)

    @property
    def model_version(self) -> str:
        return self._classifier.version

    @property
    def abstain_below(self) -> float:
        """The probability of the best category under which no category is decided."""
        return self._classifier.abstain_below

    def understand(self, text: str, channel: Channel) -> Understanding:
        """See `nlu.engine.Engine.understand`."""
        began = time.perf_counter()
        seen = view(text[: LONGEST_MESSAGE * 5])
        if not seen.tokens:
            return self._nothing_said(text, began)
        bag = self._classifier.bag(seen)
        intents = self._classifier.ranking(bag, "intent", len(self._labels.intents))
        categories = self._classifier.ranking(bag, "category", 5)
        case_types = self._classifier.ranking(bag, "case_type", len(self._labels.case_types))
        places = self._places.find(seen)
        danger = self._danger(seen, bag, categories[0].code, places)
        if not danger.is_emergency and speaks_of_dying(seen):
            danger = Emergency(True, NUMBER_OF_DESPAIR, True, LIKELY)
        case_type = self._case_type(bag, case_types, danger)
        category = self._decided_category(intents[0].code, categories)
        return Understanding(
            text=text,
            intent="bao_su_viec" if danger.probability >= LIKELY else intents[0].code,
            intents=intents,
            case_type=case_type,
            case_types=case_types,
            category=category,
            categories=categories,
            abstained=category is None,
            emergency=danger.is_emergency,
            emergency_number=danger.number,
            emergency_ask=danger.ask,
            urgency="khan" if danger.probability >= LIKELY else self._urgency(bag, intents[0].code),
            legal_track=TRACK_OF_CASE_TYPE.get(case_type, "ordinary"),
            entities=find_entities(seen),
            places=places,
            keywords=self._classifier.deciding_words(bag, "category", categories[0].code),
            engine="embedded",
            model=self._classifier.version,
            ms=round((time.perf_counter() - began) * 1000, 2),
            confusable_question=self._question(categories),
        )

    def _case_type(self, bag: Bag, case_types: tuple[Ranked, ...], danger: Emergency) -> str:
        """The likeliest case type, save that the law's tracks and danger are taken at less than even odds."""
        legal = {
            case_type: (
                self._classifier.probability(bag, "case_type", case_type)
                + self._classifier.probability(bag, "category", category)
            )
            / 2
            for case_type, category in LEGAL_CATEGORY.items()
        }
        likeliest = max(legal, key=legal.__getitem__)
        if legal[likeliest] >= LEGAL_FROM:
            return likeliest
        if danger.is_emergency and danger.probability >= SURE:
            return "khan_cap"
        return case_types[0].code

    def _decided_category(self, intent: str, categories: tuple[Ranked, ...]) -> str | None:
        if intent not in MATTER_INTENTS or categories[0].probability < self._classifier.abstain_below:
            return None
        return categories[0].code

    def _urgency(self, bag: Bag, intent: str) -> str:
        """The citizen's own words, weighed with what the likely categories come with by default."""
        said = self._classifier.probabilities(bag, "urgency")
        if intent not in MATTER_INTENTS:
            return self._labels.urgencies[int(said.argmax())]
        usual = self._classifier.probabilities(bag, "category") @ self._default_urgency
        scores = (said + 1e-6) * (usual + 0.02) ** DEFAULT_URGENCY_WEIGHT
        return self._labels.urgencies[int(scores.argmax())]

    def _danger(self, seen: TextView, bag: Bag, category: str, places: Sequence[PlaceMention]) -> Emergency:
        found, probability = evidence(seen), self._danger_probability(bag)
        if not found.strength and probability < LIKELY and _words_outside(seen, places) <= FEW_WORDS:
            return Emergency(False, None, False, probability)
        number = self._classifier.ranking(bag, "number", 1)[0].code
        return judge(found, probability, number, category_asks=self._labels.categories[category].asks_if_ongoing)

    def _danger_probability(self, bag: Bag) -> float:
        """What the heads that know danger say together."""
        said = (
            weight * log_odds(self._classifier.probability(bag, head, label))
            for (head, label), weight in DANGER_WEIGHTS.items()
        )
        return from_log_odds(sum(said) + DANGER_OFFSET)

    def _question(self, categories: tuple[Ranked, ...]) -> str | None:
        first, second = categories[:2]
        if first.probability - second.probability >= CLOSE:
            return None
        return self._labels.question_between(first.code, second.code)

    def _nothing_said(self, text: str, began: float) -> Understanding:
        """Empty, emoji only or punctuation only: nothing to guess from."""
        return Understanding(
            text=text,
            intent=EMPTY_INTENT,
            intents=(Ranked(EMPTY_INTENT, 1.0),),
            case_type=NO_MATTER,
            case_types=(Ranked(NO_MATTER, 1.0),),
            category=None,
            categories=(),
            abstained=True,
            emergency=False,
            emergency_number=None,
            emergency_ask=False,
            urgency="thuong",
            legal_track="ordinary",
            engine="embedded",
            model=self._classifier.version,
            ms=round((time.perf_counter() - began) * 1000, 2),
        )


def _words_outside(seen: TextView, places: Sequence[PlaceMention]) -> int:
    """How many words say something else than where."""
    spans = [seen.original_span(token.start, token.end) for token in seen.tokens]
    return sum(not any(place.start < end and start < place.end for place in places) for start, end in spans)


def _default_urgencies(classifier: Classifier, labels: Labels) -> Floats:
    """One row a category of the model, one column an urgency: 1 where that urgency is the category's default."""
    import numpy as np

    defaults = [labels.categories[code].urgency for code in classifier.heads["category"].labels]
    return np.array([[float(urgency == default) for urgency in labels.urgencies] for default in defaults])


def load_pipeline(model_path: Path | None) -> Pipeline:
    """Load the folder given, or the model of the current data (trained first if need be)."""
    from nlu.train import ensure_model, model_root

    if model_path is None:
        model_path = ensure_model()
    try:
        tagger = PlaceTagger.load(model_path / PLACES_FILE)
    except (OSError, ValueError, KeyError) as error:
        raise ModelNotUsable(f"{model_path}: {error}") from error
    gazetteer = load_gazetteer()
    local_names = load_local_names(local_names_path(model_root()), gazetteer)
    places = PlaceFinder(gazetteer, tagger, local_names)
    return Pipeline(Classifier.load(model_path), places, load_labels())
