"""Rounds of writers held out in turn: nobody is judged by a model that has read them."""

from dataclasses import replace

import pytest

from nlu.corpus import Utterance
from nlu.crossval import HeldOut, hold_out_rounds, round_of
from nlu.train import TrainSettings


@pytest.fixture(scope="module")
def held_out(corpus_slice: list[Utterance]) -> HeldOut:
    settings = replace(TrainSettings(), typo_share=0.0, svm_c=0.3)
    return hold_out_rounds(corpus_slice[::2], settings, progress=lambda message: None)


def test_a_round_is_named_by_the_file(corpus_slice: list[Utterance]) -> None:
    first = corpus_slice[0]
    assert round_of(replace(first, file="reports/GT.yml")) == 1
    assert round_of(replace(first, file="emergency/positive-3.yml")) == 3
    assert round_of(replace(first, file="reports/VOICES-10b2.yml")) == 10


def test_every_reading_is_judged_once_by_heads_that_never_saw_its_writers(held_out: HeldOut) -> None:
    assert len(held_out.odds) == len(held_out.rows)
    assert (held_out.odds != 0).all()


def test_calls_for_help_of_strangers_look_more_dangerous_than_calm_messages(held_out: HeldOut) -> None:
    together = held_out.odds.sum(axis=1)
    assert together[held_out.is_call].mean() > together[~held_out.is_call].mean() + 2
