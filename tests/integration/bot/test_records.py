"""What a talk leaves behind: the ledger, the sealed stub, the note for the agent, the directions for the phone."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import select

from contact_center.bot import ledger
from contact_center.bot.models import Prediction
from contact_center.conversations.models import Conversation, InboxEvent, Message
from contact_center.db import Database
from contact_center.replay import CitizenTurn, Replay
from contact_center.tickets.models import Ticket
from nlu.engine import Engine


@pytest_asyncio.fixture
async def house(database: Database, engine: Engine) -> AsyncIterator[Replay]:
    replay = Replay(database, engine)
    yield replay
    await replay.close()


async def test_a_denunciation_leaves_no_word_anywhere(house: Replay, database: Database) -> None:
    await house.play(CitizenTurn("a", "web", "tôi muốn tố cáo cán bộ địa chính xã đòi 5 triệu mới làm giấy"))
    async with database.transaction() as tx:
        said = (await tx.session.scalars(select(Message).where(Message.author == "citizen"))).one()
        row = (await tx.session.scalars(select(InboxEvent))).one()
        ticket = (await tx.session.scalars(select(Ticket))).one()
        guess = (await tx.session.scalars(select(Prediction))).one()
    assert said.text == row.payload["text"] == ticket.description == ""
    assert ticket.sealed
    assert ticket.citizen_id is None
    assert ticket.conversation_id is None
    assert guess.categories == []
    assert guess.ticket_id is None
    assert guess.decision["did"] == "sealed"


async def test_every_understanding_is_in_the_ledger_and_the_matters_own_is_tied_to_its_ticket(
    house: Replay, database: Database
) -> None:
    for text in ("đèn đường tắt mấy bữa nay", "đường Lý Thường Kiệt phường Đạo Thạnh", "bỏ qua", "đúng"):
        await house.play(CitizenTurn("a", "zalo", text))
    async with database.transaction() as tx:
        rows = (await tx.session.scalars(select(Prediction).order_by(Prediction.created_at))).all()
        ticket = (await tx.session.scalars(select(Ticket))).one()
        guesses = await ledger.top3(tx, ticket.id)
    assert len(rows) == 4
    assert all(row.model and row.message_id for row in rows)
    assert [row.ticket_id for row in rows] == [ticket.id, None, None, None]
    assert rows[0].decision["did"] == "asked"
    assert guesses[0].code == ticket.category_code == "HT-01"
    assert guesses[0].reason


async def test_the_agent_finds_what_was_told_so_far(house: Replay, database: Database) -> None:
    await house.play(CitizenTurn("a", "zalo", "cống nghẹt nước tràn đường Nguyễn Trãi phường Mỹ Tho"))
    await house.play(CitizenTurn("a", "zalo", "cho gặp người"))
    async with database.transaction() as tx:
        conversation = (await tx.session.scalars(select(Conversation))).one()
        note = (await tx.session.scalars(select(Message).where(Message.author == "note"))).one()
    assert conversation.controller == "queue"
    assert conversation.hand_over_reason == "asked"
    assert "cống nghẹt" in note.text
    assert "Nguyễn Trãi" in note.text


async def test_the_phone_is_told_how_many_keys_to_wait_for(house: Replay, database: Database) -> None:
    await house.play(CitizenTurn("a", "voice", "3"))
    async with database.transaction() as tx:
        spoken = (await tx.session.scalars(select(Message).order_by(Message.seq))).all()
    directions = [message.data["call"].get("num_digits") for message in spoken if message.author == "bot"]
    assert directions == [1, 9]


async def test_a_number_left_once_is_not_asked_for_again(house: Replay, database: Database) -> None:
    for text in ("ổ gà đường Ấp Bắc phường Đạo Thạnh", "0912345678", "đúng"):
        first = await house.play(CitizenTurn("a", "zalo", text))
    assert len(first["tickets"]) == 1
    second = await house.play(CitizenTurn("a", "zalo", "cống nghẹt nước tràn đường Nguyễn Trãi phường Mỹ Tho"))
    assert "Đúng không" in second["replies"][0]
