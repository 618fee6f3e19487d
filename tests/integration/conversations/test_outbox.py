"""What leaves: in order, once, and honestly ``unknown`` when nobody can know."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from channels.contracts import (
    DeliveryStatus,
    EventKind,
    InboundEvent,
    OutboundMessage,
    SendDeferred,
    SendError,
    SendReceipt,
    SendRefused,
    SendUncertain,
)
from contact_center.conversations import outbox_repository, outcomes, receipts
from contact_center.conversations.clerk import ReceiptClerk
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.models import Message, OutboxMessage
from contact_center.conversations.outcomes import Outcome
from contact_center.conversations.receipts import Receipt
from contact_center.conversations.senders import LOST_AFTER, OutboxSender, mark_lost
from contact_center.conversations.workers import drain
from contact_center.db import Database
from tests.integration.conversations.people import Echo, Recorder, sms


class Failing:
    """A provider that answers every message with one error."""

    def __init__(self, error: SendError) -> None:
        self.error = error
        self.asked = 0

    async def send(self, message: OutboundMessage) -> SendReceipt:
        self.asked += 1
        raise self.error


async def _say(database: Database, *texts: str) -> None:
    intake = DatabaseIntake(database)
    for text in texts:
        await intake.accept(sms(text, event_id=text))
    await drain(Dispatcher(database, Echo()).handle_next)
    await intake.close()


async def _only(database: Database) -> tuple[OutboxMessage, Message]:
    async with database.transaction() as tx:
        row = (await tx.session.scalars(select(OutboxMessage))).one()
        message = (await tx.session.scalars(select(Message).where(Message.author == "bot"))).one()
    return row, message


async def test_replies_leave_in_the_order_of_the_conversation(empty_database: Database) -> None:
    await _say(empty_database, "một", "hai", "ba")
    recorder = Recorder()
    await drain(OutboxSender(empty_database, {"sms": recorder}).send_next)
    assert [message.text for message in recorder.sent] == ["đã nghe: một", "đã nghe: hai", "đã nghe: ba"]
    async with empty_database.transaction() as tx:
        statuses = (await tx.session.scalars(select(Message.status).where(Message.author == "bot"))).all()
    assert set(statuses) == {DeliveryStatus.SENT}


@pytest.mark.parametrize(
    ("error", "state", "status"),
    [
        (SendRefused("21610"), "failed", "failed"),
        (SendUncertain("timeout"), "unknown", "unknown"),
        (SendDeferred("20429", retry_after_s=1), "queued", "queued"),
    ],
)
async def test_each_failure_has_its_own_outcome(
    empty_database: Database, error: SendError, state: str, status: str
) -> None:
    await _say(empty_database, "một")
    provider = Failing(error)
    sender = OutboxSender(empty_database, {"sms": provider})
    await drain(sender.send_next)
    row, message = await _only(empty_database)
    assert (row.state, message.status, row.error_code) == (state, status, error.code)
    assert provider.asked == 1


async def test_a_message_whose_sender_died_becomes_unknown_and_is_not_sent_again(empty_database: Database) -> None:
    await _say(empty_database, "một")
    async with empty_database.transaction() as tx:
        await tx.session.execute(
            update(OutboxMessage).values(state="sending", claimed_at=tx.now - LOST_AFTER - timedelta(seconds=1))
        )
    async with empty_database.transaction() as tx:
        assert await mark_lost(tx) == 1
    recorder = Recorder()
    await drain(OutboxSender(empty_database, {"sms": recorder}).send_next)
    row, message = await _only(empty_database)
    assert (row.state, message.status, recorder.sent) == ("unknown", "unknown", [])


async def test_a_receipt_settles_an_unknown_message(empty_database: Database) -> None:
    await _say(empty_database, "một")
    await drain(OutboxSender(empty_database, {"sms": Failing(SendUncertain("timeout"))}).send_next)
    _, message = await _only(empty_database)
    async with empty_database.transaction() as tx:
        await receipts.apply(tx, [Receipt("sms", "SM9", message.id, DeliveryStatus.DELIVERED)])
    row, message = await _only(empty_database)
    assert (row.state, message.status, message.provider_id) == ("sent", "delivered", "SM9")


async def test_receipts_out_of_order_never_turn_a_status_back(empty_database: Database) -> None:
    await _say(empty_database, "một")
    await drain(OutboxSender(empty_database, {"sms": Recorder()}).send_next)
    _, message = await _only(empty_database)
    for status in (DeliveryStatus.DELIVERED, DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.DELIVERED):
        async with empty_database.transaction() as tx:
            await receipts.apply(tx, [Receipt("sms", message.provider_id or "", None, status)])
    _, message = await _only(empty_database)
    assert message.status == "delivered"


async def test_a_receipt_quicker_than_our_own_note_is_not_lost(empty_database: Database) -> None:
    await _say(empty_database, "một")
    row, _ = await _only(empty_database)
    async with empty_database.transaction() as tx:
        await receipts.apply(tx, [Receipt("sms", f"P-{row.reference}", None, DeliveryStatus.DELIVERED)])
    await drain(OutboxSender(empty_database, {"sms": Recorder()}).send_next)
    _, message = await _only(empty_database)
    assert message.status == "delivered"


async def test_a_receipt_nobody_understands_does_not_hold_back_the_others(empty_database: Database) -> None:
    await _say(empty_database, "một")
    await drain(OutboxSender(empty_database, {"sms": Recorder()}).send_next)
    _, message = await _only(empty_database)
    intake = DatabaseIntake(empty_database)
    await intake.accept(_receipt("R1", {"provider_id": "?", "status": "on_the_moon"}))
    await intake.accept(_receipt("R2", {"provider_id": message.provider_id, "status": "delivered"}))
    await drain(ReceiptClerk(empty_database).handle_next)
    _, message = await _only(empty_database)
    assert message.status == "delivered"
    await intake.close()


def _receipt(event_id: str, data: dict[str, str | None]) -> InboundEvent:
    return InboundEvent(
        channel="sms",
        event_id=event_id,
        kind=EventKind.DELIVERY,
        peer="+84912345678",
        thread="+84912345678",
        data=data,
    )


class Slow:
    """A provider that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()

    async def send(self, message: OutboundMessage) -> SendReceipt:
        self.asked.set()
        await self.answers.wait()
        return SendReceipt(provider_id=f"P-{message.reference}")


