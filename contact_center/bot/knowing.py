"""What is known before a turn: the taxonomy, the communes, their number, the tickets that wait for their word."""

import uuid
from collections.abc import Mapping, Sequence

from channels.registry import CAPABILITIES
from contact_center.bot import effects
from contact_center.bot.decisions import Facts, Matter
from contact_center.citizens import service as citizens
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import Taxonomy
from contact_center.tickets import service as tickets
from contact_center.units import service as units

OPEN_STATES = {"new", "routed", "in_progress", "returned"}
RECENT = 5


class Knowing:
    """Keeps what changes only with an import: the matters of a taxonomy version, the communes."""

    def __init__(self) -> None:
        self._version: str | None = None
        self._matters: Mapping[str, Matter] = {}
        self._communes: Mapping[str, str] = {}

    async def facts(self, tx: Transaction, conversation: conversations.Conversation) -> Facts:
        await self._refresh(tx)
        capabilities = CAPABILITIES[conversation.channel]
        own_number = capabilities.address_kind == "phone"
        phone = conversation.peer if own_number else await _known_phone(tx, conversation)
        recent = await _recent(tx, conversation.citizen_id)
        told = await effects.facts_of(tx, recent)
        return Facts(
            channel=conversation.channel,
            spoken=capabilities.spoken,
            matters=self._matters,
            communes=self._communes,
            phone=phone,
            own_number=own_number,
            awaiting=next((ticket for ticket in told if ticket.state == "resolved"), None),
            latest=next((ticket for ticket in told if ticket.state in OPEN_STATES), None),
        )

    async def _refresh(self, tx: Transaction) -> None:
        known = await taxonomy.snapshot(tx)
        if known.version != self._version or not self._communes:
            self._matters = matters_of(known)
            self._communes = {commune.code: commune.full_name for commune in await units.communes(tx)}
            self._version = known.version


def matters_of(known: Taxonomy) -> dict[str, Matter]:
    return {
        category.code: Matter(
            code=category.code,
            name=category.name,
            needs_place=category.location_required,
            urgency=category.urgency,
            case_types=tuple(category.case_types),
            emergency_number=category.emergency_numbers[0] if category.emergency_numbers else "",
        )
        for category in known.categories
    }


async def _recent(tx: Transaction, citizen_id: uuid.UUID) -> Sequence[tickets.Ticket]:
    citizen = await citizens.get(tx, citizen_id)
    if citizen.created_at == tx.now:
        return ()  # nobody heard of them before this turn
    return await tickets.of_citizen(tx, citizen_id, limit=RECENT)


async def _known_phone(tx: Transaction, conversation: conversations.Conversation) -> str:
    phones = await citizens.phones_of(tx, conversation.citizen_id)
    return phones[0] if phones else ""
