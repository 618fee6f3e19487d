"""What of a passage is indexed and what of a question is asked: the same four fields for every store.

``words`` and ``pairs`` are folded syllables, single and in twos; ``accented`` the syllables as written where that
differs; ``grams`` four folded letters in a row, across syllables, for mistyped and glued words. Weights and BM25
parameters were chosen on question sets that have nothing to do with our articles.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

from kb import analysis
from kb.store import Passage
from kb.synonyms import SynonymTable

Field = Literal["words", "pairs", "accented", "grams"]
FIELDS: tuple[Field, ...] = get_args(Field)

WEIGHTS: Mapping[Field, float] = {"words": 1.0, "pairs": 1.0, "accented": 0.5, "grams": 0.25}
K1, B = 1.2, 0.75

TITLE, QUESTION, HEADING, TEXT = 3, 2, 2, 1
"""How often each part counts."""

MANNER_IN_PAIR = 0.7
"""A pair with one syllable of the manner of asking says less than one without."""
SYNONYM = 0.8
MENDED_WORD, MENDED_PAIR = 0.3, 1.0
"""A guess at a mistyped word proves little alone, and much beside its neighbour."""

LONGEST_QUESTION = 120
"""Syllables that are asked for; what comes after is left out."""
GRAM = 4

Key = tuple[Field, str]


@dataclass(frozen=True, slots=True)
class Term:
    """``slots`` are the places of the question that a passage with this term answers to; none for letter grams."""

    field: Field
    text: str
    weight: float
    slots: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        return (self.field, self.text)

    @property
    def boost(self) -> float:
        return self.weight * WEIGHTS[self.field]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as terms. ``written`` are its folded syllables in order, the mistyped ones too; ``manner`` those of
    them that only belong to the manner of asking."""

    terms: tuple[Term, ...]
    written: tuple[str, ...]
    manner: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(term.slots for term in self.terms)

    @property
    def meaning(self) -> list[Term]:
        """Terms that count for coverage."""
        return [term for term in self.terms if term.slots]

    def boosts(self) -> dict[Key, float]:
        """The weight of each distinct term; said twice counts once, guessed and said counts as said."""
        boosts: dict[Key, float] = {}
        for term in self.terms:
            boosts[term.key] = max(boosts.get(term.key, 0.0), term.boost)
        return boosts


# --- indexing ---------------------------------------------------------------------------------------------------------


def of_passage(passage: Passage) -> dict[Field, Counter[str]]:
    """How often each term occurs, title and questions counted several times."""
    counts: dict[Field, Counter[str]] = {field: Counter() for field in FIELDS}
    for text, weight in parts_of(passage):
        for field, terms in of_text(text).items():
            for term, count in terms.items():
                counts[field][term] += count * weight
    return counts


def parts_of(passage: Passage) -> Iterable[tuple[str, int]]:
    yield passage.title, TITLE
    yield from ((question, QUESTION) for question in passage.questions)
    yield passage.heading, HEADING
    yield passage.text, TEXT


@lru_cache(maxsize=512)  # the title and the questions of an article come again with each of its passages
def of_text(text: str) -> Mapping[Field, Counter[str]]:
    found = analysis.syllables(text)
    folded = [syllable.folded for syllable in found]
    return {
        "words": Counter(folded),
        "pairs": Counter(pair(first, second) for first, second in pairwise(folded)),
        "accented": Counter(one.accented for one in found if one.accented != one.folded),
        "grams": Counter(grams(folded)),
    }


def pair(first: str, second: str) -> str:
    return f"{first}_{second}"


def grams(folded: Sequence[str]) -> Iterable[str]:
    """Four letters in a row, the space between syllables written as _."""
    line = "_".join(folded)
    return (line[start : start + GRAM] for start in range(len(line) - GRAM + 1))


def names_of(passage: Passage) -> frozenset[str]:
    """Folded syllables of the title and the questions, for what is suggested while somebody types."""
    return frozenset(
        syllable.folded for text in (passage.title, *passage.questions) for syllable in analysis.syllables(text)
    )


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(text: str, synonyms: SynonymTable) -> Asked:
    """The terms of a question. False when it says nothing but good day."""
    found = analysis.syllables(text)[:LONGEST_QUESTION]
    folded = tuple(syllable.folded for syllable in found)
    terms = [*_words(found), *_pairs(found), *_synonyms(folded, synonyms)]
    manner = {one.folded for one in found if one.is_manner} - {one.folded for one in found if not one.is_manner}
    return Asked(tuple(terms), folded, frozenset(manner))


