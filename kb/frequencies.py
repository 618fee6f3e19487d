"""What a process remembers between questions of how frequent terms are."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from kb.fields import Key

MOST_TERMS = 50_000


class Frequencies:
    """Of one index; the terms learned first go first."""

    def __init__(self, most: int = MOST_TERMS) -> None:
        self._most = most
        self._known: OrderedDict[Key, int] = OrderedDict()

    def missing(self, keys: Iterable[Key]) -> list[Key]:
        return [key for key in dict.fromkeys(keys) if key not in self._known]

    def learn(self, asked: Iterable[Key], found: Mapping[Key, int]) -> None:
        """What was asked and not found is known to be nowhere."""
        for key in asked:
            self._known[key] = found.get(key, 0)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def of(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Those that occur."""
        return {key: frequency for key in keys if (frequency := self._known.get(key, 0))}

    def forget(self) -> None:
        self._known.clear()
