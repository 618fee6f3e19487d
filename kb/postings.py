"""Posting lists and BM25 over them, on plain arrays: no database here, so that the arithmetic is tested without one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb import fields
from kb.fields import FIELDS, Field, Key
from kb.postgres_tables import ENTRY, LARGEST_COUNT
from kb.store import Passage

LARGEST_RANGE = 2_000_000
"""Passage numbers further apart than this are renumbered before they are counted."""

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Lists = dict[tuple[str, str], bytes]
NAMES = "names"


@dataclass(frozen=True, slots=True)
class Collection:
    """How many passages there are, and how many terms of each field they have together."""

    passages: int
    lengths: Mapping[Field, int]

    def average(self, field: Field) -> float:
        return max(self.lengths[field] / self.passages, 1.0) if self.passages else 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """Posting lists of passages written together: ``lists`` by field (or ``names``) and term."""

    lists: Mapping[tuple[str, str], bytes]
    collection: Collection


def segment_of(numbered: Iterable[tuple[int, Passage]]) -> Segment:
    terms: dict[tuple[str, str], int] = {}
    rows: list[tuple[int, int, int, int]] = []
    lengths = dict.fromkeys(FIELDS, 0)
    passages = 0
    for number, passage in numbered:
        passages += 1
        for field, counts in fields.of_passage(passage).items():
            length = counts.total()
            lengths[field] += length
            kept = min(length, LARGEST_COUNT)
            rows += [
                (terms.setdefault((field, term), len(terms)), number, min(count, LARGEST_COUNT), kept)
                for term, count in counts.items()
            ]
        rows += [(terms.setdefault((NAMES, word), len(terms)), number, 1, 1) for word in fields.names_of(passage)]
    return Segment(_lists(terms, rows), Collection(passages, lengths))


def _lists(terms: Mapping[tuple[str, str], int], rows: Sequence[tuple[int, int, int, int]]) -> Lists:
    if not rows:
        return {}
    table = np.array(rows, dtype=np.int64)
    table = table[np.argsort(table[:, 0], kind="stable")]
    entries = np.empty(len(table), dtype=ENTRY)
    for column, name in enumerate(("number", "count", "length"), start=1):
        entries[name] = table[:, column]
    ends = np.searchsorted(table[:, 0], np.arange(len(terms)), side="right")
    starts = np.concatenate(([0], ends[:-1]))
    return {term: entries[starts[place] : ends[place]].tobytes() for term, place in terms.items()}


def read(lists: Iterable[bytes]) -> npt.NDArray[np.void]:
    """The entries of one term from all segments."""
    return np.frombuffer(b"".join(lists), dtype=ENTRY)


@dataclass(frozen=True, slots=True)
class Impacts:
    """The passages that have a term, and what each gains by it: its BM25 score (Robertson; parameters in
    ``kb.fields``) before the question weighs the term."""

    numbers: npt.NDArray[np.uint32]
    gains: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.numbers)


def impacts(key: Key, entries: npt.NDArray[np.void], collection: Collection) -> Impacts:
    field, _ = key
    count, length = entries["count"].astype(np.float64), entries["length"]
    saturation = count + fields.K1 * (1 - fields.B + fields.B * length / collection.average(field))
    gains = fields.rarity(collection.passages, len(entries)) * count * (fields.K1 + 1) / saturation
    return Impacts(entries["number"].astype(np.uint32), gains.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages with their scores, in the order of ``numbers``; a score of nothing means not found."""

    numbers: Numbers
    scores: Scores

    def top(self, size: int) -> tuple[list[int], list[float]]:
        """The best, best first, equals by number; fewer than ``size`` when no more were found."""
        least = np.partition(self.scores, -size)[-size] if 0 < size < len(self.scores) else 0.0
        places = np.flatnonzero(self.scores >= least if least > 0 else self.scores)
        places = places[np.argsort(-self.scores[places], kind="stable")][:size]
        return self.numbers[places].tolist(), self.scores[places].tolist()


def rank(boosts: Mapping[Key, float], found: Mapping[Key, Impacts]) -> Ranking:
    """Every passage that has any of the terms, by the sum of what they give it."""
    if not any(map(len, found.values())):
        return Ranking(np.empty(0, np.int64), np.empty(0))
    numbers = np.concatenate([one.numbers for one in found.values()], dtype=np.int64)
    gains = np.concatenate([one.gains * np.float32(boosts[key]) for key, one in found.items()])
    lowest, highest = int(numbers.min()), int(numbers.max())
    if highest - lowest > LARGEST_RANGE:
        distinct, places = np.unique(numbers, return_inverse=True)
        return Ranking(distinct, np.bincount(places, weights=gains).astype(np.float64))
    scores = np.bincount(numbers - lowest, weights=gains).astype(np.float64)
    return Ranking(np.arange(lowest, highest + 1), scores)
