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

_ROUND = re.compile(r"-(\d+)[a-z]?\.yml$")
HEADS = (("emergency", "yes"), ("urgency", "khan"), ("case_type", "khan_cap"))


@dataclass(frozen=True)
class HeldOut:
    """What heads that never saw its round's writers say of each reading: log odds, one column a head of `HEADS` and a
    last one from the share of calls for help among what is told of the likely categories."""

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
    odds = np.zeros((len(rows), len(HEADS) + 1))
    for held_out in sorted(set(rounds)):
        learn, check = np.flatnonzero(rounds != held_out), np.flatnonzero(rounds == held_out)
        for column, (head, label) in enumerate(HEADS):
            seen, labels = matrix if head in ON_EVIDENCE else plain, head_labels(head)
            ours = [rows[i] for i in learn]
            weights, bias, temperature = train_head(head, labels, ours, seen[learn], groups, settings)
            odds[check, column] = _log_odds((seen[check] @ weights + bias) / temperature, labels.index(label))
            progress(f"nlu: {head} without round {held_out}")
        categories, ours = head_labels("category"), [rows[i] for i in learn]
        weights, bias, temperature = train_head("category", categories, ours, plain[learn], groups, settings)
        shares = call_shares([utterance for utterance in utterances if round_of(utterance) != held_out])
        likely = _probabilities((plain[check] @ weights + bias) / temperature)
        odds[check, -1] = [log_odds(share) for share in likely @ np.array([shares[code] for code in categories])]
        progress(f"nlu: category without round {held_out}")
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


def _probabilities(scores: Floats) -> Floats:
    import numpy as np

    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _log_odds(scores: Floats, column: int) -> Floats:
    import numpy as np

    others = np.delete(scores, column, axis=1)
    most = others.max(axis=1, keepdims=True)
    together = most[:, 0] + np.log(np.exp(others - most).sum(axis=1))
    return np.asarray(np.clip(scores[:, column] - together, -9.2, 9.2))
