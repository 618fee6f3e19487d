"""A place told after the ticket was opened: 'ấp 4, không phải ấp 5', or the address of an emergency."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from contact_center.db import Transaction
from contact_center.errors import InvalidInput
from contact_center.routing import service as routing
from contact_center.taxonomy import service as taxonomy
from contact_center.tickets.changes import Change
from contact_center.tickets.models import Ticket
from contact_center.tickets.words import tidy
from contact_center.tickets.workflow import Action, State
from contact_center.units import service as units

LONGEST_PLACE = 500


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """Where it really is: the words, and the commune when it is certain or those it may be."""

    text: str
    commune_code: str | None = None
    candidates: Sequence[str] = ()
    latitude: float | None = None
    longitude: float | None = None


async def put(tx: Transaction, change: Change, place: PlaceTold) -> None:
    """Write the place on the ticket; the event remembers what stood there before. Raises ``InvalidInput``."""
    ticket = change.ticket
    wanted = {code for code in (place.commune_code, *place.candidates) if code}
    if wanted - set(await units.communes_by_code(tx, wanted)):
        raise InvalidInput(commune_code="unknown")
    change.data["from_place"] = {"text": ticket.place_text, "commune_code": ticket.commune_code}
    ticket.place_text = tidy(place.text)[:LONGEST_PLACE] or ticket.place_text
    if wanted:
        ticket.commune_code = place.commune_code
        ticket.place_candidates = list(place.candidates)
    if place.latitude is not None:
        ticket.latitude, ticket.longitude = place.latitude, place.longitude
    change.data["place"] = {"text": ticket.place_text, "commune_code": ticket.commune_code}


async def step_to_right_unit(tx: Transaction, ticket: Ticket) -> tuple[Action, uuid.UUID] | None:
    """The step that brings the ticket to the unit its place now speaks for; None when it is there already, or when
    its unit has taken it up (then the unit sees the new place and returns it if it must)."""
    steps = {State.NEW.value: Action.ROUTE, State.ROUTED.value: Action.REROUTE}
    if ticket.state not in steps:
        return None
    category = (await taxonomy.snapshot(tx)).category(ticket.category_code)
    routed = await routing.responsible_unit(tx, category, ticket.commune_code, text=ticket.description)
    if routed.unit is None or routed.unit.id == ticket.unit_id:
        return None
    return steps[State(ticket.state).value], routed.unit.id
