"""Both engines on the same messages: the same `Understanding`, whichever process it comes from."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from contact_center.rasa.service import RasaEngine
from nlu.corpus import corpus_files, load_corpus
from nlu.engine import EmbeddedEngine, Engine
from nlu.understanding import Understanding
from nlu.views import VIEWS, reading

MESSAGES = 500

ASPECTS: dict[str, Callable[[Understanding], object]] = {
    "intent": lambda u: u.intent,
    "category": lambda u: u.category,
    "best three": lambda u: [ranked.code for ranked in u.categories[:3]],
    "case type": lambda u: u.case_type,
    "urgency": lambda u: u.urgency,
    "emergency": lambda u: (u.emergency, u.emergency_number, u.emergency_ask),
    "legal track": lambda u: u.legal_track,
    "places": lambda u: [(place.start, place.end, place.units) for place in u.places],
    "numbers": lambda u: u.entities,
    "all of it": lambda u: replace(u, engine="", ms=0.0, keywords=()),
}
"""Probabilities are rounded to four figures, so that the last bits of two numpy versions are not compared."""

LEAST = {"all of it": 0.97}


@pytest.fixture(scope="module")
def messages() -> list[str]:
    """Development messages spread over all the writers, in every view in turn."""
    utterances = load_corpus(corpus_files(development=True))
    step = len(utterances) / MESSAGES
    return [reading(utterances[int(i * step)].text, VIEWS[i % len(VIEWS)]) for i in range(MESSAGES)]


def test_both_engines_understand_500_messages_alike(
    engine: RasaEngine, embedded: EmbeddedEngine, messages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    by_rasa, by_us = answers(engine, messages), answers(embedded, messages)
    assert {understood.engine for understood in by_rasa} == {"rasa"}
    assert not any(understood.degraded for understood in by_rasa)
    shares = {
        name: sum(aspect(a) == aspect(b) for a, b in zip(by_rasa, by_us, strict=True)) / len(messages)
        for name, aspect in ASPECTS.items()
    }
    with capsys.disabled():
        print(f"\nagreement of Rasa and embedded on {len(messages)} messages: " + table(shares))
    assert all(share >= LEAST.get(name, 0.99) for name, share in shares.items()), table(shares)


def answers(engine: Engine, messages: list[str]) -> list[Understanding]:
    return [engine.understand(message, "web") for message in messages]


def table(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
