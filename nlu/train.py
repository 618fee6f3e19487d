# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""From corpus to model folder.

Each utterance is learned as written, without accents, and half accented (vietnamese writers do all three), as one
group that never straddles the split the probabilities are calibrated on. `nlu.models` keeps what comes of it.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nlu.classifier import HEADS, Classifier
from nlu.corpus import Utterance
from nlu.features import FeatureSettings, block_weight, feature_names, fixed_value
from nlu.fit import FEW_ROUNDS, MANY_ROUNDS, fit_both, fit_temperature
from nlu.labels import MATTER_INTENTS, load_labels
from nlu.text import fold, view
from nlu.views import half_folded, with_typos

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

ON_EVIDENCE = frozenset({"emergency", "number"})
"""Heads that see the rules' evidence of danger and how it is spoken of; it costs the category a point on unaccented
text."""

IN_EVERYDAY_SHARES = frozenset({"intent", "category"})
"""Heads whose probabilities are fitted on calm text alone: emergencies and their look-alikes are two fifths of the
corpus, and a small part of what is said to the hotline."""

_BAYES_SHARE = {"category": 1.0, "intent": 1.0, "case_type": 1.0, "emergency": 0.6, "urgency": 0.6, "number": 2.0}
"""Heads where adding naive Bayes was measured to help, and its weight beside support vectors of unit spread."""

LEAST_SHARE = 0.001
"""No category is without calls for help for certain, nor has nothing else."""

_FEW_LABELS = 5
"""Heads of so many labels are trained to convergence."""

Progress = Callable[[str], None]


class NoTrainingData(Exception):
    """There is no utterance to learn from."""

    code = "no_training_data"


@dataclass(frozen=True, slots=True)
class AbstentionCosts:
    """What the mistakes cost, in the same unit (an agent's minutes): a ticket sent to the wrong department is read,
    returned and sent again; a needless hand-over is one look at three suggestions; a needless question is a turn of
    the citizen's time."""

    wrong_department: float = 5.0
    needless_hand_over: float = 2.0
    needless_question: float = 1.0

    @property
    def ask_from(self) -> float:
        """The probability of the second category from which asking between the best two costs less than guessing: the
        question is paid for sure and saves the wrong department when the second is right."""
        return self.needless_question / self.wrong_department

    @property
    def abstain_below(self) -> float:
        """The probability under which answering costs more than handing over."""
        return 1 - self.needless_hand_over / self.wrong_department


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Every choice that changes the weights; part of the version."""

    features: FeatureSettings = field(default_factory=FeatureSettings)
    min_count: int = 2
    svm_c: float = 0.8
    typo_share: float = 0.35
    lookalike_weight: float = 8.0
    held_out_share: float = 0.12
    costs: AbstentionCosts = field(default_factory=AbstentionCosts)
    seed: int = 1022


@dataclass(frozen=True, slots=True)
class Row:
    """One reading of one utterance; `group` keeps the readings of an utterance together."""

    text: str
    group: int
    utterance: Utterance


def say(message: str) -> None:
    """Progress for whoever waits."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - a command's progress


