"""What a process remembers of the index in PostgreSQL between questions: posting lists, ready to be added up.

A segment never changes, so as long as a transaction sees the same segments, lists read by an earlier one are those it
would read itself. With the first change everything is forgotten.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row
from sqlalchemy.ext.asyncio import AsyncSession

from kb.fields import FIELDS, Key
from kb.frequencies import Frequencies
from kb.postings import Collection, Impacts

MOST_ENTRIES = 8_000_000
"""Of all lists remembered, at eight bytes each; those not asked for longest go first."""


class Snapshot:
    """The index as it is while it has these segments."""

    def __init__(self, segments: tuple[tuple[int, ...], ...], most_entries: int) -> None:
        self.segments = segments
        self.collection = _collection(segments)
        self.frequencies = Frequencies()
        self._lists: OrderedDict[Key, Impacts] = OrderedDict()
        self._entries = 0
        self._most_entries = most_entries

    def lists(self, keys: Iterable[Key]) -> dict[Key, Impacts]:
        """Those of the lists that are remembered."""
        known: dict[Key, Impacts] = {}
        for key in keys:
            if (found := self._lists.get(key)) is not None:
                self._lists.move_to_end(key)
                known[key] = found
        return known

    def remember(self, lists: Mapping[Key, Impacts]) -> None:
        """An empty list stands for a term that no passage has. Costs as much as one entry, so that strange words are
        not remembered for ever either."""
        for key, one in lists.items():
            self._entries += 1 + len(one) - self._forget(key)
            self._lists[key] = one
        while self._entries > self._most_entries:
            self._entries -= self._forget(next(iter(self._lists)))

    def _forget(self, key: Key) -> int:
        known = self._lists.pop(key, None)
        return 0 if known is None else 1 + len(known)


class Memory:
    """Of one index. Transactions that see it otherwise (they just wrote) make it forget, and are right all the same."""

    def __init__(self, most_entries: int = MOST_ENTRIES) -> None:
        self._most_entries = most_entries
        self._snapshot = Snapshot((), most_entries)

    def of(self, rows: Sequence[Row[Any]]) -> Snapshot:
        """``rows`` are all the segments a transaction sees, in their order."""
        segments = tuple(tuple(row) for row in rows)
        if segments != self._snapshot.segments:
            self._snapshot = Snapshot(segments, self._most_entries)
        return self._snapshot


def _collection(segments: tuple[tuple[int, ...], ...]) -> Collection:
    _, passages, *lengths = (sum(column) for column in zip(*segments, strict=True)) if segments else (0,) * 6
    return Collection(passages, dict(zip(FIELDS, lengths, strict=True)))


_memories: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory_of(session: AsyncSession) -> Memory:
    """The one memory of the database that a session of this process speaks to."""
    return _memories.setdefault(session.get_bind().engine, Memory())
