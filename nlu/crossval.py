# ruff: noqa: PLC0415 - numpy and scikit-learn are slow to import and load only when used
"""How well danger is heard from people whose words were never learned: each round of writers held out in turn.

The corpus was written in rounds by different people (`reports/GT.yml`, `GT-2.yml`, `GT-3.yml`), so a round is as near
to strangers as training text comes. The weights and the threshold in `nlu.embedded` and `nlu.emergency` come from
here and not from the development set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlu.corpus import Utterance
from nlu.embedded import DANGER_WEIGHTS
from nlu.emergency import log_odds
from nlu.text import fold
from nlu.train import (
    ON_EVIDENCE,
    Bags,
    Progress,
    Row,
    TrainSettings,
    call_shares,
    head_labels,
    held_out_groups,
    readings,
    say,
    train_head,
    without_danger,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Flags = NDArray[np.bool_]

_ROUND = re.compile(r"-(\d+)[a-z]?\d*\.yml$")
CALLING = dict(DANGER_WEIGHTS.keys())
"""What each head of danger says of a call for help."""
HEADS = (*CALLING, "category")


@dataclass(frozen=True)
class HeldOut:
    """What heads that never saw its round's writers say of each reading: log odds of a call for help, one column a head
    of `HEADS`; the category's from the share of calls among what is told of the likely ones."""

    rows: Sequence[Row]
    odds: Floats
    rounds: NDArray[np.intp]
    is_call: Flags
    is_lookalike: Flags
    is_unaccented: Flags
    is_as_written: Flags


def round_of(utterance: Utterance) -> int:
    """The round a file belongs to: 1 without a number."""
    found = _ROUND.search(utterance.file)
    return int(found.group(1)) if found else 1


def hold_out_rounds(utterances: Sequence[Utterance], settings: TrainSettings, progress: Progress = say) -> HeldOut:
    """Train the heads of danger once for each round, on all the others."""
    import numpy as np

    rows = readings(utterances, settings.seed, settings.typo_share)
    bags = Bags(rows, settings)
    vocabulary, idf = bags.learn()
    matrix = bags.matrix(vocabulary, idf)
    plain = without_danger(matrix, vocabulary, settings.features)
    groups = held_out_groups(len(utterances), settings)
    rounds = np.array([round_of(row.utterance) for row in rows])
    odds = np.zeros((len(rows), len(HEADS)))
    for held_out in sorted(set(rounds)):
        learn, check = np.flatnonzero(rounds != held_out), np.flatnonzero(rounds == held_out)
        ours = [rows[i] for i in learn]
        shares = call_shares([utterance for utterance in utterances if round_of(utterance) != held_out])
        for column, head in enumerate(HEADS):
            seen, labels = matrix if head in ON_EVIDENCE else plain, head_labels(head)
            weights, bias, temperature = train_head(head, labels, ours, seen[learn], groups, settings)
            scores = (seen[check] @ weights + bias) / temperature
            calls = {CALLING[head]: 1.0} if head in CALLING else shares
            odds[check, column] = _call_odds(scores, [calls.get(label, 0.0) for label in labels])
            progress(f"nlu: {head} without round {held_out}")
    folded = np.array([row.text == fold(row.text) for row in rows])
    return HeldOut(
        rows=rows,
        odds=odds,
        rounds=rounds,
        is_call=np.array([row.utterance.emergency for row in rows]),
        is_lookalike=np.array([row.utterance.look_alike for row in rows]),
        is_unaccented=folded,
        is_as_written=np.array([row.text == row.utterance.text for row in rows]),
    )


def _call_odds(scores: Floats, shares: Sequence[float]) -> Floats:
    """Log odds of a call, from the scores of labels and the part of calls among what each label is said of."""
    import numpy as np
    from scipy.special import softmax

    return np.array([log_odds(probability) for probability in softmax(scores, axis=1) @ np.array(shares)])
