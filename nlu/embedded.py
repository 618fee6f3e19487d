# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""The way of a message through this process: text, numbers, danger, places, heads, decision."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlu.classifier import PLACES_FILE, Bag, Classifier, ModelNotUsable
from nlu.despair import NUMBER_OF_DESPAIR, speaks_of_dying
from nlu.emergency import PROBABLE, SURE, Emergency, evidence, from_log_odds, judge, log_odds
from nlu.emergency_context import ways_of_speaking
from nlu.entities import find_entities
from nlu.explain import DangerWhy, Explanation, rankings_of
from nlu.features import LONGEST_MESSAGE
from nlu.gazetteer import load_gazetteer
from nlu.labels import MATTER_INTENTS, Labels, load_labels
from nlu.local_names import load_local_names, local_names_path
from nlu.place_tagger import PlaceTagger
from nlu.places import PlaceFinder
from nlu.plain_calls import FLOOR, is_plain_call
from nlu.semantic import SemanticOpinion, load_opinion
from nlu.short_messages import (
    asks_something,
    asks_to_repeat,
    is_mere_answer,
    is_place_alone,
    is_yes_or_no,
    tokens_outside,
)
from nlu.text import TextView, view
from nlu.understanding import TRACK_OF_CASE_TYPE, Channel, PlaceMention, Ranked, Understanding

if TYPE_CHECKING:
    from nlu.classifier import Floats

DANGER_WEIGHTS = {("emergency", "yes"): 0.58, ("urgency", "khan"): 0.35, ("case_type", "khan_cap"): 0.32}
CATEGORY_WEIGHT = 0.4
DANGER_OFFSET = -0.53
"""Weights, in the log odds of danger, of what each head says and of the share of calls for help among what is told of
the likely categories; settled on rounds of writers whom none of them had learned from (`nlu.crossval`). The sum is a
probability: of those given 0.5, half are emergencies."""

CALL = "khan_cap"
"""The case type of a call for help: of messages in sure danger, and of no others."""

LIKELY = 0.3
"""Danger from which the message is a report of the highest urgency before anybody was asked; under it the words
decide, since most of those asked about turn out to be no emergency."""

ASKED_BY_POLICY = PROBABLE / 2
"""Danger from which a matter is asked about whose category the taxonomy has asked about first: the question is half
bought."""

FEW_WORDS = 4
"""Up to this many words outside the places said, none of them of danger, tell too little for the odds to mean much: an
answer like "bến đò Mỹ Thuận" is a place. Such a message is an emergency only from `LIKELY`; on held-out training text
that passes over 3 in 1,000 calls for help and asks a sixth as many of the others needlessly."""

DEFAULT_URGENCY_WEIGHT = 2.0
"""Power of the categories' default urgency beside the head's: 0.78 right without it, 0.87 with it."""

LEGAL_CASE_TYPES = tuple(TRACK_OF_CASE_TYPE)
LEGAL_FROM = 0.35
"""Probability of a denunciation or a complaint from which a message takes the law's track. A denunciation treated as
an ordinary report names its author to the accused; an ordinary report read by the inspectorate instead only waits. On
rounds of writers held out in turn it finds 82 to 93 in 100 of them and takes 4 to 8 in 100 of what was written to look
like them."""

SEMANTIC_VARIABLE = "NLU_SEMANTIC"
"""`off`: words alone, even where the sentence encoder is installed."""

SEMANTIC_MARK = "+e5"

OTHER_NUMBER = 0.1
"""How far a number counts that no likely category has for its own."""

REPORT = "bao_su_viec"
QUESTION = "hoi_thu_tuc"
NEARLY = 0.7

ADDITION = "bo_sung"
"""What a place, a yes or a no alone is: it says something of what was told or asked before."""

SURE_BY_RULE = 0.9
NO_MATTER = "khac"
USUAL_URGENCY = "thuong"
EMPTY_INTENT = "ngoai_pham_vi"


