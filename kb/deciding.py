"""What becomes of the articles found: the first is told, two compete and one question tells them apart, or a person
answers. The one rule, for those who answer and for those who measure.

A logistic regression over a handful of figures anybody can read. Its weights and lines stand in ``data/rule.json`` with
where they come from, written by ``python -m kb fit``; see ``docs/decisions`` for what they give.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from sys import intern
from typing import Any

from kb import analysis
from kb.elsewhere import names_another_province

RULE = Path(__file__).parent / "data" / "rule.json"

WEIGHED = 8
LOOKED_AT = WEIGHED + 4
"""Articles that are weighed against each other, the best that a search finds, as many as the rule was set on; and how
many it is asked for, since some concern communes that nobody named."""

OFFERED = 0.02
"""Less likely than this, an article is not worth a place in the question."""

WHOEVER = {"ai"}
"""Asks for a person and names no matter: "ai đó" is about nothing."""

SAME_WORDS, AS_GOOD_AS_SURE = 0.9, 0.95
"""So alike, and to no other article, the question is one that the article is written to answer."""

UNLIKELY = 0.01
OFTEN = 3
"""Names that a word stands in when people say it as a rule, and not once by chance."""

FEW, FEWEST = 8, 3
"""The likest names together say more than the likest alone, which may be alike by chance; one that stands alone is no
more than one of three."""


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
class Features:
    """What speaks for an article. A ``_lead`` is what it has beyond the best of the others.

    ``score``: logarithm of the store's score. ``score_lead``: of its ratio to the best other. ``coverage``: as found.
    ``name``: likeness of the question to the likest name, 0 to 1; ``few``: to the likest few. ``said``: part of the
    question's words that its names say often. ``category``: logarithm of the likelihood of its category, 0 where nobody
    looked.
    """

    score: float
    score_lead: float
    coverage: float
    name: float
    name_lead: float
    few: float
    few_lead: float
    said: float
    category: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature counts for, by its name, and what always counts. ``sure``: likelihood from which the first
    article is told."""

    of: Mapping[str, float]
    rest: float
    sure: float

    def likelihood(self, features: Features) -> float:
        weighed = self.rest + sum(weight * getattr(features, name) for name, weight in self.of.items())
        return 1 / (1 + math.exp(-weighed))


@dataclass(frozen=True, slots=True)
class Rule:
    """For those who know the question alone, and for those who know how likely each category is. ``together``:
    likelihood from which one of the best two is probably right, and the citizen can say which."""

    alone: Weights
    with_category: Weights
    together: float

    def weights_for(self, candidates: Sequence[Candidate]) -> Weights:
        return self.alone if any(one.category is None for one in candidates) else self.with_category


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


@cache
def rule() -> Rule:
    """The rule in force. Raises ``OSError`` or ``ValueError`` where the file is not whole."""
    raw = json.loads(RULE.read_text(encoding="utf-8"))
    return Rule(_weights(raw["alone"]), _weights(raw["with_category"]), together=raw["together"])


def _weights(raw: Mapping[str, Any]) -> Weights:
    if unknown := raw["of"].keys() - {field.name for field in fields(Features)}:
        raise ValueError(f"{RULE.name} weighs what nobody measures: {', '.join(sorted(unknown))}")
    return Weights(raw["of"], rest=raw["rest"], sure=raw["sure"])


def decide(question: str, candidates: Sequence[Candidate], home: Collection[str]) -> Verdict:
    """What to do about a question, given the articles found for it, in any order. ``home`` are the names the province
    goes by: what is asked about another one has no answer here."""
    if not may_be_answered(question, home):
        return Verdict()
    sure = rule().weights_for(candidates).sure
    alike = titled_alike(question, candidates)
    return verdict(judge(question, candidates), alike, sure=sure, together=rule().together)


def may_be_answered(question: str, home: Collection[str]) -> bool:
    """Whether it names a matter, and not one of another province."""
    return _names_a_matter(question) and not names_another_province(question, home)


def titled_alike(question: str, candidates: Sequence[Candidate]) -> frozenset[str]:
    """Articles whose titles all say everything that was asked: "đăng ký khai sinh" is on time, or late. None where one
    of them says nothing else."""
    asked = analysis.matter_of(question)
    titles = {one.article_id: analysis.matter_of(one.names[0]) for one in candidates if one.names}
    alike = frozenset(key for key, title in titles.items() if asked <= title)
    return alike if asked and all(titles[key] != asked for key in alike) else frozenset()


