"""Two people at the same moment: real commits, one outcome."""

import asyncio

from sqlalchemy import func, select

from contact_center.actors import BOT, Actor
from contact_center.db import Database
from contact_center.errors import Conflict, NotFound
from contact_center.tickets import service as tickets
from contact_center.tickets.models import Ticket, TicketEvent
from contact_center.tickets.service import Action, NewTicket
from contact_center.tickets.sweeps import sweep
from tests.integration.tickets.people import DISPATCHER, at, officer_of, open_street_light, unit_id

NEW = NewTicket(description="Đèn tắt", channel="web")


async def test_a_report_sent_ten_times_at_once_opens_one_ticket(database: Database) -> None:
    async def send() -> str:
        async with database.transaction() as tx:
            return (await tickets.open_ticket(tx, BOT, NEW, idempotency_key="same")).code

    codes = await asyncio.gather(*(send() for _ in range(10)))
    assert len(set(codes)) == 1
    async with database.transaction() as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Ticket)) == 1


async def test_of_an_officer_and_a_dispatcher_at_once_one_wins_and_the_other_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        ticket = await open_street_light(tx)
        officer = await officer_of(tx, "dv-chieu-sang")
        elsewhere = await unit_id(tx, "ubnd-28261")

    async def act(actor: Actor, action: Action, **fields: object) -> str:
        try:
            async with database.transaction() as tx:
                await tickets.act(tx, actor, ticket.id, action, version=1, **fields)  # type: ignore[arg-type]
        except (Conflict, NotFound) as refused:
            return refused.code
        return "done"

    outcomes = await asyncio.gather(act(officer, Action.ACCEPT), act(DISPATCHER, Action.REROUTE, unit_id=elsewhere))
    # The officer who comes second no longer even sees the ticket.
    assert sorted(outcomes) in (["conflict", "done"], ["done", "not_found"])
    async with database.transaction() as tx:
        seqs = await tx.session.scalars(select(TicketEvent.seq).where(TicketEvent.ticket_id == ticket.id))
        assert sorted(seqs) == [1, 2, 3]


async def test_two_workers_sweeping_note_each_deadline_once(database: Database) -> None:
    async with database.transaction() as tx:
        tx.now = at("2026-11-23 08:00")
        for _ in range(5):
            await open_street_light(tx)

    async def work() -> int:
        async with database.transaction() as tx:
            tx.now = at("2027-01-05 08:00")
            return await sweep(tx)

    assert sum(await asyncio.gather(*(work() for _ in range(4)))) == 5
    async with database.transaction() as tx:
        noted = select(func.count()).select_from(TicketEvent).where(TicketEvent.action == "mark_overdue")
        assert await tx.session.scalar(noted) == 5
