"""A matter told and never confirmed: the caller hung up, the chat fell silent. It is kept for a person to ask about.

An ordinary report goes to the dispatcher under the taxonomy's category for the unknown, with the machine's guesses in
the ledger beside it; a danger keeps its category and its urgency. Both say that nobody confirmed them.
"""

import uuid
from dataclasses import replace

from contact_center import actors
from contact_center.bot import ledger
from contact_center.bot.effects import new_ticket
from contact_center.bot.flows.report import LONGEST_DESCRIPTION, UNKNOWN
from contact_center.bot.state import OpenedTicket, Report, State, from_json, to_json
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.i18n import translate
from contact_center.media import service as media
from contact_center.tickets import service as tickets

TELLING = ("report", "emergency")
"""Flows in which something is being told."""


def left_behind(state: State) -> Report | None:
    """What was told and not yet sent; None when there is nothing of substance."""
    thread = state.suspended or state.thread
    report = replace(state.report, what=state.report.what[:LONGEST_DESCRIPTION])
    if thread.flow not in TELLING or not (report.what.strip() or report.photos):
        return None
    if thread.flow == "emergency":
        return report if thread.ask == "ongoing" else None  # past that question the record is there already
    return replace(report, category=UNKNOWN)


async def keep(tx: Transaction, conversation: conversations.Conversation) -> tickets.Ticket | None:
    """Open the ticket of what was left behind, and let the talk forget it. The caller holds the conversation."""
    state = from_json(conversation.bot_state)
    report = left_behind(state)
    state = replace(state, suspended=None, waiting="").idle()
    if report is None:
        conversation.bot_state = to_json(state)
        return None
    bot = replace(actors.BOT, channel=conversation.channel)
    new = new_ticket(report, conversation)
    words = translate("bot.described.unconfirmed", what=new.description)
    ticket = await tickets.open_ticket(tx, bot, replace(new, description=words, confirmed=False))
    await media.attach_from_messages(tx, [uuid.UUID(one) for one in report.photos], ticket_id=ticket.id)
    await ledger.attach_all(tx, [uuid.UUID(one) for one in report.messages], ticket.id)
    opened = OpenedTicket(str(ticket.id), ticket.code, ticket.category_code)
    conversation.bot_state = to_json(replace(state, tickets=(*state.tickets, opened)))
    return ticket
