"""What the citizen is told at each step that matters, on the channel they came by.

Every notice is one inbox row in the transaction of its cause, named by the event it tells of, so it is told once. A
ticket without a conversation is followed by its link, and told by SMS where a number was left.
"""

import uuid
from typing import Any

from channels.contracts import Button
from contact_center.citizens import service as citizens
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.i18n import translate
from contact_center.settings import get_settings
from contact_center.tickets.codes import grouped
from contact_center.tickets.models import Ticket, TicketEvent
from contact_center.tickets.words import SMS_LENGTH, moment, sentence, short_moment, shortened, unaccented
from contact_center.tickets.workflow import Rating
from contact_center.units import service as units

# Words of an officer can be long; a chat line is not.
LONGEST_WORDS = 600
# Notices that name the promised date, and have words for when there is none.
DATED = {"opened", "routed", "moved", "reopened"}


def ticket_link(ticket: Ticket) -> str:
    """The citizen's page for this ticket."""
    return f"{get_settings().public_base_url.rstrip('/')}/p/{ticket.link_token}"


def rating_payload(ticket_id: uuid.UUID, rating: Rating) -> str:
    """What a rating button sends back."""
    return f"rate:{ticket_id}:{rating.value}"


async def tell_opened(tx: Transaction, ticket: Ticket, event: TicketEvent) -> None:
    await _tell(tx, ticket, event, "opened")


async def tell_routed(tx: Transaction, ticket: Ticket, event: TicketEvent, *, again: bool) -> None:
    """To whom it went and until when an answer is promised."""
    await _tell(tx, ticket, event, "moved" if again else "routed")


async def tell_resolved(tx: Transaction, ticket: Ticket, event: TicketEvent) -> None:
    """What was done, and the question whether it is really done."""
    buttons = [
        Button(title=translate(f"tickets.rating.{rating.value}"), payload=rating_payload(ticket.id, rating))
        for rating in Rating
    ]
    await _tell(tx, ticket, event, "resolved", words=event.text, buttons=buttons)


async def tell_refused(tx: Transaction, ticket: Ticket, event: TicketEvent) -> None:
    await _tell(tx, ticket, event, "refused", words=event.text)


async def tell_redirected(tx: Transaction, ticket: Ticket, event: TicketEvent) -> None:
    await _tell(tx, ticket, event, "redirected", words=event.text)


async def tell_reopened(tx: Transaction, ticket: Ticket, event: TicketEvent) -> None:
    await _tell(tx, ticket, event, "reopened")


async def _tell(
    tx: Transaction,
    ticket: Ticket,
    event: TicketEvent,
    kind: str,
    *,
    words: str = "",
    buttons: list[Button] | None = None,
) -> None:
    if ticket.sealed:
        return
    unit = await units.unit(tx, ticket.unit_id) if ticket.unit_id else None
    key = f"{kind}_undated" if kind in DATED and ticket.due_at is None else kind
    sms = sms_notice(ticket, key, unit_name=unit.short_name if unit else "", words=words)
    if ticket.conversation_id is None:
        await _tell_by_sms(tx, ticket, event, kind, sms)
        return
    you = await _you(tx, ticket)
    chat = translate(
        f"tickets.notice.{key}",
        code=grouped(ticket.code),
        unit=unit.name if unit else translate("tickets.desk"),
        due=moment(ticket.due_at) if ticket.due_at else "",
        words=sentence(shortened(words, LONGEST_WORDS)),
        link=ticket_link(ticket),
        you=you,
        You=you[:1].upper() + you[1:],
    )
    await conversations.notify_citizen(
        tx,
        conversation_id=ticket.conversation_id,
        key=f"ticket_event:{event.id}",
        text=chat,
        sms_text=sms,
        buttons=buttons or (),
        data=_data(ticket, kind),
    )


async def _tell_by_sms(tx: Transaction, ticket: Ticket, event: TicketEvent, kind: str, sms: str) -> None:
    """A report by the form: the browser showed its code, later news goes to the number that was left, if any."""
    if ticket.contact_phone and kind != "opened":
        await conversations.notify_phone(
            tx, phone=ticket.contact_phone, key=f"ticket_event:{event.id}", sms_text=sms, data=_data(ticket, kind)
        )


async def _you(tx: Transaction, ticket: Ticket) -> str:
    """How this citizen is addressed: as they spoke of themselves, else anh/chị."""
    if ticket.citizen_id is None:
        return translate("tickets.you")
    return (await citizens.get(tx, ticket.citizen_id)).honorific or translate("tickets.you")


def _data(ticket: Ticket, kind: str) -> dict[str, Any]:
    return {"ticket": {"id": str(ticket.id), "code": ticket.code, "notice": kind}}


def sms_notice(ticket: Ticket, key: str, *, unit_name: str, words: str) -> str:
    """One unaccented SMS of at most 160 characters; the link always fits whole, the words give way."""

    def written(unit: str, said: str) -> str:
        text = translate(
            f"tickets.sms.{key}",
            code=ticket.code,
            unit=unit,
            due=short_moment(ticket.due_at) if ticket.due_at else "",
            words=said,
            link=ticket_link(ticket),
        )
        return unaccented(text)

    unit = unaccented(unit_name) or unaccented(translate("tickets.desk"))
    said = unaccented(words)
    room = SMS_LENGTH - len(written("", ""))
    unit = shortened(unit, max(room if not said else room // 2, 0))
    return written(unit, shortened(said, max(SMS_LENGTH - len(written(unit, "")), 0)))
