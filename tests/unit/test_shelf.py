"""Reference data is read once in a few seconds, by all transactions together."""

import pytest

from contact_center.db.shelf import FRESH_S, Shelf


class Reader:
    def __init__(self) -> None:
        self.times = 0

    async def read(self) -> int:
        self.times += 1
        return self.times


async def test_what_was_read_lately_is_not_read_again() -> None:
    now = 100.0
    shelf, reader = Shelf(lambda: now), Reader()
    assert [await shelf.get("calendar", reader.read) for _ in range(3)] == [1, 1, 1]


async def test_after_a_few_seconds_it_is_read_again() -> None:
    now = [100.0]
    shelf, reader = Shelf(lambda: now[0]), Reader()
    await shelf.get("calendar", reader.read)
    now[0] += FRESH_S
    assert await shelf.get("calendar", reader.read) == 2


async def test_after_an_import_everything_is_read_again() -> None:
    shelf, reader = Shelf(), Reader()
    await shelf.get("calendar", reader.read)
    shelf.forget()
    assert await shelf.get("calendar", reader.read) == 2


async def test_what_could_not_be_read_is_not_remembered() -> None:
    shelf, reader = Shelf(), Reader()

    async def fail() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        await shelf.get("calendar", fail)
    assert await shelf.get("calendar", reader.read) == 1
