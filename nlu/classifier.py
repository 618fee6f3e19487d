# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""Linear heads over one bag of features: intent, category, case type, urgency, emergency, number.

A model is a folder: `weights.npz` (numbers only), `vocabulary.txt`, `model.json`. Nothing in it is executable.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu.features import FeatureSettings, feature_names, fixed_value
from nlu.text import TextView
from nlu.understanding import Ranked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

PLACES_FILE = "places.json"
"""The place tagger's weights, in the same folder."""

HEADS = ("intent", "category", "case_type", "urgency", "emergency", "number")


class ModelNotUsable(Exception):
    """The folder holds no model this code can read."""

    code = "model_not_usable"


@dataclass(frozen=True)
class Head:
    """One question and its possible answers: columns `first` to `last` of the weight matrix.

    `temperature` divides the scores before the softmax, so that probabilities mean what they say on held-out text.
    """

    name: str
    labels: tuple[str, ...]
    first: int
    temperature: float

    @property
    def last(self) -> int:
        return self.first + len(self.labels)


@dataclass(frozen=True)
class Bag:
    """A message as the heads see it: rows of the weight matrix and how much each counts."""

    rows: NDArray[np.intp]
    values: Floats
    scores: Floats


class Classifier:
    """A loaded model. Reading only, so it may be shared between threads."""

    def __init__(
        self, *, vocabulary: list[str], idf: Floats, weights: Floats, bias: Floats, meta: dict[str, Any]
    ) -> None:
        self.version: str = meta["version"]
        self.settings = FeatureSettings(**meta["features"])
        self.abstain_below: float = meta["abstain_below"]
        self.ask_from: float = meta["ask_from"]
        self.call_shares: dict[str, float] = meta["call_shares"]
        self.meta = meta
        self.heads = {
            h["name"]: Head(h["name"], tuple(h["labels"]), h["first"], h["temperature"]) for h in meta["heads"]
        }
        self.vocabulary = vocabulary
        self._row = {name: row for row, name in enumerate(vocabulary)}
        self._idf = idf
        import numpy as np

        fixed = (fixed_value(name, self.settings) for name in vocabulary)
        self._fixed = np.fromiter(fixed, dtype=np.float32, count=len(vocabulary))
        self._weights = weights
        self._bias = bias

    def bag(self, view: TextView) -> Bag:
        """The message's features and the raw scores of every head at once."""
        import numpy as np

        counts: dict[int, int] = {}
        row_of = self._row
        for name in feature_names(view, self.settings):
            row = row_of.get(name)
            if row is not None:
                counts[row] = counts.get(row, 0) + 1
        rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self._idf[rows]
        norm = float(np.sqrt(values @ values))
        if norm:
            values = values / norm
        values = np.maximum(values, self._fixed[rows])
        scores = values @ self._weights[rows].astype(np.float32) + self._bias
        return Bag(rows, values, scores)

    def probabilities(self, bag: Bag, head_name: str) -> Floats:
        import numpy as np

        head = self.heads[head_name]
        scores = bag.scores[head.first : head.last] / head.temperature
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), dtype=np.float32)

    def probability(self, bag: Bag, head_name: str, label: str) -> float:
        """The probability of one label."""
        return float(self.probabilities(bag, head_name)[self.heads[head_name].labels.index(label)])

    def ranking(self, bag: Bag, head_name: str, best: int) -> tuple[Ranked, ...]:
        """The best labels of a head with their probabilities."""
        import numpy as np

        head = self.heads[head_name]
        probabilities = self.probabilities(bag, head_name)
        order = np.argsort(-probabilities)[:best]
        return tuple(Ranked(head.labels[i], round(float(probabilities[i]), 4)) for i in order)

    def points(self, bag: Bag, head_name: str, label: str) -> Floats:
        """What each feature of the bag adds to a label's score, in the unit its probability is made from."""
        head = self.heads[head_name]
        column = self._weights[bag.rows, head.first + head.labels.index(label)].astype(bag.values.dtype)
        points: Floats = bag.values * column / head.temperature
        return points

    def deciding_words(self, bag: Bag, head_name: str, label: str, best: int = 5) -> tuple[str, ...]:
        """The words that spoke most for a label, as written (folded where the message was), strongest first."""
        import numpy as np

        head = self.heads[head_name]
        if label not in head.labels or not len(bag.rows):
            return ()
        support = self.points(bag, head_name, label)
        words: list[str] = []
        for i in np.argsort(-support):
            if support[i] <= 0 or len(words) == best:
                break
            name = self.vocabulary[bag.rows[i]]
            if name[0] == "a" and not any(name[2:] in word or word in name[2:] for word in words):
                words.append(name[2:])
        return tuple(words)

    def save(self, folder: Path) -> None:
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "weights.npz", idf=self._idf, weights=self._weights, bias=self._bias)
        (folder / "vocabulary.txt").write_text("\n".join(self.vocabulary), encoding="utf-8")
        (folder / "model.json").write_text(json.dumps(self.meta, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """Read a model folder. Raises `ModelNotUsable`."""
        import numpy as np

        try:
            meta = json.loads((folder / "model.json").read_text("utf-8"))
            vocabulary = (folder / "vocabulary.txt").read_text("utf-8").split("\n")
            with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
                idf, weights, bias = arrays["idf"], arrays["weights"], arrays["bias"]
            if not len(vocabulary) == len(idf) == len(weights):
                raise ModelNotUsable(f"{folder}: vocabulary and weights differ in length")
            return cls(vocabulary=vocabulary, idf=idf, weights=weights, bias=bias, meta=meta)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelNotUsable(f"{folder}: {error}") from error
