"""What each action does to the ticket's row. The workflow has already said yes; nothing here decides whether."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from contact_center.actors import Actor
from contact_center.bot import ledger
from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.errors import Conflict, InvalidInput
from contact_center.knowledge import service as knowledge
from contact_center.learning import proposals
from contact_center.media import service as media
from contact_center.routing import service as routing
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import FALLBACK_CODE, CategoryView
from contact_center.tickets import history, opening, repository
from contact_center.tickets.models import Ticket
from contact_center.tickets.workflow import Action, Request, State
from contact_center.units import service as units

# Why the sweep closed it: silence is its own answer, never counted as satisfied.
NO_RESPONSE = "no_response"


class NamedUnitExcluded(Conflict):
    """A complaint never goes to the unit it is about."""

    code = "named_unit_excluded"


@dataclass(slots=True)
class Change:
    """One action on one ticket. Effects add to ``data`` what the event should remember."""

    ticket: Ticket
    actor: Actor
    request: Request
    data: dict[str, Any] = field(default_factory=dict)


Effect = Callable[[Transaction, Change], Awaitable[None]]


async def _assign(tx: Transaction, change: Change) -> None:
    ticket, wanted = change.ticket, change.request.unit_id
    if wanted is None:
        raise InvalidInput(unit_id="required")
    unit = await units.unit(tx, wanted)
    if not units.in_force(unit, local(tx.now).date()):
        raise InvalidInput(unit_id="not_in_force")
    category = (await taxonomy.snapshot(tx)).category(ticket.category_code)
    if await routing.forbidden(tx, category, unit, ticket.commune_code, ticket.description):
        raise NamedUnitExcluded(unit=unit.code)
    if ticket.unit_id is not None:
        change.data["from_unit_id"] = str(ticket.unit_id)
    ticket.unit_id = unit.id
    ticket.routed_at = tx.now
    await _teach(tx, change, unit.id)
    if ticket.commune_code is None and unit.commune_code is not None:
        # The dispatcher found out where it is: a commune's own office says which commune.
        ticket.commune_code = unit.commune_code
        change.data["commune_code"] = unit.commune_code


async def _teach(tx: Transaction, change: Change, unit_id: uuid.UUID) -> None:
    """A dispatcher who sends it where another of the machine's categories leads, and keeps the category, may mean that
    one: a label to be asked about."""
    ticket, request = change.ticket, change.request
    if change.actor.kind != "staff" or request.category_code is not None:
        return
    guesses = (await routing.suggest(tx, [routing.Wanted(ticket.id, ticket.commune_code, ticket.description)]))[
        ticket.id
    ]
    leading = [guess.category.code for guess in guesses if guess.routed.unit and guess.routed.unit.id == unit_id]
    if leading and ticket.category_code not in leading:
        await ledger.propose(tx, ticket.id, leading[0], change.actor, request.reason or request.text)


async def _return(tx: Transaction, change: Change) -> None:
    """Back to the dispatcher, with the unit it should have gone to when the officer knows it."""
    ticket = change.ticket
    if change.request.unit_id is not None:
        suggested = await units.unit(tx, change.request.unit_id)
        if suggested.id == ticket.unit_id:
            raise InvalidInput(unit_id="own_unit")
        change.data["suggested_unit_id"] = str(suggested.id)
    ticket.returned_by = [*ticket.returned_by, str(ticket.unit_id)]
    ticket.returned_count += 1
    ticket.unit_id = None


async def _resolve(tx: Transaction, change: Change) -> None:
    change.ticket.resolution = change.request.text
    change.ticket.resolved_at = tx.now


async def _end(tx: Transaction, change: Change) -> None:
    change.ticket.closed_at = tx.now


async def _withdraw(tx: Transaction, change: Change) -> None:
    """Taken back by the citizen: nothing of it is learned either."""
    await proposals.forget(tx, change.ticket.id)
    await knowledge.forget_unanswered(tx, await repository.conversation_ids(tx, change.ticket.id))
    await _end(tx, change)


async def _rate(tx: Transaction, change: Change) -> None:
    ticket = change.ticket
    ticket.rating = change.request.rating
    ticket.closed_at = ticket.closed_at or tx.now
    change.data["rating"] = change.request.rating


async def _reopen(tx: Transaction, change: Change) -> None:
    """Again, with a deadline of its own; the first promise stays on record, and so do the earlier answer and rating."""
    ticket = change.ticket
    change.data["earlier"] = {"resolution": ticket.resolution, "rating": ticket.rating}
    category = (await taxonomy.snapshot(tx)).category(ticket.category_code)
    await opening.promise(tx, ticket, category, unit_id=ticket.unit_id, restart=True)
    change.data["due_at"] = ticket.due_at.isoformat() if ticket.due_at else None
    ticket.resolution = ticket.rating = None
    ticket.resolved_at = ticket.closed_at = ticket.overdue_at = None
    ticket.reopened_count += 1
    if ticket.unit_id is not None:
        ticket.routed_at = tx.now


async def _correct_place(tx: Transaction, change: Change) -> None:
    """The hotline found out where it is. Who is responsible stays the dispatcher's next step."""
    ticket, code = change.ticket, change.request.commune_code or ""
    if code not in await units.communes_by_code(tx, [code]):
        raise InvalidInput(commune_code="unknown")
    change.data["from_place"] = {"text": ticket.place_text, "commune_code": ticket.commune_code}
    ticket.place_text = change.request.text or ticket.place_text
    ticket.commune_code, ticket.place_candidates = code, []
    change.data["place"] = {"text": ticket.place_text, "commune_code": code}


