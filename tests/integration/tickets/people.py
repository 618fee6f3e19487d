"""The people around a ticket, and tickets in the state a test starts from."""

import uuid
from datetime import datetime

from channels.contracts import EventKind, InboundEvent
from contact_center.actors import BOT, Actor, Role, citizen
from contact_center.clock import LOCAL_ZONE
from contact_center.conversations import service as conversations
from contact_center.conversations.models import Conversation
from contact_center.db import Transaction
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action, NewTicket, Ticket
from contact_center.units import service as units

MY_THO = "28261"
PHONE = "+84912345678"
OPERATOR = Actor(kind="staff", role=Role.OPERATOR)
DISPATCHER = Actor(kind="staff", role=Role.DISPATCHER)
SUPERVISOR = Actor(kind="staff", role=Role.SUPERVISOR)
ADMINISTRATOR = Actor(kind="staff", role=Role.ADMINISTRATOR)


def at(text: str) -> datetime:
    """A moment on the wall clock of Viet Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


async def officer_of(tx: Transaction, code: str) -> Actor:
    return Actor(kind="staff", role=Role.OFFICER, unit_id=(await units.unit_by_code(tx, code)).id)


async def unit_id(tx: Transaction, code: str) -> uuid.UUID:
    return (await units.unit_by_code(tx, code)).id


async def conversation(tx: Transaction, channel: str = "sms", peer: str = PHONE) -> Conversation:
    event = InboundEvent(
        channel=channel,  # type: ignore[arg-type]
        event_id=f"e-{uuid.uuid4()}",
        kind=EventKind.MESSAGE,
        peer=peer,
        thread=peer,
        account="1022",
        text="xin chào",
    )
    return await conversations.find_or_open(tx, event)


async def open_street_light(tx: Transaction, actor: Actor = BOT, **changes: object) -> Ticket:
    """A street light out in Phường Mỹ Tho: routed to the lighting company."""
    return await open_one(tx, actor, **({"category_code": "HT-01"} | changes))


async def open_one(tx: Transaction, actor: Actor = BOT, **changes: object) -> Ticket:
    values: dict[str, object] = {
        "description": "Đèn đường trước nhà tắt ba đêm nay",
        "channel": "sms",
        "commune_code": MY_THO,
        "place_text": "hẻm 12 Ấp Bắc",
        "contact_name": "Nguyễn Văn An",
        "contact_phone": "0912 345 678",
    }
    return await tickets.open_ticket(tx, actor, NewTicket(**(values | changes)))  # type: ignore[arg-type]


async def act(tx: Transaction, actor: Actor, ticket: Ticket, action: Action, **fields: object) -> Ticket:
    return await tickets.act(tx, actor, ticket.id, action, version=ticket.version, **fields)  # type: ignore[arg-type]


async def resolved(tx: Transaction, ticket: Ticket) -> Ticket:
    officer = Actor(kind="staff", role=Role.OFFICER, unit_id=ticket.unit_id)
    await act(tx, officer, ticket, Action.ACCEPT)
    return await act(tx, officer, ticket, Action.RESOLVE, text="Đã thay bóng đèn lúc 19 giờ.")


def own(ticket: Ticket) -> Actor:
    """The citizen of this ticket."""
    return citizen(ticket.citizen_id, ticket.channel)
