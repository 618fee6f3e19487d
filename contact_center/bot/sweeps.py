"""Talks that fell silent in the middle of a report: what was told becomes a ticket, and the citizen is told so."""

from datetime import timedelta

from contact_center.bot import abandoned, prompts
from contact_center.bot.address import DEFAULT
from contact_center.bot.decisions import Line
from contact_center.bot.prompts import Voice
from contact_center.citizens import service as citizens
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.settings import get_settings
from contact_center.tickets import service as tickets

QUIET_FOR = timedelta(minutes=30)
"""Somebody looking for a house number is back within this time; whoever is not will hardly come back."""

BATCH = 50


async def sweep(tx: Transaction) -> int:
    """One batch of quiet talks, locked, so that two workers never do the same. Returns how many tickets were opened."""
    opened = 0
    for conversation in await conversations.claim_quiet(
        tx, since=tx.now - QUIET_FOR, flows=abandoned.TELLING, limit=BATCH
    ):
        ticket = await abandoned.keep(tx, conversation)
        if ticket is not None:
            await _tell(tx, conversation, ticket)
            opened += 1
    return opened


async def _tell(tx: Transaction, conversation: conversations.Conversation, ticket: tickets.Ticket) -> None:
    """Where they were writing. A caller is not on the line any more and gets the ticket's own news by SMS."""
    citizen = await citizens.get(tx, conversation.citizen_id)
    honorific = citizen.honorific or DEFAULT
    voice = Voice(conversation.channel, honorific, conversation.locale, get_settings().province_name)
    if not voice.spoken:
        text = prompts.render([Line("abandoned", {"code": f"#{ticket.code}"})], (), voice)
        await conversations.say(tx, conversation, text=text)