def readings(utterances: Sequence[Utterance], seed: int, typo_share: float = 0.0) -> list[Row]:
    """Every utterance as written, without and with half of its accents where it has any; a share of these mistyped."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    rows: list[Row] = []
    for group, utterance in enumerate(utterances):
        texts = [utterance.text]
        if fold(utterance.text) != utterance.text.lower():
            texts += [fold(utterance.text), half_folded(utterance.text, chance)]
        texts += [with_typos(text, chance, 0.2) for text in texts if chance.random() < typo_share]
        rows += [Row(text, group, utterance) for text in dict.fromkeys(texts)]
    return rows


def head_label(utterance: Utterance, head: str) -> str | None:
    """What this utterance teaches a head; None when it teaches it nothing."""
    if head == "intent":
        return utterance.intent
    if head == "category":
        return utterance.category if utterance.intent in MATTER_INTENTS else None
    if head == "case_type":
        return utterance.case_type
    if head == "urgency":
        return utterance.urgency
    if head == "number":
        return emergency_number(utterance) if utterance.emergency else None
    return "yes" if utterance.emergency else "no"


def emergency_number(utterance: Utterance) -> str | None:
    """The number marked, or the one the taxonomy gives the category."""
    label = load_labels().categories.get(utterance.category or "")
    return utterance.emergency_number or (label.emergency_number if label else None)


def fixed_values(vocabulary: Sequence[str], features: FeatureSettings) -> Floats:
    """What the features of danger count, 0 for all others."""
    import numpy as np

    return np.fromiter((fixed_value(name, features) for name in vocabulary), dtype=np.float32, count=len(vocabulary))


def without_danger(matrix: Any, vocabulary: Sequence[str], features: FeatureSettings) -> Any:
    """The same matrix as the heads see it that are not about danger."""
    plain = matrix.copy()
    plain.data[fixed_values(vocabulary, features)[plain.indices] > 0] = 0
    return plain


class Bags:
    """Sparse features of many rows under one vocabulary."""

    def __init__(self, rows: Sequence[Row], settings: TrainSettings) -> None:
        self.settings = settings
        self.counted = [Counter(feature_names(view(row.text), settings.features)) for row in rows]

    def learn(self) -> tuple[list[str], Floats]:
        """The vocabulary (features of at least two readings) and what each counts: rarity times its kind's weight."""
        import numpy as np

        documents: Counter[str] = Counter()
        for counted in self.counted:
            documents.update(counted.keys())
        vocabulary = sorted(name for name, count in documents.items() if count >= self.settings.min_count)
        seen = np.array([documents[name] for name in vocabulary], dtype=np.float32)
        blocks = np.array([block_weight(name, self.settings.features) for name in vocabulary], dtype=np.float32)
        return vocabulary, (np.log((1 + len(self.counted)) / (1 + seen)) + 1) * blocks

    def matrix(self, vocabulary: Sequence[str], idf: Floats) -> Any:
        import numpy as np
        from scipy.sparse import csr_matrix

        build: Any = csr_matrix  # scipy and scikit-learn carry no types
        row_of = {name: position for position, name in enumerate(vocabulary)}
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for counted in self.counted:
            for name, count in counted.items():
                position = row_of.get(name)
                if position is not None:
                    columns.append(position)
                    values.append(count)
            ends.append(len(columns))
        columns_array = np.array(columns, dtype=np.int32)
        weighted = (1 + np.log(np.array(values, dtype=np.float32))) * idf[columns_array]
        matrix = build((weighted, columns_array, ends), shape=(len(self.counted), len(vocabulary)))
        norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        norms[norms == 0] = 1
        matrix.data /= np.repeat(norms, np.diff(matrix.indptr)).astype(np.float32)
        matrix.data = np.maximum(matrix.data, fixed_values(vocabulary, self.settings.features)[matrix.indices])
        return matrix


def head_labels(head: str) -> tuple[str, ...]:
    labels = load_labels()
    return {
        "intent": labels.intents,
        "category": tuple(labels.categories),
        "case_type": labels.case_types,
        "urgency": labels.urgencies,
        "emergency": ("no", "yes"),
        "number": tuple(sorted(labels.emergency_numbers)),
    }[head]