def verdict(judged: Sequence[Judged], alike: Set[str], *, sure: float, together: float) -> Verdict:
    """``judged`` with the likeliest first; ``alike`` are those that their titles do not tell apart."""
    offered = [one for one in judged if one.likelihood >= OFFERED]
    if offered and offered[0].likelihood >= sure:
        rival = next((one for one in offered[1:] if {one.article_id, offered[0].article_id} <= alike), None)
        return Verdict(ask=(offered[0].article_id, rival.article_id)) if rival else Verdict(tell=offered[0].article_id)
    if len(offered) > 1 and offered[0].likelihood + offered[1].likelihood >= together:
        return Verdict(ask=(offered[0].article_id, offered[1].article_id))
    return Verdict()


def judge(question: str, candidates: Sequence[Candidate]) -> list[Judged]:
    """How likely each of them answers, the likeliest first."""
    return judged_by(rule().weights_for(candidates), candidates, features_of(question, candidates))


def judged_by(weights: Weights, candidates: Sequence[Candidate], features: Sequence[Features]) -> list[Judged]:
    pairs = zip(candidates, features, strict=True)
    judged = [Judged(one.article_id, _likelihood(weights, measured)) for one, measured in pairs]
    return sorted(judged, key=lambda one: -one.likelihood)


def _likelihood(weights: Weights, features: Features) -> float:
    is_the_same = features.name >= SAME_WORDS > features.name - features.name_lead
    return max(weights.likelihood(features), AS_GOOD_AS_SURE if is_the_same else 0.0)


# --- what speaks for an article ---------------------------------------------------------------------------------------


def features_of(question: str, candidates: Sequence[Candidate]) -> list[Features]:
    """Of each of them, beside the others."""
    asked, words = _wording(question), analysis.matter_of(question)
    names = [[_wording(name) for name in one.names] for one in candidates]
    alike = [sorted((_alike(asked, name) for name in them), reverse=True) for them in names]
    likest = [best[0] if best else 0.0 for best in alike]
    few = [sum(best[:FEW]) / max(FEWEST, len(best[:FEW])) for best in alike]
    scores = [one.score for one in candidates]
    return [
        Features(
            score=math.log1p(one.score),
            score_lead=math.log(max(one.score, UNLIKELY) / max(_best_other(scores, place), 1.0)),
            coverage=one.coverage,
            name=likest[place],
            name_lead=likest[place] - _best_other(likest, place),
            few=few[place],
            few_lead=few[place] - _best_other(few, place),
            said=_said(words, names[place]),
            category=0.0 if one.category is None else math.log(one.category + UNLIKELY),
        )
        for place, one in enumerate(candidates)
    ]


def _best_other(values: Sequence[float], place: int) -> float:
    return max((value for other, value in enumerate(values) if other != place), default=0.0)


def _said(words: Set[str], names: Sequence["Wording"]) -> float:
    often = min(OFTEN, len(names))
    times = (min(often, sum(word in name.folded for name in names)) for word in words)
    return sum(times) / (often * len(words)) if words and names else 0.0


@dataclass(frozen=True, slots=True)
class Wording:
    """Syllables and pairs of them, without those that only say how one asks; ``accented`` is None where nobody typed
    an accent."""

    folded: frozenset[str]
    accented: frozenset[str] | None


def _alike(one: Wording, other: Wording) -> float:
    """The part of both that they share, with accents where both have them."""
    if one.accented is None or other.accented is None:
        return analysis.shared(one.folded, other.folded)
    return analysis.shared(one.accented, other.accented)


@lru_cache(maxsize=8192)  # what people ask of the articles that are asked about
def _wording(text: str) -> Wording:
    found = analysis.syllables(text)
    folded = _terms([(one.folded, one.is_manner) for one in found])
    if all(one.accented == one.folded for one in found):
        return Wording(folded, None)
    return Wording(folded, _terms([(one.accented, one.is_manner) for one in found]))


def _terms(found: Sequence[tuple[str, bool]]) -> frozenset[str]:
    """Of syllables, each with whether it belongs to the manner of asking."""
    pairs = (f"{one} {two}" for (one, manner), (two, also) in pairwise(found) if not (manner and also))
    return frozenset(map(intern, (*(word for word, manner in found if not manner), *pairs)))


def _names_a_matter(text: str) -> bool:
    return not analysis.matter_of(text) <= WHOEVER
