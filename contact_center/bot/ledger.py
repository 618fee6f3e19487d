"""The prediction ledger: every guess the machine made, and what people made of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from contact_center.actors import Actor
from contact_center.bot.models import Prediction
from contact_center.db import Transaction, new_id
from contact_center.learning import proposals
from contact_center.learning.masking import mask
from nlu.labels import MATTER_INTENTS
from nlu.understanding import Understanding

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A category the machine thought of; ``probability`` 0 to 1, ``reason`` the citizen's words that spoke for it."""

    code: str
    probability: float
    reason: str


def entry(
    tx: Transaction,
    *,
    understanding: Understanding,
    threshold: float,
    message_id: uuid.UUID | None = None,
    ticket_id: uuid.UUID | None = None,
    decision: Mapping[str, Any] | None = None,
    inbox_seq: int | None = None,
) -> Prediction:
    """One understanding of one message, not yet written down. Keywords are single words; the message itself is not
    copied."""
    words = ", ".join(understanding.keywords)
    return Prediction(
        id=new_id(),
        message_id=message_id,
        ticket_id=ticket_id,
        engine=understanding.engine,
        model=understanding.model,
        intent=understanding.intent,
        case_type=understanding.case_type,
        urgency=understanding.urgency,
        emergency=understanding.emergency,
        categories=[
            {"code": ranked.code, "probability": ranked.probability, "reason": words if index == 0 else ""}
            for index, ranked in enumerate(understanding.categories)
        ],
        threshold=threshold,
        abstained=understanding.abstained,
        decision=dict(decision or {}),
        milliseconds=understanding.ms,
        inbox_seq=inbox_seq,
        created_at=tx.now,
    )


async def record(tx: Transaction, *, understanding: Understanding, threshold: float, **about: Any) -> Prediction:
    """Write down one understanding of one message (see ``entry``)."""
    row = entry(tx, understanding=understanding, threshold=threshold, **about)
    tx.session.add(row)
    return row


async def attach(tx: Transaction, message_id: uuid.UUID, ticket_id: uuid.UUID) -> None:
    """What was understood of this message led to this ticket."""
    await attach_all(tx, [message_id], ticket_id)


async def attach_all(tx: Transaction, message_ids: Sequence[uuid.UUID], ticket_id: uuid.UUID) -> None:
    """The same for a matter told in several messages."""
    if message_ids:
        await tx.session.execute(
            update(Prediction)
            .where(Prediction.message_id.in_(message_ids), Prediction.ticket_id.is_(None))
            .values(ticket_id=ticket_id)
        )


async def correct(tx: Transaction, ticket_id: uuid.UUID, category: str, actor: Actor, reason: str) -> None:
    """A person says what it really was: kept beside what the machine said, for the law on AI, and proposed as a label
    to learn from. Reasons are people's own words: whoever they name is left out."""
    reason = mask(reason)
    await tx.session.execute(
        update(Prediction)
        .where(Prediction.ticket_id == ticket_id)
        .values(
            corrected_category=category,
            corrected_by=actor.id if actor.kind == "staff" else None,
            correction_reason=reason,
        )
    )
    await propose(tx, ticket_id, category, actor, reason)


async def propose(tx: Transaction, ticket_id: uuid.UUID, category: str, actor: Actor, reason: str) -> None:
    """A person's step says that the machine's category was another one, even where the ticket keeps it."""
    said = (await said_of(tx, [ticket_id])).get(ticket_id)
    if said is not None:
        await proposals.propose(
            tx,
            ticket_id,
            machine=said.category,
            probability=said.probability,
            category=category,
            actor=actor,
            reason=mask(reason),
        )


async def forget(tx: Transaction, ticket_id: uuid.UUID) -> None:
    """Cut every tie between a sealed ticket and what was said."""
    await proposals.forget(tx, ticket_id)
    await tx.session.execute(
        update(Prediction)
        .where(Prediction.ticket_id == ticket_id)
        .values(
            ticket_id=None,
            categories=[],
            decision={},
            correction_reason=None,
            shadow_model=None,
            shadow_categories=null(),
        )
    )


async def top3(tx: Transaction, ticket_id: uuid.UUID) -> list[Guess]:
    """The machine's best three categories for a ticket, best first."""
    return list((await top3_of(tx, [ticket_id])).get(ticket_id, ()))


async def top3_of(tx: Transaction, ticket_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Guess]]:
    """The same for many tickets in one query; the newest understanding that ranked anything counts."""
    if not ticket_ids:
        return {}
    rows = await tx.session.execute(
        select(Prediction.ticket_id, Prediction.categories)
        .where(Prediction.ticket_id.in_(ticket_ids), Prediction.categories != [])
        .ext(distinct_on(Prediction.ticket_id))
        .order_by(Prediction.ticket_id, Prediction.created_at.desc(), Prediction.id.desc())
    )
    return {
        ticket_id: [
            Guess(item["code"], float(item["probability"]), item.get("reason", "")) for item in categories[:SHOWN]
        ]
        for ticket_id, categories in rows
        if ticket_id is not None
    }


@dataclass(frozen=True, slots=True)
class Said:
    """What the machine made of a ticket's matter: its newest category, and the messages it read, oldest first."""

    category: str
    probability: float
    intent: str
    emergency: bool
    message_ids: tuple[uuid.UUID, ...]


async def said_of(tx: Transaction, ticket_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Said]:
    """The machine's word on each ticket it read as a matter, in one query."""
    if not ticket_ids:
        return {}
    rows = await tx.session.execute(
        select(
            Prediction.ticket_id, Prediction.message_id, Prediction.intent, Prediction.emergency, Prediction.categories
        )
        .where(Prediction.ticket_id.in_(ticket_ids), Prediction.categories != [])
        .where(Prediction.intent.in_(MATTER_INTENTS))
        .order_by(Prediction.id)
    )
    found: dict[uuid.UUID, Said] = {}
    for ticket_id, message_id, intent, emergency, categories in rows:
        earlier = found[ticket_id].message_ids if ticket_id in found else ()
        read = earlier if message_id is None or message_id in earlier else (*earlier, message_id)
        best = categories[0]
        found[ticket_id] = Said(best["code"], float(best["probability"]), intent, emergency, read)
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """What the machine last made of a conversation: ``intent`` and best categories first."""

    message_id: uuid.UUID | None
    intent: str
    urgency: str
    emergency: bool
    abstained: bool
    guesses: tuple[Guess, ...]


async def heard_in(tx: Transaction, message_ids: Sequence[uuid.UUID]) -> Heard | None:
    """The newest understanding of these messages that was of a matter, for the agent who takes over: what is ranked
    for "let me talk to somebody" says nothing."""
    if not message_ids:
        return None
    row = await tx.session.scalar(
        select(Prediction)
        .where(Prediction.message_id.in_(message_ids), Prediction.categories != [])
        .where(Prediction.intent.in_(MATTER_INTENTS))
        .order_by(Prediction.created_at.desc(), Prediction.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    guesses = tuple(
        Guess(item["code"], float(item["probability"]), item.get("reason", "")) for item in row.categories[:SHOWN]
    )
    return Heard(row.message_id, row.intent, row.urgency, row.emergency, row.abstained, guesses)
