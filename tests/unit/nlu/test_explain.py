"""Why a message was understood as it was: the reasons are the model's own, and the answer the same as without them."""

import json
from dataclasses import replace

import pytest

from nlu.engine import EmbeddedEngine
from nlu.understanding import Understanding

MESSAGE = "đèn đường trước nhà tắt cả tuần nay, tối om"


def without_time(understood: Understanding) -> Understanding:
    return replace(understood, ms=0)


def test_the_explained_answer_is_the_answer(engine: EmbeddedEngine) -> None:
    explained = engine.explain(MESSAGE, "web").understood
    assert without_time(explained) == without_time(engine.understand(MESSAGE, "web"))


def test_the_words_that_decided_come_first_and_those_against_last(engine: EmbeddedEngine) -> None:
    best = engine.explain(MESSAGE, "web").rankings["category"][0]
    points = [reason.points for reason in best.reasons]
    assert best.code == "HT-01"
    assert points == sorted(points, reverse=True)
    assert any("đèn" in reason.said for reason in best.reasons)


def test_every_ranking_is_explained_with_the_probabilities_of_the_answer(engine: EmbeddedEngine) -> None:
    explanation = engine.explain(MESSAGE, "web")
    shown = [(label.code, label.probability) for label in explanation.rankings["category"]]
    assert shown == [(ranked.code, ranked.probability) for ranked in explanation.understood.categories]
    assert set(explanation.rankings) == {"intent", "category", "case_type", "urgency"}


def test_danger_is_explained_by_its_words_and_by_how_it_is_spoken_of(engine: EmbeddedEngine) -> None:
    danger = engine.explain("cháy nhà rồi, cứu với, lửa lan qua nhà bên kìa", "voice").danger
    assert (danger.cue_number, danger.cue_strength) == ("114", 3)
    assert "help" in danger.ways_of_speaking
    assert danger.probability > danger.asked_from


def test_what_was_decided_is_told_in_codes(engine: EmbeddedEngine) -> None:
    decided = dict(engine.explain("cảm ơn em nhiều nghen", "zalo").decisions)
    assert decided["category"].startswith("none")
    assert decided["danger"] == "calm"


@pytest.mark.parametrize("text", ["", "...", "😀", "\ud800", "x" * 20_000])
def test_odd_messages_are_explained_too(text: str, engine: EmbeddedEngine) -> None:
    assert json.dumps(engine.explain(text, "sms").as_dict())
