"""What a message loses when it is typed without accents or heard by a machine: held on the development set."""

from dataclasses import replace

import pytest

from nlu.corpus import corpus_files, load_corpus
from nlu.engine import EmbeddedEngine
from nlu.evaluate import Figures, as_groups, below_the_line, evaluate, measure, place_f1, too_slow


@pytest.fixture(scope="module")
def table(engine: EmbeddedEngine) -> dict[str, Figures]:
    return {row.view: row for row in evaluate(engine, ("accented", "unaccented", "voice"))}


def test_even_a_small_model_puts_most_strangers_messages_in_the_right_field(table: dict[str, Figures]) -> None:
    assert table["accented"].field_top1 > 0.55
    assert table["accented"].intent > 0.8


def test_dropping_accents_costs_little(table: dict[str, Figures]) -> None:
    assert table["accented"].top1 - table["unaccented"].top1 < 0.05
    assert table["accented"].place_overlap_f1 - table["unaccented"].place_overlap_f1 < 0.10


def test_a_recognisers_text_is_understood_like_a_written_one(table: dict[str, Figures]) -> None:
    assert table["accented"].top1 - table["voice"].top1 < 0.03


def test_emergencies_are_heard_without_accents_too(table: dict[str, Figures]) -> None:
    assert table["accented"].emergency_recall > 0.8
    assert table["unaccented"].emergency_recall > 0.8


def test_a_model_under_the_line_is_named_with_the_figure(table: dict[str, Figures]) -> None:
    fallen = below_the_line([replace(table["voice"], top1=0.5, all_alarms=0.5)])
    assert any(line.startswith("voice: top1 0.500 is under ") for line in fallen)
    assert any(line.startswith("voice: all_alarms 0.500 is over ") for line in fallen)


def test_no_places_at_all_score_nothing() -> None:
    assert place_f1([]) == (0.0, 0.0)


def test_the_table_of_groups_counts_every_message_with_a_category_once(engine: EmbeddedEngine) -> None:
    utterances = load_corpus(corpus_files(development=True))[::20]
    rows = as_groups(measure(engine, ("accented", "typo"), utterances), "register").splitlines()[1:]
    assert sum(int(row.split()[1]) for row in rows) == sum(u.category is not None for u in utterances)
    assert all(0 <= float(share) <= 1 for row in rows for share in row.split()[2:])


def test_a_slow_model_is_named_too_and_may_be_slower_with_sentence_vectors(table: dict[str, Figures]) -> None:
    slow = [replace(table["accented"], ms_p50=30.0)]
    assert too_slow(slow, with_vectors=False)
    assert not too_slow(slow, with_vectors=True)
