# ruff: noqa: PLC0415 - numpy and scikit-learn are slow to import and load only when used
"""Weights on the sentence vector: `python -m nlu semantic`, after the corpus has changed. Needs the encoder's package.

A vector takes 10 to 50 ms, so those made are kept beside the models and only new text costs time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu.corpus import Utterance
from nlu.labels import load_labels
from nlu.restore import learn
from nlu.semantic import FEWEST_ACCENTED, LONGEST, PACKAGE, STRETCH, WEIGHTS_FILE, load_encoder
from nlu.text import view
from nlu.train import Progress, head_label, say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlu.semantic import Encoder

    Floats = NDArray[np.floating[Any]]

VECTORS_FILE = "vectors.npz"

CATEGORY_SHARE = 0.35
SHARPNESS = 0.9
"""Chosen on rounds of writers held out in turn (see docs/decisions/0003)."""

_C = 0.3
_EVERY = 500


class EncoderMissing(Exception):
    """The package with the sentence encoder is not installed."""

    code = "encoder_missing"


def _key(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def vectors_of(texts: Sequence[str], encode: Encoder, kept: Path, progress: Progress = say) -> Floats:
    """One row a text, from the file of those made before where they are in it."""
    import numpy as np

    known: dict[str, Floats] = {}
    if kept.exists():
        with np.load(kept, allow_pickle=False) as arrays:
            known = dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
    new = [text for text in dict.fromkeys(texts) if _key(text) not in known]
    for count, text in enumerate(new, start=1):
        known[_key(text)] = encode(text).astype(np.float16)
        if count % _EVERY == 0 or count == len(new):
            progress(f"nlu: {count} of {len(new)} vectors")
            _keep(known, kept)
    return np.array([known[_key(text)] for text in texts], dtype=np.float32)


def _keep(known: dict[str, Floats], kept: Path) -> None:
    import numpy as np

    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(".draft.npz")
    np.savez(draft, keys=np.array(list(known)), vectors=np.array(list(known.values())))
    os.replace(draft, kept)


def train_semantic(
    utterances: Sequence[Utterance], kept: Path, target: Path = WEIGHTS_FILE, progress: Progress = say
) -> Path:
    """Fit the weights and write them. Raises `EncoderMissing`."""
    import numpy as np

    encode = load_encoder()
    if encode is None:
        raise EncoderMissing(f"the package {PACKAGE} is not installed")
    codes = tuple(load_labels().categories)
    seen = [(view(u.text), code) for u in utterances if (code := head_label(u, "category")) in set(codes)]
    written = [(one.text[:LONGEST], str(code)) for one, code in seen if one.accented_share >= FEWEST_ACCENTED]
    vectors = vectors_of([text for text, _ in written], encode, kept, progress)
    centre = vectors.mean(axis=0)
    category_weights, category_bias = fit_category((vectors - centre) * STRETCH, [code for _, code in written], codes)
    restorer = learn(utterance.text for utterance in utterances)
    number = {syllable: i for i, syllable in enumerate(restorer.singles)}
    pairs = [(number[a], number[b], n) for (a, b), n in restorer.pairs.items() if a in number and b in number]
    about = {
        "categories": codes,
        "category_share": CATEGORY_SHARE,
        "sharpness": SHARPNESS,
        "utterances": len(utterances),
    }
    np.savez_compressed(
        target,
        about=np.array(json.dumps(about)),
        centre=centre.astype(np.float32),
        category_weights=category_weights.astype(np.float16),
        category_bias=category_bias.astype(np.float16),
        syllables=np.array(list(number)),
        syllable_counts=np.array(list(restorer.singles.values()), dtype=np.int32),
        pairs=np.array(pairs, dtype=np.int32),
    )
    progress(f"nlu: {target}, {target.stat().st_size // 1024} kB")
    return target


def fit_category(vectors: Floats, answers: Sequence[str], codes: Sequence[str]) -> tuple[Floats, Floats]:
    """Weights (numbers of a vector x categories) and bias of a logistic regression."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    learner: Any = LogisticRegression
    model = learner(C=_C, max_iter=200).fit(vectors, list(answers))
    weights = np.zeros((vectors.shape[1], len(codes)), dtype=np.float32)
    bias = np.full(len(codes), float(model.intercept_.min()), dtype=np.float32)
    for position, code in enumerate(model.classes_):
        weights[:, list(codes).index(code)] = model.coef_[position]
        bias[list(codes).index(code)] = model.intercept_[position]
    return weights, bias