def _words(found: Sequence[analysis.Syllable]) -> Iterable[Term]:
    """Slots count syllables: word ``i`` is slot ``2 i``, the pair after it ``2 i + 1``."""
    for place, syllable in enumerate(found):
        if syllable.is_manner:
            continue
        yield Term("words", syllable.folded, 1.0, (2 * place,))
        if syllable.accented != syllable.folded:
            yield Term("accented", syllable.accented, 1.0)


def _pairs(found: Sequence[analysis.Syllable]) -> Iterable[Term]:
    for place, (first, second) in enumerate(pairwise(found)):
        manner = first.is_manner + second.is_manner
        if manner < 2:
            yield Term("pairs", pair(first.folded, second.folded), MANNER_IN_PAIR if manner else 1.0, (2 * place + 1,))


def _synonyms(folded: Sequence[str], synonyms: SynonymTable) -> Iterable[Term]:
    for start, wording, other in synonyms.found_in(folded):
        length = len(wording.split())
        slots = tuple(range(2 * start, 2 * (start + length) - 1))
        words = other.split()
        yield from (Term("words", word, SYNONYM, slots if len(words) == 1 else ()) for word in words)
        yield from (Term("pairs", pair(first, second), SYNONYM, slots) for first, second in pairwise(words))


def with_grams_of(asked: Asked, strange: Iterable[str]) -> Asked:
    """The question with the letter grams of these words. They cost most, and where words are known rank no better."""
    sought = dict.fromkeys(gram for word in strange for gram in grams([word]))
    return replace(asked, terms=(*asked.terms, *(Term("grams", gram, 1.0) for gram in sought)))


def with_guesses(asked: Asked, guesses: Mapping[str, Sequence[str]]) -> Asked:
    """The question with what its mistyped words (the keys) probably are, each alone and beside its neighbours."""
    terms: list[Term] = []
    readings = [(word, *guesses.get(word, ())) for word in asked.written]
    for place, (_, *others) in enumerate(readings):
        terms += [Term("words", other, MENDED_WORD, (2 * place,)) for other in others]
    for place, (lefts, rights) in enumerate(pairwise(readings)):
        slot = (2 * place + 1,)
        terms += [
            Term("pairs", pair(left, right), MENDED_PAIR, slot)
            for left in lefts
            for right in rights
            if (left, right) != (lefts[0], rights[0]) and not (left in asked.manner and right in asked.manner)
        ]
    return replace(asked, terms=(*asked.terms, *terms))


# --- how much of the question was answered ----------------------------------------------------------------------------


def line_of(passage: Passage) -> str:
    """What a passage says: folded syllables in a row, each between spaces, two spaces between its parts."""
    return _line((passage.title, *passage.questions)) + _line((passage.heading, passage.text))


@lru_cache(maxsize=1024)
def _line(texts: tuple[str, ...]) -> str:
    return "".join(f" {' '.join([one.folded for one in analysis.syllables(text)])} " for text in texts)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question whose slots have their weight: ``total``, and what each known wording gives its slots, most first."""

    gains: tuple[tuple[float, str, tuple[int, ...]], ...]
    total: float

    def coverage(self, line: str) -> float:
        """The part of the question's weight whose slots a passage with this ``line_of`` answers to, 0 to 1."""
        answered: dict[int, float] = {}
        for gain, wording, slots in self.gains:
            if wording in line:
                for slot in slots:
                    answered.setdefault(slot, gain)
        return min(1.0, sum(answered.values()) / self.total) if self.total else 0.0


def weigh(asked: Asked, idf: Mapping[Key, float], *, unknown: float) -> Weighed:
    """``idf`` has the terms that occur anywhere. A slot weighs as much as its heaviest known term; where nobody ever
    wrote any of them it weighs ``unknown``, as the rarest, so that strange questions are not answered by accident.
    """
    gains: list[tuple[float, str, tuple[int, ...]]] = []
    strange: dict[int, float] = {}
    for term in asked.meaning:
        if term.key in idf:
            gains.append((term.boost * idf[term.key], f" {term.text.replace('_', ' ')} ", term.slots))
            continue
        for slot in term.slots:
            strange[slot] = max(strange.get(slot, 0.0), term.boost * unknown)
    gains.sort(reverse=True)
    known = {slot: gain for gain, _, slots in reversed(gains) for slot in slots}
    return Weighed(tuple(gains), sum((strange | known).values()))


def rarity(total: int, frequency: int) -> float:
    """How much a term tells that ``frequency`` of ``total`` passages have (Robertson and Sparck Jones, as Lucene)."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