def train(
    utterances: Sequence[Utterance], settings: TrainSettings, version: str, progress: Progress = say
) -> Classifier:
    """Train every head. Raises `NoTrainingData`."""
    import numpy as np

    if not utterances:
        raise NoTrainingData("no utterances under nlu/data")
    began = time.perf_counter()
    rows = readings(utterances, settings.seed, settings.typo_share)
    progress(f"nlu: {len(utterances)} utterances, {len(rows)} readings; making features")
    bags = Bags(rows, settings)
    vocabulary, idf = bags.learn()
    matrix = bags.matrix(vocabulary, idf)
    plain = without_danger(matrix, vocabulary, settings.features)
    held_out = held_out_groups(len(utterances), settings)
    parts: list[Floats] = []
    biases: list[Floats] = []
    heads: list[dict[str, Any]] = []
    for name in HEADS:
        labels = head_labels(name)
        weights, bias, temperature = train_head(
            name, labels, rows, matrix if name in ON_EVIDENCE else plain, held_out, settings
        )
        heads.append({"name": name, "labels": labels, "first": sum(len(b) for b in biases), "temperature": temperature})
        parts.append(weights)
        biases.append(bias)
        progress(f"nlu: {name} trained, {time.perf_counter() - began:.0f} s")
    meta = {
        "version": version,
        "features": settings.features.as_dict(),
        "heads": heads,
        "abstain_below": settings.costs.abstain_below,
        "ask_from": settings.costs.ask_from,
        "call_shares": call_shares(utterances),
        "utterances": len(utterances),
        "taxonomy": load_labels().taxonomy_version,
    }
    weights_all = np.hstack(parts).astype(np.float16)
    return Classifier(
        vocabulary=vocabulary, idf=idf.astype(np.float32), weights=weights_all, bias=np.concatenate(biases), meta=meta
    )


def held_out_groups(groups: int, settings: TrainSettings) -> set[int]:
    chance = random.Random(settings.seed)  # noqa: S311 - reproducible, not secret
    return {group for group in range(groups) if chance.random() < settings.held_out_share}


def train_head(
    name: str,
    labels: tuple[str, ...],
    rows: Sequence[Row],
    matrix: Any,
    held_out: set[int],
    settings: TrainSettings,
) -> tuple[Floats, Floats, float]:
    """Weights, bias and temperature of one head; the temperature from groups held out, the weights from all."""
    known = [(i, answer) for i, row in enumerate(rows) if (answer := head_label(row.utterance, name)) in labels]
    answers = [str(answer) for _, answer in known]
    weights_of = [importance(rows[i].utterance, name, settings) for i, _ in known]
    ours = matrix[[i for i, _ in known]]

    def fit(chosen: Sequence[int]) -> tuple[Floats, Floats]:
        picked, said = ours[chosen], [answers[p] for p in chosen]
        weighed = [weights_of[p] for p in chosen] if name == "emergency" else None
        rounds = FEW_ROUNDS if len(labels) > _FEW_LABELS else MANY_ROUNDS
        return fit_both(
            picked, said, labels, settings.svm_c, _BAYES_SHARE.get(name, 0.0), importance=weighed, rounds=rounds
        )

    learn = [position for position, (i, _) in enumerate(known) if rows[i].group not in held_out]
    check = [position for position, (i, _) in enumerate(known) if fits_sureness(name, rows[i], held_out)]
    temperature = 0.3
    if learn and check:
        weights, bias = fit(learn)
        temperature = fit_temperature(ours[check] @ weights + bias, [answers[p] for p in check], labels)
    weights, bias = fit(range(len(known)))
    return weights, bias, temperature


def fits_sureness(head: str, row: Row, held_out: set[int]) -> bool:
    """True when the head's temperature is fitted on this reading."""
    return row.group in held_out and not (head in IN_EVERYDAY_SHARES and speaks_of_danger(row.utterance))


def call_shares(utterances: Sequence[Utterance]) -> dict[str, float]:
    """The part of each category's utterances that call for help: nearly all about accidents, hardly one about lamps."""
    told: Counter[str | None] = Counter(one.category for one in utterances)
    calls: Counter[str | None] = Counter(one.category for one in utterances if one.emergency)
    shares = {code: calls[code] / max(told[code], 1) for code in load_labels().categories}
    return {code: round(min(max(share, LEAST_SHARE), 1 - LEAST_SHARE), 4) for code, share in shares.items()}


def speaks_of_danger(utterance: Utterance) -> bool:
    """An emergency, or something in the words of one."""
    return utterance.emergency or utterance.look_alike


def importance(utterance: Utterance, head: str, settings: TrainSettings) -> float:
    """Look-alikes teach the emergency head more than any calm message does."""
    return settings.lookalike_weight if head == "emergency" and utterance.look_alike else 1.0
