"""What was told and never confirmed is not lost: the caller hangs up, the chat falls silent."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import update

from channels.contracts import EventKind, InboundEvent
from contact_center.bot import sweeps
from contact_center.conversations import service as conversations
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.models import Conversation
from contact_center.db import Database
from contact_center.replay import CitizenTurn, Replay
from contact_center.tickets import service as tickets
from contact_center.tickets.service import StaffTicket
from nlu.engine import Engine
from tests.integration.tickets.people import DISPATCHER

BLOCKED = "cống nghẹt nước tràn đường Nguyễn Trãi phường Mỹ Tho"


@pytest_asyncio.fixture
async def house(database: Database, engine: Engine) -> AsyncIterator[Replay]:
    replay = Replay(database, engine)
    yield replay
    await replay.close()


async def hang_up(house: Replay, database: Database, turn: CitizenTurn) -> None:
    intake = DatabaseIntake(database)
    await intake.accept(
        InboundEvent(
            channel="voice",
            event_id=f"{house.thread_of(turn)}:end",
            kind=EventKind.CALL_ENDED,
            peer="+84912345678",
            thread=house.thread_of(turn),
        )
    )
    dispatcher = Dispatcher(database, house.bot)
    while await dispatcher.handle_next():
        continue
    await intake.close()


async def for_the_dispatcher(database: Database) -> list[StaffTicket]:
    async with database.transaction() as tx:
        return [item.ticket for item in await tickets.dispatch_list(tx, DISPATCHER)]


async def grow_quiet(database: Database, by: timedelta) -> None:
    async with database.transaction() as tx:
        await tx.session.execute(update(Conversation).values(last_message_at=tx.now - by))


async def swept(database: Database) -> int:
    async with database.transaction() as tx:
        return await sweeps.sweep(tx)


async def test_a_caller_who_hangs_up_at_the_read_back_has_reported(house: Replay, database: Database) -> None:
    turn = CitizenTurn("a", "voice", BLOCKED)
    await house.play(turn)
    await hang_up(house, database, turn)
    [ticket] = await for_the_dispatcher(database)
    assert ticket.category_code == "KH-00"
    assert ticket.description.startswith("(Chưa xác nhận")
    assert "cống nghẹt" in ticket.description
    assert ticket.commune_code == "28261"
    async with database.transaction() as tx:
        [opened] = await tickets.events(tx, ticket.id, actor=DISPATCHER)
    assert opened.data["confirmed"] is False


async def test_a_caller_who_hangs_up_waiting_for_a_person_has_reported(house: Replay, database: Database) -> None:
    await house.play(CitizenTurn("a", "voice", BLOCKED))
    turn = CitizenTurn("a", "voice", "0")
    await house.play(turn)
    await hang_up(house, database, turn)
    assert len(await for_the_dispatcher(database)) == 1


async def test_a_caller_who_hangs_up_at_the_danger_question_is_an_emergency(house: Replay, database: Database) -> None:
    turn = CitizenTurn("a", "voice", "có mùi gas nồng nặc ở chung cư phường Mỹ Tho")
    result = await house.play(turn)
    assert result["tickets"] == []
    await hang_up(house, database, turn)
    async with database.transaction() as tx:
        talk = await conversations.of_thread(tx, "voice", house.thread_of(turn))
        assert talk is not None
        [ticket] = await tickets.by_phone(tx, talk.peer)
    assert (ticket.case_type, ticket.urgency) == ("khan_cap", "khan")
    assert ticket.description.startswith("(Chưa xác nhận")


@pytest.mark.parametrize("text", ["chào em", "tôi muốn phản ánh", "khai sinh cho con cần gì"])
async def test_a_call_in_which_nothing_was_told_leaves_no_ticket(text: str, house: Replay, database: Database) -> None:
    turn = CitizenTurn("a", "voice", text)
    await house.play(turn)
    await hang_up(house, database, turn)
    assert await for_the_dispatcher(database) == []


async def test_a_chat_quiet_for_half_an_hour_becomes_a_ticket_once(house: Replay, database: Database) -> None:
    turn = CitizenTurn("a", "zalo", BLOCKED)
    await house.play(turn)
    await grow_quiet(database, timedelta(minutes=29))
    assert await swept(database) == 0
    await grow_quiet(database, timedelta(minutes=31))
    assert await swept(database) == 1
    await grow_quiet(database, timedelta(minutes=31))
    assert await swept(database) == 0
    [ticket] = await for_the_dispatcher(database)
    result = await house.play(CitizenTurn("a", "zalo", "hủy giúp tôi"))
    assert "ghi tạm phiếu" in result["replies"][0]
    assert ticket.code == result["tickets"][0]["code"]
    assert "rút lại phiếu" in result["replies"][-1]


async def test_a_question_waiting_for_an_answer_is_no_report(house: Replay, database: Database) -> None:
    await house.play(CitizenTurn("a", "zalo", "tôi khiếu nại quyết định thu hồi đất của UBND xã"))
    await grow_quiet(database, timedelta(hours=1))
    assert await swept(database) == 0
