"""What our senders sent, kept in memory for the ``/simulator`` pages and for tests that count."""

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from channels.simulator.behaviour import Outcome

LONGEST_LOG = 5000
LONGEST_COUNT = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of ours. ``reference`` is our own id for the message, ``taken`` how often it has been taken with this
    request: 2 means that the citizen got it twice."""

    seq: int
    at: str
    provider: Literal["twilio", "zalo"]
    outcome: Outcome
    to: str
    text: str
    reference: str
    provider_id: str
    taken: int
    code: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class WireLog:
    """Bounded: the oldest entries go first. Counts of what was taken are kept longer than the entries."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=LONGEST_LOG)
        self._taken: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self._last = 0
        self._lock = threading.Lock()

    def tried_before(self, reference: str) -> int:
        """How many requests carried this reference until now."""
        with self._lock:
            self._tries[reference] += 1
            return self._tries[reference] - 1

    def note(
        self,
        provider: Literal["twilio", "zalo"],
        outcome: Outcome,
        *,
        to: str = "",
        text: str = "",
        reference: str = "",
        provider_id: str = "",
        code: str = "",
        part: str = "",
        **extra: Any,
    ) -> Entry:
        """Write down one request. ``provider_id`` is empty when it was not taken; ``part`` names one of several."""
        with self._lock:
            key = f"{reference}#{part}" if part else reference
            if provider_id and len(self._taken) < LONGEST_COUNT:
                self._taken[key] += 1
            self._last += 1
            entry = Entry(
                seq=self._last,
                at=datetime.now(UTC).isoformat(),
                provider=provider,
                outcome=outcome,
                to=to,
                text=text,
                reference=reference,
                provider_id=provider_id,
                taken=self._taken[key],
                code=code,
                extra=extra,
            )
            self._entries.append(entry)
            return entry

    def after(self, seq: int, limit: int) -> dict[str, Any]:
        """Entries numbered above ``seq``. ``lost`` says that older ones had to go before they were read."""
        with self._lock:
            entries = [asdict(entry) for entry in self._entries if entry.seq > seq][:limit]
            first = self._entries[0].seq if self._entries else self._last + 1
            return {"entries": entries, "last": self._last, "lost": seq + 1 < first}

    def counts(self) -> dict[str, int]:
        """How often each reference (and part) was taken: all ones, when nothing was sent twice."""
        with self._lock:
            return dict(self._taken)
