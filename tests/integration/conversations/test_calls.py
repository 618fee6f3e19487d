"""Calls are answered inline, the same way twice, and never with an error."""

import asyncio

import pytest
from sqlalchemy import func, select

from channels.contracts import EventKind, InboundEvent
from contact_center.actors import Actor, Role
from contact_center.conversations import service
from contact_center.conversations.calls import CallTurnLate, InlineCallHandler
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.models import CallbackRequest, Conversation, Message
from contact_center.conversations.workers import drain
from contact_center.db import Database, Transaction, new_id
from contact_center.staff.models import Account
from tests.integration.conversations.people import Broken, Echo, call


class Slow:
    """Takes longer than any caller waits."""

    async def respond(
        self, tx: Transaction, conversation: Conversation, message: Message | None, event: InboundEvent
    ) -> None:
        await asyncio.Event().wait()

    async def ended(self, tx: Transaction, conversation: Conversation) -> None:
        return None


def _calls(database: Database, responder: Echo | Broken | Slow) -> InlineCallHandler:
    return InlineCallHandler(database, DatabaseIntake(database), responder)


async def test_a_repeated_webhook_hears_the_same_words_and_changes_nothing(empty_database: Database) -> None:
    calls = _calls(empty_database, Echo())
    first = await calls.turn(call(1, "bể ống nước"), deadline_s=5)
    again = await calls.turn(call(1, "bể ống nước"), deadline_s=5)
    assert first == again
    assert [say.text for say in first.says] == ["đã nghe: bể ống nước"]
    async with empty_database.transaction() as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Message)) == 2


async def test_ten_deliveries_of_one_turn_at_once_hear_the_same(empty_database: Database) -> None:
    calls = _calls(empty_database, Echo())
    replies = await asyncio.gather(*(calls.turn(call(1, "alo"), deadline_s=10) for _ in range(10)))
    assert len(set(replies)) == 1


async def test_when_the_bot_fails_the_caller_waits_for_a_person(empty_database: Database) -> None:
    reply = await _calls(empty_database, Broken()).turn(call(1, "alo"), deadline_s=5)
    assert reply.hold
    async with empty_database.transaction() as tx:
        conversation = (await tx.session.scalars(select(Conversation))).one()
    assert conversation.controller == "queue"


async def test_a_turn_that_takes_too_long_is_said_to_be_late_and_stays_accepted(empty_database: Database) -> None:
    with pytest.raises(CallTurnLate):
        await _calls(empty_database, Slow()).turn(call(1, "alo"), deadline_s=0.3)
    reply = await _calls(empty_database, Echo()).turn(call(1, "alo"), deadline_s=5)
    assert [say.text for say in reply.says] == ["đã nghe: alo"]


async def test_what_the_agent_types_is_read_to_the_waiting_caller_once(empty_database: Database) -> None:
    calls = _calls(empty_database, Broken())
    await calls.turn(call(1, "alo"), deadline_s=5)
    async with empty_database.transaction() as tx:
        account = Account(
            id=new_id(),
            username="ngoc",
            full_name="Trần Thị Ngọc",
            role="operator",
            password_hash="-",
            created_at=tx.now,
        )
        tx.session.add(account)
    agent = Actor(kind="staff", id=account.id, role=Role.OPERATOR)
    async with empty_database.transaction() as tx:
        conversation = (await tx.session.scalars(select(Conversation))).one()
        await service.take_over(tx, agent, conversation.id)
        await service.reply(tx, agent, conversation.id, text="Dạ em nghe đây ạ")
    second = await calls.turn(call(2), deadline_s=5)
    third = await calls.turn(call(3), deadline_s=5)
    assert [say.text for say in second.says] == ["Dạ em nghe đây ạ"]
    assert third.says == ()
    assert third.hold


async def test_hanging_up_while_waiting_becomes_a_call_back(empty_database: Database) -> None:
    await _calls(empty_database, Broken()).turn(call(1, "alo"), deadline_s=5)
    intake = DatabaseIntake(empty_database)
    await intake.accept(call(2, kind=EventKind.CALL_ENDED))
    await drain(Dispatcher(empty_database, Echo()).handle_next)
    await intake.close()
    async with empty_database.transaction() as tx:
        request = (await tx.session.scalars(select(CallbackRequest))).one()
        conversation = (await tx.session.scalars(select(Conversation))).one()
    assert (request.phone, request.reason, conversation.state) == ("+84912345678", "hung_up_waiting", "closed")


async def test_with_nobody_free_the_caller_may_ask_to_be_called_back(empty_database: Database) -> None:
    calls = _calls(empty_database, Broken())
    first = await calls.turn(call(1, "alo"), deadline_s=5)
    second = await calls.turn(call(2, digits="1"), deadline_s=5)
    assert "bấm 1" in first.says[-1].text
    assert first.hold
    assert "gọi lại" in second.says[-1].text
    assert second.hang_up
    async with empty_database.transaction() as tx:
        request = (await tx.session.scalars(select(CallbackRequest))).one()
    assert (request.phone, request.reason) == ("+84912345678", "asked")


async def test_a_caller_is_not_offered_the_same_at_every_turn(empty_database: Database) -> None:
    calls = _calls(empty_database, Broken())
    await calls.turn(call(1, "alo"), deadline_s=5)
    second = await calls.turn(call(2), deadline_s=5)
    assert second.says == ()
    assert second.hold
