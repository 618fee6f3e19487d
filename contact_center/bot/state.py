"""What the bot remembers of a talk between two turns, as plain data kept in ``conversation.bot_state``.

Everything is frozen: a flow gives back a new state, and nothing changes until the turn's transaction commits.
"""

import types
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Flow = Literal["", "report", "emergency", "lookup", "question", "rating", "complaint", "denunciation", "withdraw"]

MOST_FAILURES = 3
"""Turns in a row the bot may fail to use before a person is asked (domain report 1.8)."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that was offered: what the citizen saw, and what it stands for."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Report:
    """A matter being told. ``settled`` names the slots nobody is asked about again, known or not."""

    what: str = ""
    category: str = ""
    case_type: str = ""
    urgency: str = ""
    guesses: tuple[str, ...] = ()
    likely: str = ""  # the best guess, where it is likely enough to be read back
    question: str = ""  # the taxonomy's question between look-alike categories
    place: str = ""
    commune: str = ""
    candidates: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    when: str = ""
    phone: str = ""
    anonymous: bool = False
    photos: tuple[str, ...] = ()  # messages that brought photos
    messages: tuple[str, ...] = ()  # messages the matter was told in
    settled: tuple[str, ...] = ()

    def settle(self, slot: str) -> "Report":
        return self if slot in self.settled else replace(self, settled=(*self.settled, slot))


@dataclass(frozen=True, slots=True)
class Thread:
    """A flow and what it is asking; kept aside while the citizen speaks of something else."""

    flow: Flow = ""
    ask: str = ""
    options: tuple[Option, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """A ticket opened in this talk."""

    id: str
    code: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Nearby:
    """Where the matter before this one is: the next one told in the same talk is often there too."""

    place: str = ""
    commune: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """The whole memory of one talk."""

    thread: Thread = Thread()
    report: Report = Report()
    suspended: Thread | None = None
    waiting: str = ""  # a second matter, in the citizen's words
    failures: int = 0
    subject: str = ""  # the ticket a rating, a withdrawal or an addition is about
    pending_text: str = ""  # what the citizen wants added once the ticket is found
    last_article: str = ""
    asked: str = ""  # the question between two articles
    more: tuple[str, ...] = ()  # of the answer, for a listener who wants to hear on
    tickets: tuple[OpenedTicket, ...] = ()
    emergency_ticket: str = ""
    nearby: Nearby = Nearby()
    told_machine: bool = False
    warned: bool = False
    last_said: str = ""

    @property
    def flow(self) -> Flow:
        return self.thread.flow

    @property
    def ask(self) -> str:
        return self.thread.ask

    def asking(self, flow: Flow, ask: str, options: tuple[Option, ...] = ()) -> "State":
        """The same talk, now waiting for ``ask``."""
        asked = self.thread.asked if flow == self.thread.flow else ()
        return replace(self, thread=Thread(flow, ask, options, (*asked, ask)))

    def times_asked(self, ask: str) -> int:
        return self.thread.asked.count(ask)

    def idle(self) -> "State":
        """Nothing is being asked any more; a report put aside and the tickets opened stay known."""
        report = self.report if self.suspended else Report()
        return replace(self, thread=Thread(), report=report, subject="", pending_text="", asked="", more=())

    def understood(self) -> "State":
        return replace(self, failures=0) if self.failures else self

    @property
    def last_ticket(self) -> OpenedTicket | None:
        return self.tickets[-1] if self.tickets else None


def to_json(state: State) -> dict[str, Any]:
    """For the database. What is as it is at the start of every talk is left out."""
    return {name: value for name, value in asdict(state).items() if value != _EMPTY[name]}


def from_json(stored: dict[str, Any]) -> State:
    """From the database. Unknown or damaged parts count as never said: a talk must outlive an update of the program."""
    rebuilt = _rebuild(State, stored)
    return rebuilt if isinstance(rebuilt, State) else State()


_EMPTY = asdict(State())
_T = TypeVar("_T")


def _rebuild(kind: Any, stored: Any) -> Any:
    """``stored`` as ``kind``; raises ``TypeError`` when it is something else."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if stored is None else _rebuild(arguments[0], stored)
    if origin is tuple:
        if not isinstance(stored, list | tuple):
            raise TypeError("not a list")
        return tuple(_rebuild(arguments[0], item) for item in stored)
    if origin is Literal:
        if stored not in arguments:
            raise TypeError("not one of the known words")
        return stored
    if is_dataclass(kind) and isinstance(kind, type):
        return _rebuild_dataclass(kind, stored)
    if kind is float and isinstance(stored, int) and not isinstance(stored, bool):
        return float(stored)
    if not isinstance(stored, kind) or (kind is int and isinstance(stored, bool)):
        raise TypeError("of another type")
    return stored


def _rebuild_dataclass(kind: type[_T], stored: Any) -> _T:
    if not isinstance(stored, dict):
        raise TypeError("not an object")
    hints = get_type_hints(kind)
    known: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]  # only called with dataclasses
        if field.name in stored:
            try:
                known[field.name] = _rebuild(hints[field.name], stored[field.name])
            except TypeError:
                continue
    return kind(**known)