async def _mark_overdue(tx: Transaction, change: Change) -> None:
    change.ticket.overdue_at = tx.now


async def _correct_category(tx: Transaction, change: Change) -> None:
    code = change.request.category_code or ""
    category = (await taxonomy.snapshot(tx)).by_code.get(code)
    if category is None:
        raise InvalidInput(category_code="unknown")
    await set_category(tx, change, category)


async def set_category(tx: Transaction, change: Change, category: CategoryView) -> None:
    """Another category: another promise. The clock runs from the opening, except where nothing had been promised
    because nobody knew what it was. A denunciation found out late is sealed at once."""
    ticket = change.ticket
    before = ticket.category_code
    change.data["from_category"], change.data["category"] = before, category.code
    ticket.category_code = category.code
    await ledger.correct(tx, ticket.id, category.code, change.actor, change.request.reason or change.request.text)
    if opening.is_denunciation(category, ticket.case_type):
        await _seal(tx, ticket, category)
        return
    was_unknown = before == FALLBACK_CODE
    if was_unknown:
        ticket.urgency = category.urgency if ticket.urgency == "thuong" else ticket.urgency
    await opening.promise(tx, ticket, category, unit_id=ticket.unit_id, restart=was_unknown)
    ticket.overdue_at = None
    if was_unknown:
        ticket.original_due_at = ticket.due_at
    change.data["due_at"] = ticket.due_at.isoformat() if ticket.due_at else None


async def _seal(tx: Transaction, ticket: Ticket, category: CategoryView) -> None:
    """Empty the ticket and its history; what remains says only when and on which channel."""
    routed = await routing.responsible_unit(tx, category, None)
    ticket.description = ticket.place_text = ticket.occurred_text = ""
    ticket.commune_code = ticket.latitude = ticket.longitude = None
    ticket.place_candidates = []
    ticket.citizen_id = ticket.conversation_id = None
    ticket.contact_name = ticket.contact_phone = ticket.resolution = None
    ticket.original_due_at = ticket.due_at = None
    ticket.publish_consent = False
    ticket.sealed = True
    ticket.state = State.REDIRECTED.value
    ticket.unit_id = routed.unit.id if routed.unit else None
    ticket.closed_at = tx.now
    await tx.session.flush()
    await knowledge.forget_unanswered(tx, await repository.conversation_ids(tx, ticket.id))
    await repository.seal_history(tx, ticket.id)
    await media.forget_ticket(tx, ticket.id)
    await ledger.forget(tx, ticket.id)


EFFECTS: dict[Action, Effect] = {
    Action.ROUTE: _assign,
    Action.REROUTE: _assign,
    Action.RETURN: _return,
    Action.RESOLVE: _resolve,
    Action.REFUSE: _end,
    Action.REDIRECT: _end,
    Action.WITHDRAW: _withdraw,
    Action.CLOSE: _end,
    Action.RATE: _rate,
    Action.REOPEN: _reopen,
    Action.MARK_OVERDUE: _mark_overdue,
    Action.CORRECT_CATEGORY: _correct_category,
    Action.CORRECT_PLACE: _correct_place,
}


async def apply(tx: Transaction, change: Change, to: State) -> uuid.UUID | None:
    """Change the row and lead it to its new state. Returns the unit that lost it, if any."""
    before = change.ticket.unit_id
    effect = EFFECTS.get(change.request.action)
    if effect is not None:
        await effect(tx, change)
    if not change.ticket.sealed:
        change.ticket.state = to.value
    return before if before != change.ticket.unit_id else None


async def recategorise(tx: Transaction, change: Change) -> None:
    """A dispatcher who forwards may say at once what it really is: a step of its own in the history."""
    code = change.request.category_code
    if code is None or code == change.ticket.category_code:
        return
    state = change.ticket.state
    inner = Change(change.ticket, change.actor, change.request)
    await _correct_category(tx, inner)
    history.append(
        tx, change.ticket, change.actor, Action.CORRECT_CATEGORY, from_state=state, public=False, data=inner.data
    )
