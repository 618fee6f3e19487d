"""What a flow decides: what to say, what to have done, and what to remember. Plain data, no service behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contact_center.bot.state import Option, Report, State
from nlu.understanding import Understanding

# --- what a flow looks at -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """A pin on the map, and the commune it lies in if it lies in the province."""

    latitude: float
    longitude: float
    label: str = ""
    commune: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing the citizen did.

    ``together`` is the understanding of the report so far with these words added; ``rest`` is a second matter told in
    the same breath.
    """

    text: str
    heard: Understanding
    together: Understanding | None = None
    rest: str = ""
    taken_up: bool = False  # words of an earlier turn, taken up now
    digits: str = ""
    silence: bool = False
    started: bool = False
    message: str = ""  # the id of the message
    photo: str = ""  # the same, when it brought photos
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What the flows need to know of a category."""

    code: str
    name: str
    needs_place: bool
    urgency: str
    case_types: tuple[str, ...]
    emergency_number: str = ""


@dataclass(frozen=True, slots=True)
class TicketFact:
    """A ticket as the citizen may hear of it; the matter itself is left out, for codes are overheard."""

    id: str
    code: str
    state: str
    category: str
    unit: str = ""
    unit_short: str = ""
    due_at: datetime | None = None
    resolution: str = ""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before the turn: never asked for again."""

    channel: str
    spoken: bool
    matters: Mapping[str, Matter]
    communes: Mapping[str, str]  # code -> "Phường Mỹ Tho"
    phone: str = ""  # the number they use, or gave earlier
    own_number: bool = False  # they are on that number right now (a call, an SMS)
    awaiting: TicketFact | None = None  # resolved, not yet rated
    latest: TicketFact | None = None  # the newest ticket of this citizen that is still open


# --- what a flow says and wants done ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence by its key in the catalogue (below ``bot.``), with its blanks."""

    key: str
    blanks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTicket:
    report: Report


@dataclass(frozen=True, slots=True)
class LookUp:
    """By code, or (code empty) whatever belongs to this citizen and the number they use."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """``categories`` are codes with their likelihoods, ``places`` communes; ``article`` was told last, for "and how
    much is it?"; ``chosen`` is the one of two they meant."""

    text: str
    categories: tuple[tuple[str, float], ...] = ()
    article: str = ""
    places: tuple[str, ...] = ()
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class NoteHelped:
    """What they said of the answer told last."""

    helped: bool


@dataclass(frozen=True, slots=True)
class NoteUnanswered:
    """A question nothing answered, for those who write articles. ``offered`` are slugs of what they did not mean."""

    question: str
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    reason: str


@dataclass(frozen=True, slots=True)
class Rate:
    ticket_id: str
    rating: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    ticket_id: str
    text: str


@dataclass(frozen=True, slots=True)
class AddInformation:
    ticket_id: str
    text: str
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Locate:
    """Where a ticket really is: ``report`` holds the place as it is known now, ``text`` the words that said so."""

    ticket_id: str
    text: str
    report: Report


@dataclass(frozen=True, slots=True)
class Withdraw:
    ticket_id: str


@dataclass(frozen=True, slots=True)
class ForgetWords:
    """A denunciation: the words just received are not kept here (Law on Denunciation 2018)."""


Effect = (
    OpenTicket
    | LookUp
    | Search
    | NoteHelped
    | NoteUnanswered
    | HandOver
    | Rate
    | Reopen
    | AddInformation
    | Locate
    | Withdraw
    | ForgetWords
)

# --- what came of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    ticket: TicketFact


@dataclass(frozen=True, slots=True)
class Found:
    """Newest first; empty when there is none."""

    tickets: tuple[TicketFact, ...]


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """An answer in the article's own words. ``part`` is the part that was asked for, empty for the whole; ``silent``:
    the article does not say it. ``more`` is for a listener who wants to hear on."""

    slug: str
    title: str
    answer: str
    spoken: str
    sms: str
    source: str
    sample: bool
    valid_from: date
    link: str
    part: str = ""
    papers: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """``article`` None: nothing answers well enough; then ``choices`` (label, slug) may be told apart by one question
    about what they share, ``about``."""

    article: ArticleFact | None
    choices: tuple[Option, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    pass


@dataclass(frozen=True, slots=True)
class HandedOver:
    agents_ready: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The ticket was changed as asked."""

    ticket: TicketFact


@dataclass(frozen=True, slots=True)
class NotDone:
    """The rules refused; ``code`` is the domain error's."""

    code: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    pass


Outcome = Opened | Found | Answered | Noted | HandedOver | Done | NotDone | Forgotten


@dataclass(frozen=True, slots=True)
class Decision:
    """``say`` in order, then ``effect`` (its outcome comes back to the same flow), then ``again``: words to take up as
    if they had just been said."""

    state: State
    say: tuple[Line, ...] = ()
    effect: Effect | None = None
    again: str = ""
    hang_up: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        return self.state.thread.options
