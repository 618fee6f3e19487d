"""What becomes of the articles found: the first is told, two compete and one question tells them apart, or a person
answers. The one rule, for those who answer and for those who measure.

A logistic regression on ``kb/data/questions.jsonl`` with both stores, each half of the questions judged by what the
other half taught: see ``docs/decisions`` for what it gives.
"""

import math
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from kb import analysis
from kb.elsewhere import names_another_province

SURE = 0.81
"""Likelihood from which the first article is told."""

TOGETHER = 0.35
"""Likelihood from which one of the best two is probably right, and the citizen can say which."""

OFFERED = 0.02
"""Less likely than this, an article is not worth a place in the question."""

WHOEVER = {"ai"}
"""Asks for a person and names no matter: "ai đó" is about nothing."""

SAME_WORDS, AS_GOOD_AS_SURE = 0.9, 0.95
"""So alike, and to no other article, the question is one that the article is written to answer."""

UNLIKELY = 0.01


@dataclass(frozen=True, slots=True)
class Weights:
    """``score`` of the logarithm of the store's score, ``lead`` of its ratio to the best other article's, ``coverage``,
    ``name`` of the likeness to the title or a question people ask, ``name_lead`` of that likeness beyond the best other
    article's, ``category`` of the logarithm of the likelihood of its category, ``rest`` always."""

    score: float
    lead: float
    coverage: float
    name: float
    name_lead: float
    category: float
    rest: float


ALONE = Weights(score=1.53, lead=3.75, coverage=0.7, name=1.88, name_lead=2.19, category=0.0, rest=-7.35)
WITH_CATEGORY = Weights(score=0.95, lead=3.81, coverage=0.67, name=1.26, name_lead=2.3, category=0.41, rest=-4.29)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as a search found it. ``names`` are its title and the questions it answers; ``category`` is how likely
    its category is to somebody who looked at the question alone, None where nobody did."""

    article_id: str
    score: float
    coverage: float
    names: tuple[str, ...]
    category: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """``likelihood`` (0 to 1) that this article answers."""

    article_id: str
    likelihood: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """``tell`` this article, or ``ask`` which of these, best first; neither: a person answers."""

    tell: str = ""
    ask: tuple[str, ...] = ()


def decide(question: str, candidates: Sequence[Candidate], home: Collection[str]) -> Verdict:
    """What to do about a question, given the articles found for it, in any order. ``home`` are the names the province
    goes by: what is asked about another one has no answer here."""
    if not candidates or not _names_a_matter(question) or names_another_province(question, home):
        return Verdict()
    judged = judge(question, candidates)
    if judged[0].likelihood >= SURE:
        return Verdict(tell=judged[0].article_id)
    offered = [one for one in judged[:2] if one.likelihood >= OFFERED]
    if len(offered) == 2 and sum(one.likelihood for one in offered) >= TOGETHER:
        return Verdict(ask=tuple(one.article_id for one in offered))
    return Verdict()


def judge(question: str, candidates: Sequence[Candidate]) -> list[Judged]:
    """How likely each of them answers, the likeliest first."""
    asked = _terms(question)
    likeness = [max((_alike(asked, _terms(name)) for name in one.names), default=0.0) for one in candidates]
    judged = [
        Judged(
            one.article_id,
            _likelihood(
                one,
                likeness[place],
                best_other_score=max((other.score for other in candidates if other is not one), default=0.0),
                best_other_likeness=max(likeness[:place] + likeness[place + 1 :], default=0.0),
            ),
        )
        for place, one in enumerate(candidates)
    ]
    return sorted(judged, key=lambda one: -one.likelihood)


def _likelihood(one: Candidate, likeness: float, *, best_other_score: float, best_other_likeness: float) -> float:
    weights = ALONE if one.category is None else WITH_CATEGORY
    is_the_same = likeness >= SAME_WORDS > best_other_likeness
    category = math.log((one.category or 0.0) + UNLIKELY)
    weighed = (
        weights.score * math.log1p(one.score)
        + weights.lead * math.log(max(one.score, UNLIKELY) / max(best_other_score, 1.0))
        + weights.coverage * one.coverage
        + weights.name * likeness
        + weights.name_lead * (likeness - best_other_likeness)
        + weights.category * category
        + weights.rest
    )
    return max(1 / (1 + math.exp(-weighed)), AS_GOOD_AS_SURE if is_the_same else 0.0)


def _alike(first: Set[str], second: Set[str]) -> float:
    """Dice's coefficient: the part of both that they share."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _names_a_matter(text: str) -> bool:
    return any(one.folded not in analysis.STOP and one.folded not in WHOEVER for one in analysis.syllables(text))


def _terms(text: str) -> frozenset[str]:
    """Folded syllables and pairs of them, without those that only say how one asks."""
    words = [syllable.folded for syllable in analysis.syllables(text)]
    pairs = (f"{one} {two}" for one, two in pairwise(words) if not (one in analysis.STOP and two in analysis.STOP))
    return frozenset((*(word for word in words if word not in analysis.STOP), *pairs))
