"""From accepted labels to what a model learns: the citizen's words with everything personal masked, and the label."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contact_center.bot import ledger
from contact_center.citizens import service as citizens
from contact_center.conversations import texts
from contact_center.db import Transaction
from contact_center.learning import repository
from contact_center.learning.masking import HIDDEN, mask
from contact_center.learning.models import LabelProposal
from contact_center.tickets import teaching
from contact_center.tickets.service import Ticket
from nlu.engine import Engine
from nlu.labels import MATTER_INTENTS
from nlu.text import fold

MOST_LESSONS = 5_000
SHORTEST_WORDS = 2
HELD_BACK = 5
"""One accepted label in so many is never learned: candidates are compared on these."""


@dataclass(frozen=True, slots=True)
class Told:
    """A citizen's words on a ticket as they may be shown to whoever judges a label: masked, with the places in them."""

    text: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One accepted label. Only the category is a person's word; the rest is what the ticket holds and the machine read,
    so that the other heads learn nothing new from it."""

    ticket_id: uuid.UUID
    told: Told
    category: str
    intent: str
    case_type: str
    urgency: str
    emergency: bool

    @property
    def held_back(self) -> bool:
        """Kept for comparing."""
        return is_held_back(self.ticket_id)


def is_held_back(ticket_id: uuid.UUID) -> bool:
    """The same ticket always falls on the same side."""
    return ticket_id.int % HELD_BACK == 0


@dataclass(frozen=True, slots=True)
class Source:
    """Everything about one proposal's ticket before the masking: reading is for the database, masking for a thread."""

    ticket: Ticket
    said: ledger.Said
    text: str
    names: tuple[str, ...]


async def sources(tx: Transaction, ticket_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Source]:
    """The tickets among these that may be learned from, with the citizen's own words; four queries, however many."""
    found = await teaching.teachable(tx, ticket_ids)
    said = await ledger.said_of(tx, list(found))
    written = await texts.written(tx, [one for read in said.values() for one in read.message_ids])
    people = await citizens.many(tx, [ticket.citizen_id for ticket in found.values() if ticket.citizen_id])
    known: dict[uuid.UUID, Source] = {}
    for ticket_id, ticket in found.items():
        if ticket_id not in said:
            continue
        read = [written[one].text for one in said[ticket_id].message_ids if one in written]
        text = ". ".join(read) if said[ticket_id].message_ids else ticket.description
        person = people.get(ticket.citizen_id) if ticket.citizen_id else None
        names = (ticket.contact_name, person.display_name if person else None)
        if len(text.split()) >= SHORTEST_WORDS:
            known[ticket_id] = Source(ticket, said[ticket_id], text, tuple(name for name in names if name))
    return known


def told(source: Source, engine: Engine) -> Told:
    """The words with what is personal hidden; blocks for about two milliseconds."""
    seen = engine.understand(source.text, "web")
    masked = mask(source.text, places=[(place.start, place.end) for place in seen.places], names=source.names)
    places = engine.understand(masked, "web").places
    return Told(masked, tuple((place.start, place.end) for place in places if HIDDEN not in place.text))


async def accepted_sources(tx: Transaction) -> list[tuple[LabelProposal, Source]]:
    """Every accepted label whose ticket may still be learned from, newest first."""
    accepted = await repository.accepted(tx, limit=MOST_LESSONS)
    found = await sources(tx, [proposal.ticket_id for proposal in accepted])
    return [(proposal, found[proposal.ticket_id]) for proposal in accepted if proposal.ticket_id in found]


async def held_back_labels(tx: Transaction) -> str:
    """Which labels candidates are compared on: twelve hex digits, others once one is accepted or taken back."""
    accepted = await repository.accepted(tx, limit=MOST_LESSONS)
    pairs = sorted((str(one.ticket_id), one.category) for one in accepted if is_held_back(one.ticket_id))
    return hashlib.sha256(repr(pairs).encode()).hexdigest()[:12]


def lessons(pairs: Sequence[tuple[LabelProposal, Source]], engine: Engine) -> list[Lesson]:
    """What is learned from accepted labels, the same words once. Blocks; run it beside the event loop."""
    by_words: Mapping[str, Lesson] = {
        fold(lesson.told.text): lesson for lesson in (_lesson(proposal, source, engine) for proposal, source in pairs)
    }
    return sorted(by_words.values(), key=lambda lesson: lesson.ticket_id)


def _lesson(proposal: LabelProposal, source: Source, engine: Engine) -> Lesson:
    said = source.said
    return Lesson(
        ticket_id=source.ticket.id,
        told=told(source, engine),
        category=proposal.category,
        intent=said.intent if said.intent in MATTER_INTENTS else "bao_su_viec",
        case_type=source.ticket.case_type,
        urgency=source.ticket.urgency,
        emergency=said.emergency,
    )
