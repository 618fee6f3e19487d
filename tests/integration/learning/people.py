"""Tickets as the bot opens them: with what the machine made of the citizen's words in the ledger beside them."""

import uuid
from dataclasses import replace

from channels.contracts import EventKind, InboundEvent
from contact_center.actors import BOT, Actor, Role
from contact_center.bot import ledger
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.learning import repository
from contact_center.learning.models import LabelProposal
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action, NewTicket, Ticket
from nlu.understanding import Ranked, Understanding
from tests.support.web import Deaf

MY_THO = "28261"
DISPATCHER = Actor(kind="staff", role=Role.DISPATCHER)


def understood(text: str, *categories: str, intent: str = "bao_su_viec", model: str = "m1") -> Understanding:
    """What a machine might have made of a text: these categories, the first by far the likeliest."""
    ranked = tuple(Ranked(code, 0.8 / (place * 3 + 1)) for place, code in enumerate(categories))
    return replace(
        Deaf().understand(text, "sms"),
        intent=intent,
        categories=ranked,
        category=ranked[0].code if ranked else None,
        abstained=not ranked,
        model=model,
    )


async def told(
    tx: Transaction,
    text: str,
    *categories: str,
    category: str = "",
    peer: str = "+84912345678",
    name: str | None = None,
    **changes: object,
) -> Ticket:
    """A citizen writes, the machine ranks ``categories``, a ticket is opened under the first (or ``category``)."""
    event = InboundEvent(
        channel="sms", event_id=str(uuid.uuid4()), kind=EventKind.MESSAGE, peer=peer, thread=peer, text=text
    )
    talk = await conversations.find_or_open(tx, event)
    message = await conversations.record_citizen_message(tx, talk, event, inbox_seq=None)
    await tx.session.flush()
    values: dict[str, object] = {
        "description": text,
        "channel": "sms",
        "category_code": category or categories[0],
        "commune_code": MY_THO,
        "place_text": "hẻm 12 Ấp Bắc",
        "citizen_id": talk.citizen_id,
        "conversation_id": talk.id,
        "contact_name": name,
        "contact_phone": peer,
    }
    ticket = await tickets.open_ticket(tx, BOT, NewTicket(**(values | changes)))  # type: ignore[arg-type]
    seen = understood(text, *categories)
    await ledger.record(tx, understanding=seen, threshold=0.6, message_id=message.id, ticket_id=ticket.id)
    await tx.session.flush()
    return ticket


async def corrected(
    tx: Transaction, ticket: Ticket, category: str, actor: Actor = DISPATCHER, reason: str = ""
) -> Ticket:
    """A person says what it really is."""
    return await tickets.correct_category(
        tx, actor, ticket.id, version=ticket.version, category_code=category, reason=reason
    )


async def act(tx: Transaction, actor: Actor, ticket: Ticket, action: Action, **fields: object) -> Ticket:
    return await tickets.act(tx, actor, ticket.id, action, version=ticket.version, **fields)  # type: ignore[arg-type]


async def proposals(tx: Transaction) -> list[LabelProposal]:
    return list(await repository.proposed(tx, limit=100))
