"""What was told, whether it helped, and who came back."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.contracts import EventKind, InboundEvent
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.knowledge import service as knowledge
from contact_center.knowledge import telling
from contact_center.knowledge.models import AnswerTold
from contact_center.knowledge.service import Answer, Asking, Listener
from tests.integration.knowledge.people import today
from tests.support.web import PHONE, Web, words_of


async def listener(tx: Transaction, peer: str = PHONE) -> Listener:
    """A new talk of a citizen."""
    event = InboundEvent("sms", str(uuid.uuid4()), EventKind.MESSAGE, peer, peer, "hỏi")
    conversation = await conversations.find_or_open(tx, event)
    await tx.session.flush()
    conversation.state = "closed"  # so that the next one is another talk
    return Listener("sms", conversation.id, conversation.citizen_id)


async def told(tx: Transaction, to: Listener, question: str = "làm giấy khai sinh cho con cần gì") -> None:
    answer = await knowledge.answer(tx, Asking(question, at=today(tx)))
    assert isinstance(answer, Answer)
    await knowledge.note_told(tx, answer, to)
    await tx.session.flush()


async def test_a_talk_counts_once_and_silence_is_no_yes(tx: Transaction) -> None:
    happy, silent = await listener(tx), await listener(tx, "+84912000111")
    for to in (happy, happy, silent):
        await told(tx, to)
    await knowledge.note_helped(tx, happy.conversation_id, helped=True)
    seen = await knowledge.deflection(tx)
    assert (seen.answered, seen.confirmed, seen.refused, seen.silent, seen.returned) == (2, 1, 0, 1, 0)


async def test_a_no_outweighs_an_earlier_yes(tx: Transaction) -> None:
    to = await listener(tx)
    await told(tx, to)
    await knowledge.note_helped(tx, to.conversation_id, helped=True)
    await told(tx, to)
    await knowledge.note_helped(tx, to.conversation_id, helped=False)
    seen = await knowledge.deflection(tx)
    assert (seen.confirmed, seen.refused) == (0, 1)


@pytest.mark.parametrize(("hours", "returned"), [(3, 1), (30, 0)])
async def test_whoever_asks_the_same_within_a_day_came_back(tx: Transaction, hours: int, returned: int) -> None:
    first, second = await listener(tx), await listener(tx)
    assert first.citizen_id == second.citizen_id
    await told(tx, first)
    await knowledge.note_helped(tx, first.conversation_id, helped=True)
    earlier = await tx.session.scalar(select(AnswerTold))
    assert earlier is not None
    earlier.at = tx.now - timedelta(hours=hours)
    await told(tx, second)
    assert (await knowledge.deflection(tx)).returned == returned


async def test_what_was_told_long_ago_is_not_counted(tx: Transaction) -> None:
    await told(tx, await listener(tx))
    row = await tx.session.scalar(select(AnswerTold))
    assert row is not None
    row.at = tx.now - telling.LOOKED_BACK - timedelta(days=1)
    await tx.session.flush()
    assert (await knowledge.deflection(tx)).answered == 0


async def test_nothing_told_is_nothing_helped(tx: Transaction) -> None:
    to = await listener(tx)
    await knowledge.note_helped(tx, to.conversation_id, helped=True)
    assert (await knowledge.deflection(tx)).answered == 0


async def test_editors_see_the_figures_above_the_articles(web: Web) -> None:
    async with web.database.transaction() as tx:
        await told(tx, await listener(tx))
    page = words_of(await (await web.sign_in("giamsat")).get("/knowledge"))
    assert "Máy trả lời 1 cuộc trong 30 ngày qua" in page
    assert "Không nói gì 1 100 %" in page