class Pipeline:
    """Everything `EmbeddedEngine` needs, loaded."""

    def __init__(
        self, classifier: Classifier, places: PlaceFinder, labels: Labels, opinion: SemanticOpinion | None = None
    ) -> None:
        self._classifier = classifier
        self._opinion = opinion
        self._places = places
        self._labels = labels
        self._default_urgency = _default_urgencies(classifier, labels)
        self._own_number = _own_numbers(classifier, labels)
        self._call_shares = _call_shares(classifier)

    @property
    def model_version(self) -> str:
        """The classifier's version; with a mark when the sentence's meaning was weighed too."""
        semantic = f"{SEMANTIC_MARK}.{self._opinion.version}" if self._opinion else ""
        return self._classifier.version + semantic

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
        bag = self._bag(seen)
        intents = self._classifier.ranking(bag, "intent", len(self._labels.intents))
        categories = self._classifier.ranking(bag, "category", 5)
        case_types = self._classifier.ranking(bag, "case_type", len(self._labels.case_types))
        places = self._places.find(seen)
        if not asks_something(seen):
            intents = _told(intents)
        answers = is_yes_or_no(seen)
        if answers or is_place_alone(seen, places):
            intents = _with_first(ADDITION, intents)
        if answers:
            case_types = _with_first(NO_MATTER, case_types)
        danger = self._danger(seen, bag, categories, places)
        if not danger.is_emergency and speaks_of_dying(seen):
            danger = Emergency(True, NUMBER_OF_DESPAIR, True, LIKELY)
        case_type = self._case_type(bag, case_types, danger)
        category = self._decided_category(intents[0].code, categories)
        return Understanding(
            text=text,
            intent=REPORT if danger.probability >= LIKELY else intents[0].code,
            intents=intents,
            case_type=case_type,
            case_types=case_types,
            category=category,
            categories=categories,
            abstained=category is None,
            emergency=danger.is_emergency,
            emergency_number=danger.number,
            emergency_ask=danger.ask,
            urgency=USUAL_URGENCY if answers else self._urgency(bag, intents[0].code, danger),
            legal_track=TRACK_OF_CASE_TYPE.get(case_type, "ordinary"),
            entities=find_entities(seen),
            places=places,
            keywords=self._classifier.deciding_words(bag, "category", categories[0].code),
            engine="embedded",
            model=self.model_version,
            ms=round((time.perf_counter() - began) * 1000, 2),
            confusable_question=self._question(categories),
        )

    def _bag(self, seen: TextView) -> Bag:
        """The message as the heads see it."""
        bag = self._classifier.bag(seen)
        return self._opinion.added_to(bag, seen, self._classifier) if self._opinion and seen.tokens else bag

    def explain(self, text: str, channel: Channel) -> Explanation:
        """What `understand` answers, with the reasons; several times its cost, for a page one person looks at."""
        understood = self.understand(text, channel)
        seen = view(text[: LONGEST_MESSAGE * 5])
        bag = self._bag(seen)
        found = evidence(seen)
        heads = tuple(
            (f"{head} {label}", round(self._classifier.probability(bag, head, label), 4))
            for head, label in DANGER_WEIGHTS
        )
        danger = DangerWhy(
            probability=round(self._danger_probability(bag), 4),
            asked_from=PROBABLE,
            sure_from=SURE,
            heads=(*heads, ("category", round(self._call_share(bag), 4))),
            cue=found.cue,
            cue_number=found.number,
            cue_strength=found.strength,
            ways_of_speaking=tuple(ways_of_speaking(seen, int(found.strength))),
        )
        rankings = rankings_of(self._classifier, bag) if seen.tokens else {}
        return Explanation(understood, rankings, danger, self._decisions(understood), len(bag.rows))

    def _decisions(self, understood: Understanding) -> tuple[tuple[str, str], ...]:
        """Which rule settled the category, the track and the danger, in codes a page can put into words."""
        best = understood.categories[0].probability if understood.categories else 0.0
        if understood.category is not None:
            category = f"taken: {best} is at least {self.abstain_below}"
        elif understood.intent not in MATTER_INTENTS:
            category = f"none: {understood.intent} names no matter"
        else:
            category = f"left to a person: {best} is under {self.abstain_below}"
        danger = "calm" if not understood.emergency else "asked first" if understood.emergency_ask else "sure"
        question = understood.confusable_question
        asked = (("question", question),) if question else ()
        return (("category", category), ("legal_track", understood.legal_track), ("danger", danger), *asked)

    def _case_type(self, bag: Bag, case_types: tuple[Ranked, ...], danger: Emergency) -> str:
        """The likeliest case type, save that the law's tracks are taken at less than even odds, and that the heads of
        danger together decide whether it is a call for help."""
        legal = {kind: self._classifier.probability(bag, "case_type", kind) for kind in LEGAL_CASE_TYPES}
        likeliest = max(legal, key=legal.__getitem__)
        if legal[likeliest] >= LEGAL_FROM:
            return likeliest
        if danger.is_emergency and danger.probability >= SURE:
            return CALL
        return next(one.code for one in case_types if one.code != CALL)

    def _decided_category(self, intent: str, categories: tuple[Ranked, ...]) -> str | None:
        if intent not in MATTER_INTENTS or categories[0].probability < self._classifier.abstain_below:
            return None
        return categories[0].code

    def _urgency(self, bag: Bag, intent: str, danger: Emergency) -> str:
        """The citizen's own words; a report's are weighed with what the likely categories come with by default."""
        if danger.probability >= LIKELY:
            return "khan"
        said = self._classifier.probabilities(bag, "urgency")
        if intent != REPORT:
            return self._labels.urgencies[int(said.argmax())]
        usual = self._classifier.probabilities(bag, "category") @ self._default_urgency
        scores = (said + 1e-6) * (usual + 0.02) ** DEFAULT_URGENCY_WEIGHT
        return self._labels.urgencies[int(scores.argmax())]

    def _danger(
        self, seen: TextView, bag: Bag, categories: Sequence[Ranked], places: Sequence[PlaceMention]
    ) -> Emergency:
        found, probability = evidence(seen), self._danger_probability(bag)
        says_little = probability < LIKELY and len(tokens_outside(seen, places)) <= FEW_WORDS
        if not found.strength and (says_little or is_mere_answer(seen) or asks_to_repeat(seen)):
            return Emergency(False, None, False, min(probability, PROBABLE))
        judged = judge(found, probability, self._number(bag), category_asks=self._asks_first(categories))
        if judged.is_emergency:
            return judged
        by_policy = probability >= ASKED_BY_POLICY and self._labels.categories[categories[0].code].asks_if_ongoing
        if by_policy or (probability >= FLOOR and is_plain_call(seen, found)):
            return Emergency(True, self._number(bag), True, probability)
        return judged

    def _asks_first(self, categories: Sequence[Ranked]) -> bool:
        """True when each likely category is asked about first, by its own policy or because it has no number."""
        likely = [c for c in categories if c.probability >= self._classifier.ask_from] or categories[:1]
        labels = [self._labels.categories[category.code] for category in likely]
        return all(label.asks_if_ongoing or label.emergency_number is None for label in labels)

    def _number(self, bag: Bag) -> str:
        """The number for the danger told: what the words of danger ask for, weighed with the likely categories' own."""
        said = self._classifier.probabilities(bag, "number")
        usual = self._classifier.probabilities(bag, "category") @ self._own_number
        best = int((said * (usual + OTHER_NUMBER)).argmax())
        return self._classifier.heads["number"].labels[best]

    def _danger_probability(self, bag: Bag) -> float:
        """What the heads that know danger and the likely categories say together."""
        said = (
            weight * log_odds(self._classifier.probability(bag, head, label))
            for (head, label), weight in DANGER_WEIGHTS.items()
        )
        return from_log_odds(sum(said) + CATEGORY_WEIGHT * log_odds(self._call_share(bag)) + DANGER_OFFSET)

    def _call_share(self, bag: Bag) -> float:
        """How often what is told of the likely categories is a call for help."""
        return float(self._classifier.probabilities(bag, "category") @ self._call_shares)

    def _question(self, categories: tuple[Ranked, ...]) -> str | None:
        first, second = categories[:2]
        if second.probability < self._classifier.ask_from:
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
            urgency=USUAL_URGENCY,
            legal_track="ordinary",
            engine="embedded",
            model=self.model_version,
            ms=round((time.perf_counter() - began) * 1000, 2),
        )


