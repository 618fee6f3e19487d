"""Who may look at a ticket without being staff: the holder of its link, or of its code and the end of its phone."""

import hmac
import uuid

from contact_center.actors import Actor
from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.tickets import repository
from contact_center.tickets.codes import normalise
from contact_center.tickets.models import Ticket

# Photos a citizen sees: those of the report and those of the result.
CITIZENS_PHOTOS = {"citizen", "result"}


def last_digits_fit(ticket: Ticket, digits: str) -> bool:
    """Whether these are the last four digits of the ticket's phone; a ticket without a phone asks for none."""
    return ticket.contact_phone is None or (len(digits) == 4 and ticket.contact_phone.endswith(digits))


async def by_code_for_citizen(tx: Transaction, code: str, last_digits: str) -> Ticket:
    """A ticket for somebody who knows its code and the end of its phone number. Raises ``NotFound`` for every other
    case alike."""
    number = normalise(code)
    ticket = await repository.find_by_code(tx, number) if number else None
    if ticket is None or not last_digits_fit(ticket, last_digits):
        raise NotFound(what="ticket")
    return ticket


async def may_follow(tx: Transaction, ticket_id: uuid.UUID, *, actor: Actor | None, link: str = "") -> bool:
    """Whether somebody may watch the ticket: staff who may read it, or whoever holds its link."""
    if actor is not None and await repository.is_readable(tx, actor, ticket_id):
        return True
    return await _holds_link(tx, ticket_id, link)


async def may_see_photo(
    tx: Transaction, ticket_id: uuid.UUID, *, actor: Actor | None, link: str = "", audience: str
) -> bool:
    """The same for one of its photos; what is internal stays with staff, and a sealed ticket shows none to anybody."""
    if await repository.is_sealed(tx, ticket_id):
        return False
    if actor is not None and await repository.is_readable(tx, actor, ticket_id):
        return True
    return audience in CITIZENS_PHOTOS and await _holds_link(tx, ticket_id, link)


async def _holds_link(tx: Transaction, ticket_id: uuid.UUID, link: str) -> bool:
    token = await repository.find_link_token(tx, ticket_id) if link else None
    return token is not None and hmac.compare_digest(token.encode(), link.encode())
