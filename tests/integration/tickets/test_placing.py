"""A place told after the ticket was opened."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.actors import BOT
from contact_center.db import Database, Transaction
from contact_center.errors import InvalidInput
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action, PlaceTold
from tests.integration.tickets.people import DISPATCHER, officer_of, open_one, unit_id

MY_THO, DAO_THANH = "28261", "28249"
DUMPED = "MT-02"  # the commune's own committee answers for it


@pytest_asyncio.fixture
async def tx(database: Database) -> AsyncIterator[Transaction]:
    async with database.transaction() as transaction:
        yield transaction


async def test_a_ticket_without_a_place_goes_to_the_unit_of_the_place_told_later(tx: Transaction) -> None:
    ticket = await open_one(tx, category_code=DUMPED, commune_code=None, place_text="")
    assert ticket.unit_id is None
    await tickets.locate(tx, BOT, ticket.id, "đường Lê Lợi phường Mỹ Tho", PlaceTold("đường Lê Lợi", MY_THO))
    assert ticket.unit_id == await unit_id(tx, f"ubnd-{MY_THO}")
    assert (ticket.place_text, ticket.commune_code, ticket.state) == ("đường Lê Lợi", MY_THO, "routed")


async def test_a_place_put_right_moves_a_ticket_nobody_has_taken_up(tx: Transaction) -> None:
    ticket = await open_one(tx, category_code=DUMPED, commune_code=MY_THO)
    await tickets.locate(tx, BOT, ticket.id, "nhầm, phường Đạo Thạnh", PlaceTold("Ấp Bắc", DAO_THANH))
    assert ticket.unit_id == await unit_id(tx, f"ubnd-{DAO_THANH}")
    told = [
        event for event in await tickets.events(tx, ticket.id, actor=DISPATCHER) if event.action == "add_information"
    ]
    assert told[0].data["from_place"]["commune_code"] == MY_THO
    assert told[0].data["place"]["commune_code"] == DAO_THANH


async def test_a_unit_at_work_keeps_the_ticket_and_sees_the_new_place(tx: Transaction) -> None:
    ticket = await open_one(tx, category_code=DUMPED, commune_code=MY_THO)
    officer = await officer_of(tx, f"ubnd-{MY_THO}")
    await tickets.act(tx, officer, ticket.id, Action.ACCEPT, version=ticket.version)
    await tickets.locate(tx, BOT, ticket.id, "phường Đạo Thạnh", PlaceTold("Ấp Bắc", DAO_THANH))
    assert (ticket.unit_id, ticket.commune_code) == (officer.unit_id, DAO_THANH)


async def test_a_commune_nobody_knows_is_refused(tx: Transaction) -> None:
    ticket = await open_one(tx)
    with pytest.raises(InvalidInput):
        await tickets.locate(tx, BOT, ticket.id, "đâu đó", PlaceTold("đâu đó", "99999"))
