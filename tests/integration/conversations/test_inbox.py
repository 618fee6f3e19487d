"""Nothing accepted is lost, nothing is done twice, everything in order."""

import asyncio

import psycopg
from sqlalchemy import func, select, update

from channels.contracts import Acceptance, EventKind, InboundAttachment, InboundEvent
from contact_center.conversations.dispatcher import BOT_TRIES, MOST_TRIES, Dispatcher
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.models import Conversation, InboxEvent, Message
from contact_center.conversations.workers import drain
from contact_center.db import Database
from tests.integration.conversations.people import Broken, Echo, sms


async def test_fifty_deliveries_of_one_event_at_once_make_one_message(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    event = sms("đèn đường hư", event_id="SM1")
    answers = await asyncio.gather(*(intake.accept(event) for _ in range(50)))
    assert answers.count(Acceptance.ACCEPTED) == 1
    assert await drain(Dispatcher(empty_database, Echo()).handle_next) == 1
    async with empty_database.transaction() as tx:
        said = (await tx.session.scalars(select(Message).order_by(Message.seq))).all()
    assert [(message.author, message.text) for message in said] == [
        ("citizen", "đèn đường hư"),
        ("bot", "đã nghe: đèn đường hư"),
    ]
    await intake.close()


async def test_an_event_the_database_does_not_take_refuses_none_of_those_beside_it(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    unbearable = sms("?", event_id="".join(chr(0x4E00 + n) for n in range(5000)))  # too long for any index
    beside = [sms("đèn đường hư", event_id=f"SM{n}") for n in range(20)]
    outcomes = await asyncio.gather(
        *(intake.accept(event) for event in [*beside[:10], unbearable, *beside[10:]]), return_exceptions=True
    )
    assert outcomes.count(Acceptance.ACCEPTED) == 20
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [
        psycopg.errors.ProgramLimitExceeded
    ]
    await intake.close()


async def test_repeated_deliveries_that_cross_each_other_are_each_accepted_once(empty_database: Database) -> None:
    intakes = [DatabaseIntake(empty_database) for _ in range(2)]  # as two web processes
    events = [sms("đèn đường hư", event_id=f"SM{n}") for n in range(100)]
    there = (intakes[0].accept(event) for event in events)
    back = (intakes[1].accept(event) for event in reversed(events))
    answers = await asyncio.gather(*there, *back)
    assert answers.count(Acceptance.ACCEPTED) == 100
    for intake in intakes:
        await intake.close()


async def test_ten_parallel_photos_of_an_album_make_one_conversation(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    photos = [
        InboundEvent(
            channel="zalo",
            event_id=f"photo-{number}",
            kind=EventKind.MESSAGE,
            peer="3000000000000000001",
            thread="3000000000000000001",
            attachments=(InboundAttachment(kind="image", url=f"https://photo.zadn.vn/{number}.jpg"),),
        )
        for number in range(10)
    ]
    await asyncio.gather(*(intake.accept(photo) for photo in photos))
    hands = [Dispatcher(empty_database, Echo()) for _ in range(4)]
    await asyncio.gather(*(drain(hand.handle_next) for hand in hands))
    await drain(hands[0].handle_next)
    async with empty_database.transaction() as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Conversation)) == 1
        seqs = (await tx.session.scalars(select(Message.seq).order_by(Message.seq))).all()
    assert list(seqs) == list(range(1, 21))
    await intake.close()


async def test_many_hands_keep_the_order_of_every_thread(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    phones = [f"+8491234567{number}" for number in range(5)]
    for turn in range(8):
        for phone in phones:
            await intake.accept(sms(f"câu {turn}", event_id=f"{phone}-{turn}", phone=phone))
    hands = [Dispatcher(empty_database, Echo()) for _ in range(4)]
    waiting = 1
    while waiting:
        await asyncio.gather(*(drain(hand.handle_next) for hand in hands))
        async with empty_database.transaction() as tx:
            waiting = (
                await tx.session.scalars(select(func.count()).select_from(InboxEvent).where(InboxEvent.state == "new"))
            ).one()
    async with empty_database.transaction() as tx:
        lines = (
            await tx.session.execute(
                select(Conversation.thread, Message.text)
                .join(Message, Message.conversation_id == Conversation.id)
                .where(Message.author == "citizen")
                .order_by(Conversation.thread, Message.seq)
            )
        ).all()
    for phone in phones:
        assert [text for thread, text in lines if thread == phone] == [f"câu {turn}" for turn in range(8)]
    await intake.close()


async def test_a_bot_that_fails_hands_over_to_a_person_and_loses_nothing(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    await intake.accept(sms("cho tôi hỏi", event_id="SM1"))
    dispatcher = Dispatcher(empty_database, Broken())
    for _ in range(BOT_TRIES):
        assert await dispatcher.handle_next()
        await _make_available(empty_database)
    assert await dispatcher.handle_next()
    async with empty_database.transaction() as tx:
        conversation = (await tx.session.scalars(select(Conversation))).one()
        message = (await tx.session.scalars(select(Message))).one()
        event = (await tx.session.scalars(select(InboxEvent))).one()
    assert (conversation.controller, conversation.hand_over_reason) == ("queue", "bot_failed")
    assert message.text == "cho tôi hỏi"
    assert event.state == "done"
    await intake.close()


async def test_an_event_nobody_can_handle_is_put_aside_and_the_next_goes_on(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    await intake.accept(sms("hỏng", event_id="SM1"))
    await intake.accept(sms("lành", event_id="SM2"))
    async with empty_database.transaction() as tx:
        event = (await tx.session.scalars(select(InboxEvent).where(InboxEvent.event_id == "SM1"))).one()
        event.payload = {"kind": "message"}
    dispatcher = Dispatcher(empty_database, Echo())
    for _ in range(MOST_TRIES):
        assert await dispatcher.handle_next()
        await _make_available(empty_database)
    await drain(dispatcher.handle_next)
    async with empty_database.transaction() as tx:
        states = dict((await tx.session.execute(select(InboxEvent.event_id, InboxEvent.state))).all())
    assert states == {"SM1": "failed", "SM2": "done"}
    await intake.close()


async def test_nul_and_lone_surrogates_are_stored_without_them(empty_database: Database) -> None:
    intake = DatabaseIntake(empty_database)
    await intake.accept(sms("a\x00b \ud83d c", event_id="SM\x001"))
    await drain(Dispatcher(empty_database, Echo()).handle_next)
    async with empty_database.transaction() as tx:
        message = (await tx.session.scalars(select(Message).where(Message.author == "citizen"))).one()
    assert message.text == "ab ? c"
    await intake.close()


async def _make_available(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.session.execute(update(InboxEvent).values(available_at=func.now()))
