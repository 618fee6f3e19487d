import numpy as np

from kb.fields import Key
from kb.postgres_memory import Snapshot
from kb.postings import Impacts

ONE_SEGMENT = ((1, 10, 100, 90, 80, 70),)


def of(*numbers: int) -> Impacts:
    return Impacts(np.array(numbers, np.uint32), np.ones(len(numbers), np.float32))


def word(text: str) -> Key:
    return ("words", text)


def test_the_collection_is_the_sum_of_its_segments() -> None:
    collection = Snapshot((*ONE_SEGMENT, (2, 5, 50, 45, 40, 35)), 100).collection
    assert (collection.passages, collection.average("words"), collection.average("grams")) == (15, 10.0, 7.0)


def test_an_index_without_segments_has_no_passages() -> None:
    assert Snapshot((), 100).collection.passages == 0


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    snapshot = Snapshot(ONE_SEGMENT, most_entries=9)
    snapshot.remember({word("ao"): of(1, 2, 3)})
    snapshot.remember({word("ba"): of(1, 2, 3)})
    assert snapshot.lists([word("ao")])
    snapshot.remember({word("ca"): of(4)})
    assert set(snapshot.lists([word("ao"), word("ba"), word("ca")])) == {word("ao"), word("ca")}


def test_words_that_nobody_ever_wrote_are_not_remembered_for_ever() -> None:
    snapshot = Snapshot(ONE_SEGMENT, most_entries=5)
    snapshot.remember({word(f"x{number}"): of() for number in range(20)})
    assert len(snapshot.lists([word(f"x{number}") for number in range(20)])) == 5


def test_a_list_read_twice_at_the_same_time_counts_once() -> None:
    snapshot = Snapshot(ONE_SEGMENT, most_entries=5)
    for _ in range(3):
        snapshot.remember({word("ao"): of(1, 2)})
    snapshot.remember({word("ba"): of(3)})
    assert set(snapshot.lists([word("ao"), word("ba")])) == {word("ao"), word("ba")}
