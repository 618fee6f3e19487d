# ruff: noqa: PLC0415 - numpy and scikit-learn are slow to import and load only when used
"""Fitting one head: weights and bias of a linear model, and the temperature that makes its scores probabilities."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Fitted = tuple[Floats, Floats]

FEW_ROUNDS = 5
"""Passes over the data for a head of many labels: a third of the time of full convergence, as good on other people's
messages (stopping early is a regulariser of its own)."""

MANY_ROUNDS = 100

_ORDER = 1022
"""Seed of the order in which examples are visited, so that the same data give the same weights."""


def fit_head(
    matrix: Any,
    answers: Sequence[str],
    labels: Sequence[str],
    c: float,
    importance: Sequence[float] | None = None,
    rounds: int = MANY_ROUNDS,
) -> tuple[Floats, Floats]:
    """Weights (features x labels) and bias of one-against-rest linear support vectors.

    A label without an example gets a score so low that it is never answered.
    """
    import numpy as np
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    present = sorted(set(answers))
    weights = np.zeros((matrix.shape[1], len(labels)), dtype=np.float32)
    bias = np.full(len(labels), -9.0, dtype=np.float32)
    if len(present) == 1:
        bias[list(labels).index(present[0])] = 1.0
        return weights, bias
    learner: Any = LinearSVC
    model = learner(C=c, class_weight="balanced", tol=2e-2, max_iter=rounds, random_state=_ORDER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
        model.fit(matrix, list(answers), sample_weight=importance)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(present) == 2:
        coefficients = np.vstack([-coefficients[0], coefficients[0]])
        intercepts = np.array([-intercepts[0], intercepts[0]])
    for position, label in enumerate(model.classes_):
        column = list(labels).index(label)
        weights[:, column] = coefficients[position]
        bias[column] = intercepts[position]
    return weights, bias


def fit_bayes(
    matrix: Any, answers: Sequence[str], labels: Sequence[str], importance: Sequence[float] | None = None
) -> Floats:
    """Weights of a multinomial naive Bayes without priors, centred over the labels: linear too, so it can be added."""
    import numpy as np
    from sklearn.naive_bayes import MultinomialNB

    learner: Any = MultinomialNB
    model = learner(alpha=0.02, fit_prior=False).fit(matrix, list(answers), sample_weight=importance)
    weights = np.zeros((matrix.shape[1], len(labels)), dtype=np.float32)
    centred = model.feature_log_prob_ - model.feature_log_prob_.mean(axis=0)
    for position, label in enumerate(model.classes_):
        weights[:, list(labels).index(label)] = centred[position]
    return weights


def fit_both(
    matrix: Any,
    answers: Sequence[str],
    labels: Sequence[str],
    c: float,
    bayes_share: float,
    *,
    importance: Sequence[float] | None = None,
    rounds: int = FEW_ROUNDS,
) -> Fitted:
    """Support vectors and naive Bayes, each scaled to unit spread, added: one or two points over either."""
    weights, bias = fit_head(matrix, answers, labels, c, importance, rounds)
    if not bayes_share or len(set(answers)) < 2:
        return weights, bias
    known = [column for column, label in enumerate(labels) if label in set(answers)]
    bayes = fit_bayes(matrix, answers, labels, importance)
    spread = float((matrix @ weights[:, known] + bias[known]).std()) or 1.0
    bayes_spread = float((matrix @ bayes[:, known]).std()) or 1.0
    return weights / spread + bayes_share * bayes / bayes_spread, bias / spread


def fit_temperature(scores: Floats, answers: Sequence[str], labels: Sequence[str]) -> float:
    """The temperature under which held-out answers are likeliest."""
    import numpy as np

    columns = np.array([list(labels).index(answer) for answer in answers])
    best, best_loss = 1.0, float("inf")
    for temperature in np.geomspace(0.05, 2.0, 40):
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        loss = float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(columns)), columns]))
        if loss < best_loss:
            best, best_loss = float(temperature), loss
    return best
