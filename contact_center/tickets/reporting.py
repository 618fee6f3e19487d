"""A report sent by a program: understood by the machine where the sender says nothing, then opened."""

import asyncio
import hashlib
from typing import Literal

from contact_center.actors import citizen
from contact_center.bot import ledger
from contact_center.db import Transaction
from contact_center.errors import Conflict
from contact_center.taxonomy.service import FALLBACK_CODE
from contact_center.tickets.models import Ticket
from contact_center.tickets.opening import NewTicket, open_ticket
from contact_center.tickets.schemas import ReportCreate
from contact_center.tickets.words import tidy
from nlu.engine import Engine
from nlu.understanding import Understanding

CHANNEL: Literal["web"] = "web"


async def understand(engine: Engine, text: str) -> Understanding:
    """Off the event loop: a long text takes milliseconds others should not wait for."""
    return await asyncio.to_thread(engine.understand, text, CHANNEL)


async def report(tx: Transaction, heard: Understanding, body: ReportCreate, *, idempotency_key: str) -> Ticket:
    """Open the ticket this report stands for; the same key again finds it. Raises ``Conflict`` when the key was used
    for another report, ``InvalidInput`` by field."""
    digest = hashlib.sha256(idempotency_key.encode()).hexdigest()
    ticket = await open_ticket(tx, citizen(None, CHANNEL), _new(body, heard), idempotency_key=f"api:{digest}")
    if ticket.sealed:
        return ticket
    if ticket.description != tidy(body.description):
        raise Conflict(what="idempotency_key", reason="idempotency_key_reused")
    if ticket.created_at == tx.now:
        await ledger.record(
            tx,
            understanding=heard,
            threshold=0.0,
            ticket_id=ticket.id,
            decision={"chosen": ticket.category_code, "by": "citizen" if body.category_code else "machine"},
        )
    return ticket


def _new(body: ReportCreate, heard: Understanding) -> NewTicket:
    return NewTicket(
        description=body.description,
        channel=CHANNEL,
        case_type=heard.case_type if heard.case_type != "khac" else "phan_anh",
        category_code=body.category_code or heard.category or FALLBACK_CODE,
        urgency=heard.urgency or None,
        place_text=body.place_text,
        commune_code=body.commune_code,
        place_candidates=() if body.commune_code else heard.unit_candidates(),
        latitude=body.latitude,
        longitude=body.longitude,
        contact_name=body.contact_name,
        contact_phone=body.contact_phone,
        anonymous=body.anonymous,
        publish_consent=body.publish_consent,
        media_ids=body.media_ids,
    )