async def test_a_sender_asked_to_stop_writes_down_what_it_still_hears(empty_database: Database) -> None:
    await _say(empty_database, "một")
    provider = Slow()
    running = asyncio.create_task(OutboxSender(empty_database, {"sms": provider}).run())
    await provider.asked.wait()
    running.cancel()
    provider.answers.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    row, message = await _only(empty_database)
    assert (row.state, message.status) == ("sent", "sent")


async def test_an_outcome_of_a_try_that_is_no_longer_the_last_changes_nothing(empty_database: Database) -> None:
    await _say(empty_database, "một")
    async with empty_database.transaction() as tx:
        (letter,) = await outbox_repository.claim_outbox(tx, limit=1)
    late = Outcome(letter, "queued", DeliveryStatus.QUEUED)
    for _ in range(2):  # noted, its commit believed lost, noted again after somebody else has taken the letter
        async with empty_database.transaction() as tx:
            await outcomes.note(tx, [late])
        async with empty_database.transaction() as tx:
            await outbox_repository.claim_outbox(tx, limit=1)
    row, _ = await _only(empty_database)
    assert (row.state, row.attempts) == ("sending", 2)


class Muddled:
    """A provider whose first name for a message is none the database can keep."""

    def __init__(self, enough: int) -> None:
        self.asked = 0
        self.enough = enough
        self.all_asked = asyncio.Event()

    async def send(self, message: OutboundMessage) -> SendReceipt:
        self.asked += 1
        if self.asked == self.enough:
            self.all_asked.set()
        return SendReceipt(provider_id="\x00" if self.asked == 1 else f"P-{message.reference}")


async def test_an_outcome_that_cannot_be_written_down_does_not_hold_back_the_others(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    for number in range(3):
        await intake.accept(sms("một", event_id=f"SM{number}", phone=f"+8491234567{number}"))
    await intake.close()
    await drain(Dispatcher(empty_database, Echo()).handle_next)
    provider = Muddled(3)
    running = asyncio.create_task(OutboxSender(empty_database, {"sms": provider}).run())
    await provider.all_asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with empty_database.transaction() as tx:
        states = (await tx.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.state))).all()
    assert states == ["sending", "sent", "sent"]
