"""Opening a ticket out of a conversation."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.bot import ledger
from contact_center.conversations import service as conversations
from contact_center.conversations.service import Conversation
from contact_center.db import Transaction
from contact_center.desk import reading
from contact_center.desk.access import Agent
from contact_center.media import service as media
from contact_center.taxonomy.service import FALLBACK_CODE
from contact_center.tickets import service as tickets
from contact_center.tickets.service import NewTicket, Ticket
from contact_center.web.deps import Db
from contact_center.web.forms import go

router = APIRouter()


@router.post("/desk/{conversation_id}/ticket")
async def open_ticket(
    request: Request,
    database: Db,
    actor: Agent,
    conversation_id: uuid.UUID,
    key: Annotated[uuid.UUID, Form()],
    description: Annotated[str, Form(max_length=20_000)] = "",
    category_code: Annotated[str, Form(max_length=20)] = "",
    place_text: Annotated[str, Form(max_length=500)] = "",
    commune_code: Annotated[str, Form(max_length=10)] = "",
    urgency: Annotated[str, Form(max_length=20)] = "",
    contact_phone: Annotated[str, Form(max_length=30)] = "",
    anonymous: Annotated[bool, Form()] = False,
    publish: Annotated[bool, Form()] = False,
) -> Response:
    """``key`` is new for each form, so pressing twice opens one ticket."""
    async with database.transaction() as tx:
        conversation = await conversations.get_readable(tx, actor, conversation_id)
        new = NewTicket(
            description=description,
            channel=conversation.channel,
            category_code=category_code or FALLBACK_CODE,
            urgency=urgency or None,
            place_text=place_text,
            commune_code=commune_code or None,
            citizen_id=conversation.citizen_id,
            conversation_id=conversation.id,
            contact_phone=contact_phone.strip() or None,
            anonymous=anonymous,
            publish_consent=publish,
        )
        ticket = await tickets.open_ticket(tx, actor, new, idempotency_key=f"desk:{conversation_id}:{key}")
        if not ticket.sealed:
            await _bring_along(tx, actor, conversation, ticket)
    return go(request, f"/desk/{conversation_id}?opened={ticket.code}")


async def _bring_along(tx: Transaction, actor: Actor, conversation: Conversation, ticket: Ticket) -> None:
    """The photos of the talk, and what the machine had made of it beside what the agent decided."""
    messages = await conversations.messages(tx, conversation.id, limit=reading.MESSAGES_SHOWN)
    said = [message.id for message in messages if message.author == "citizen"]
    await media.attach_from_messages(tx, said, ticket_id=ticket.id)
    heard = await ledger.heard_in(tx, said)
    if heard is None or heard.message_id is None:
        return
    await ledger.attach(tx, heard.message_id, ticket.id)
    if heard.guesses and heard.guesses[0].code != ticket.category_code:
        await ledger.correct(tx, ticket.id, ticket.category_code, actor, "")
