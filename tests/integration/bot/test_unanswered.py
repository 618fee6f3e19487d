"""What the machine cannot answer reaches those who write articles, in the same turn that hands the talk over."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import select

from contact_center.conversations.models import Conversation
from contact_center.db import Database
from contact_center.knowledge.models import UnansweredQuestion
from contact_center.replay import CitizenTurn, Replay
from nlu.engine import Engine


@pytest_asyncio.fixture
async def house(database: Database, engine: Engine) -> AsyncIterator[Replay]:
    replay = Replay(database, engine)
    yield replay
    await replay.close()


async def talk(house: Replay, database: Database, *said: str) -> tuple[str, list[UnansweredQuestion]]:
    """Who has the talk in the end, and what was kept for the editors."""
    for text in said:
        await house.play(CitizenTurn("a", "web", text))
    async with database.transaction() as tx:
        conversation = (await tx.session.scalars(select(Conversation))).one()
        rows = (await tx.session.scalars(select(UnansweredQuestion))).all()
    assert all(row.conversation_id == conversation.id for row in rows)
    return conversation.controller, list(rows)


async def test_what_no_article_knows_is_kept_without_the_number_they_left(house: Replay, database: Database) -> None:
    controller, [row] = await talk(house, database, "thủ tục đăng ký bản quyền bài hát cần gì, gọi em 0912345678")
    assert controller == "queue"
    assert "bản quyền bài hát" in row.question
    assert "0912345678" not in row.question
    assert (row.channel, row.state, row.offered) == ("web", "open", [])


@pytest.mark.parametrize("no", ["không phải", "3"])
async def test_neither_of_two_articles_is_kept_with_both(house: Replay, database: Database, no: str) -> None:
    controller, [row] = await talk(house, database, "đăng ký khai sinh", no)
    assert controller == "queue"
    assert row.question == "đăng ký khai sinh"
    assert len(row.offered) == 2


async def test_what_is_answered_is_not_kept(house: Replay, database: Database) -> None:
    controller, rows = await talk(house, database, "làm giấy khai sinh cho con cần giấy tờ gì", "cảm ơn em")
    assert controller == "bot"
    assert rows == []


async def test_nothing_asked_beside_a_denunciation_is_kept(house: Replay, database: Database) -> None:
    controller, rows = await talk(
        house,
        database,
        "tôi muốn tố cáo cán bộ địa chính xã đòi 5 triệu mới làm giấy",
        "thủ tục đăng ký bản quyền bài hát cần gì",
    )
    assert controller == "queue"
    assert rows == []


async def test_a_rude_question_is_handed_over_and_not_kept(house: Replay, database: Database) -> None:
    controller, rows = await talk(house, database, "đm thủ tục đăng ký bản quyền bài hát cần gì vậy")
    assert controller == "queue"
    assert rows == []


async def test_a_question_beside_a_report_is_kept_once(house: Replay, database: Database) -> None:
    controller, rows = await talk(
        house,
        database,
        "đèn đường tắt mấy bữa nay",
        "thủ tục đăng ký bản quyền bài hát cần gì",
        "đường Lý Thường Kiệt phường Đạo Thạnh",
        "bỏ qua",
        "đúng",
    )
    assert controller == "queue"
    assert len(rows) == 1
