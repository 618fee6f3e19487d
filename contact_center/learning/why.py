"""Why a message was understood as it was: what was recorded when it was acted upon, and what the present model says to
the same words, reason by reason. Looked at by people of the hotline; the duty to explain is the Law on AI's (2025).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from contact_center.actors import Actor
from contact_center.bot import recorded
from contact_center.bot.recorded import Recorded
from contact_center.conversations import service as conversations
from contact_center.conversations import texts
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.taxonomy import service as taxonomy
from contact_center.tickets import service as tickets
from contact_center.units import service as units
from nlu.engine import Engine
from nlu.text import fold, view
from nlu.understanding import Channel, Understanding

INTENTS = 3
"""Intents shown."""

WORDS = frozenset({"words", "words_without_accents"})
"""Kinds of reasons that stand in the text as they are."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """One message to explain, read from the database. ``conversation_id`` and ``ticket_id`` lead back."""

    text: str
    channel: str
    records: tuple[Recorded, ...]
    conversation_id: uuid.UUID | None
    ticket_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Something of the message that spoke for a label, or against it (``points`` below 0); ``width`` is 0 to 1."""

    said: str
    kind: str
    points: float
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    code: str
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; ``decided`` when its words speak for the first category, ``place`` when it names one."""

    text: str
    decided: bool
    place: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model that serves now makes of the words. ``danger`` has the cues and their probability where the model
    can tell them."""

    understood: Understanding
    pieces: tuple[Piece, ...]
    categories: tuple[Label, ...]
    intents: tuple[Label, ...]
    danger: Mapping[str, Any]


async def about_message(tx: Transaction, actor: Actor, message_id: uuid.UUID) -> Asked:
    """Raises ``NotFound`` for missing, forgotten and forbidden alike."""
    written = (await texts.written(tx, [message_id])).get(message_id)
    if written is None:
        raise NotFound(what="message")
    talk = await conversations.get_readable(tx, actor, written.conversation_id)
    records = await recorded.of_message(tx, message_id)
    ticket_id = next((one.ticket_id for one in records if one.ticket_id is not None), None)
    return Asked(written.text, written.channel, tuple(records), talk.id, ticket_id)


async def about_ticket(tx: Transaction, actor: Actor, ticket_id: uuid.UUID) -> Asked:
    """The messages that led to the ticket as one text, or its description where no message did. Raises ``NotFound`` as
    ``about_message`` does; a sealed ticket has nothing to explain."""
    ticket = await tickets.get_readable(tx, actor, ticket_id)
    if ticket.sealed:
        raise NotFound(what="ticket")
    records = await recorded.of_ticket(tx, ticket_id)
    read = list(dict.fromkeys(one.message_id for one in records if one.message_id is not None))
    written = await texts.written(tx, read)
    text = ". ".join(written[one].text for one in read if one in written) or ticket.description
    return Asked(text, ticket.channel, tuple(records), ticket.conversation_id, ticket.id)


def explained(engine: Engine, asked: Asked) -> Answer:
    """Ask the engine; one that cannot give reasons still gives its keywords. Blocks for some milliseconds."""
    behind = getattr(engine, "present", engine)
    channel = cast("Channel", asked.channel)
    explain = getattr(behind, "explain", None)
    if explain is None:
        return _from_keywords(behind.understand(asked.text, channel))
    explanation = explain(asked.text, channel)
    plain: dict[str, Any] = explanation.as_dict()
    categories = _labels(plain["rankings"].get("category", ()))
    return Answer(
        understood=explanation.understood,
        pieces=pieces(explanation.understood, categories),
        categories=categories,
        intents=_labels(plain["rankings"].get("intent", ())),
        danger=plain["danger"],
    )


def _from_keywords(heard: Understanding) -> Answer:
    best = [Reason(word, "words", 0.0, 1.0) for word in heard.keywords]
    categories = tuple(
        Label(one.code, one.probability, tuple(best) if place == 0 else ())
        for place, one in enumerate(heard.categories)
    )
    intents = tuple(Label(one.code, one.probability, ()) for one in heard.intents[:INTENTS])
    return Answer(heard, pieces(heard, categories), categories, intents, {})


def _labels(ranking: Sequence[Mapping[str, Any]]) -> tuple[Label, ...]:
    """Reasons with the length of their bars, on one scale for the whole ranking."""
    most = max((abs(reason["points"]) for label in ranking for reason in label["reasons"]), default=0.0) or 1.0
    return tuple(
        Label(
            label["code"],
            label["probability"],
            tuple(
                Reason(one["said"], one["kind"].replace(" ", "_"), one["points"], abs(one["points"]) / most)
                for one in label["reasons"]
            ),
        )
        for label in ranking
    )


def pieces(heard: Understanding, categories: Sequence[Label]) -> tuple[Piece, ...]:
    """The text cut where something begins or ends: the words that decided, the places."""
    seen = view(heard.text)
    best = categories[0].reasons if categories else ()
    said = {one.said for one in best if one.points >= 0 and one.kind in WORDS} | set(heard.keywords)
    decided = [seen.original_span(*span) for word in said for span in _spans(seen.folded, fold(word))]
    places = [(place.start, place.end) for place in heard.places]
    cuts = sorted({0, len(heard.text), *(edge for span in (*decided, *places) for edge in span)})
    return tuple(
        Piece(heard.text[start:end], _within(start, end, decided), _within(start, end, places))
        for start, end in pairwise(cuts)
    )


def _spans(text: str, word: str) -> list[Span]:
    """Every occurrence of a word, or of words, that is not within another one."""
    found, at = [], text.find(word) if word else -1
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            found.append((at, end))
        at = text.find(word, end)
    return found


def _within(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


@dataclass(frozen=True, slots=True)
class Names:
    """Words for the codes on the page."""

    categories: Mapping[str, str]
    communes: Mapping[str, str]


async def names_for(tx: Transaction, answer: Answer) -> Names:
    known = await taxonomy.snapshot(tx)
    codes = {code for place in answer.understood.places for code in place.units}
    communes = await units.communes_by_code(tx, list(codes))
    return Names(
        {code: view.name for code, view in known.by_code.items()},
        {code: commune.full_name for code, commune in communes.items()},
    )