def _with_first(code: str, ranking: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """``code`` by rule, the others as they stood with what is left."""
    others = [Ranked(one.code, one.probability * (1 - SURE_BY_RULE)) for one in ranking if one.code != code]
    return (Ranked(code, SURE_BY_RULE), *others)


def _told(intents: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """A matter told without a word of asking is a report where a question was hardly likelier."""
    asked, told = intents[:2]
    if (asked.code, told.code) != (QUESTION, REPORT) or told.probability < NEARLY * asked.probability:
        return intents
    return (Ranked(REPORT, asked.probability), Ranked(QUESTION, told.probability), *intents[2:])


def _default_urgencies(classifier: Classifier, labels: Labels) -> Floats:
    """One row a category of the model, one column an urgency: 1 where that urgency is the category's default."""
    import numpy as np

    defaults = [labels.categories[code].urgency for code in classifier.heads["category"].labels]
    return np.array([[float(urgency == default) for urgency in labels.urgencies] for default in defaults])


def _call_shares(classifier: Classifier) -> Floats:
    """One a category of the model, in its order."""
    import numpy as np

    return np.array([classifier.call_shares[code] for code in classifier.heads["category"].labels])


def _own_numbers(classifier: Classifier, labels: Labels) -> Floats:
    """One row a category of the model, one column an emergency number: 1 where the taxonomy gives it that number."""
    import numpy as np

    own = [labels.categories[code].emergency_number for code in classifier.heads["category"].labels]
    return np.array([[float(number == mine) for number in classifier.heads["number"].labels] for mine in own])


def load_pipeline(model_path: Path | None) -> Pipeline:
    """Load the folder given, or the model of the current data (trained first if need be)."""
    from nlu.models import ensure_model, model_root

    if model_path is None:
        model_path = ensure_model()
    try:
        tagger = PlaceTagger.load(model_path / PLACES_FILE)
    except (OSError, ValueError, KeyError) as error:
        raise ModelNotUsable(f"{model_path}: {error}") from error
    gazetteer = load_gazetteer()
    local_names = load_local_names(local_names_path(model_root()), gazetteer)
    places = PlaceFinder(gazetteer, tagger, local_names)
    labels = load_labels()
    opinion = None if os.environ.get(SEMANTIC_VARIABLE) == "off" else load_opinion(tuple(labels.categories))
    return Pipeline(Classifier.load(model_path), places, labels, opinion)
