"""Identifiers sort in the order of making, whoever makes them at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from contact_center.db import new_id
from contact_center.db.base import first_id_at


def test_identifiers_made_one_after_the_other_sort_so() -> None:
    made = [new_id() for _ in range(20_000)]  # many to a millisecond
    assert made == sorted(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_identifiers_made_at_once_are_all_different() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_id(), range(20_000)))
    assert len(set(made)) == len(made)


def test_the_next_identifier_is_nobodys_guess() -> None:
    numbers = [new_id().int for _ in range(200)]
    assert min(after - before for before, after in pairwise(numbers)) > 2**32


def test_an_identifier_lies_in_the_moment_it_was_made_in() -> None:
    before, one, after = datetime.now(UTC), new_id(), datetime.now(UTC)
    assert first_id_at(before - timedelta(milliseconds=1)) <= one < first_id_at(after + timedelta(seconds=1))
