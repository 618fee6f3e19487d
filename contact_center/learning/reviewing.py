"""Proposed labels before a person: the words, what the machine said, what somebody made of it and why; yes or no."""

import uuid
from dataclasses import dataclass

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.errors import Conflict, NotAllowed, NotFound
from contact_center.learning import repository
from contact_center.learning.lessons import Source, sources
from contact_center.learning.models import LabelProposal
from contact_center.staff import service as staff
from contact_center.taxonomy import service as taxonomy
from contact_center.tickets import teaching

JUDGES = (Role.DISPATCHER, Role.SUPERVISOR)
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Pending:
    """One proposal to say yes or no to. ``returned`` is what the unit wrote that sent the ticket back, if one did."""

    proposal: LabelProposal
    source: Source
    machine_name: str
    category_name: str
    proposed_by: str
    returned: str


def _require_judge(actor: Actor) -> None:
    if not actor.has_role(*JUDGES):
        raise NotAllowed(action="labels")


async def pending(tx: Transaction, actor: Actor, *, limit: int = SHOWN) -> list[Pending]:
    """The oldest proposals, a fixed number of queries. Raises ``NotAllowed``."""
    _require_judge(actor)
    proposals = await repository.proposed(tx, limit=limit)
    ticket_ids = [proposal.ticket_id for proposal in proposals]
    found = await sources(tx, ticket_ids)
    returns = await teaching.words_of_returns(tx, ticket_ids)
    names = await staff.names_of(tx, [one.proposed_by for one in proposals if one.proposed_by])
    known = await taxonomy.snapshot(tx)
    return [
        Pending(
            proposal=one,
            source=found[one.ticket_id],
            machine_name=name_of(known, one.machine_category),
            category_name=name_of(known, one.category),
            proposed_by=names.get(one.proposed_by, "") if one.proposed_by else "",
            returned=returns.get(one.ticket_id, ""),
        )
        for one in proposals
        if one.ticket_id in found
    ]


def name_of(known: taxonomy.Taxonomy, code: str) -> str:
    return known.by_code[code].name if code in known.by_code else code


async def counts(tx: Transaction) -> dict[str, int]:
    """How many labels are proposed, accepted and refused."""
    return await repository.count_by_state(tx)


async def decide(tx: Transaction, actor: Actor, proposal_id: uuid.UUID, *, accept: bool) -> LabelProposal:
    """Learn from it, or never. Raises ``NotAllowed``, ``NotFound``, ``Conflict`` when somebody was quicker."""
    _require_judge(actor)
    proposal = await repository.lock_proposal(tx, proposal_id)
    if proposal is None:
        raise NotFound(what="label")
    if proposal.state != "proposed":
        raise Conflict(what="label", reason="already_decided")
    proposal.state = "accepted" if accept else "refused"
    proposal.decided_by, proposal.decided_at = actor.id, tx.now
    await staff.audit(
        tx,
        actor,
        action=f"label_{proposal.state}",
        subject_kind="ticket",
        subject_id=proposal.ticket_id,
        machine=proposal.machine_category,
        label=proposal.category,
    )
    return proposal
