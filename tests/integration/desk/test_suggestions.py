"""Articles beside the talk: shown for the last words, put into the agent's words with one key, and counted."""

from pathlib import Path

from playwright.async_api import Page, expect
from sqlalchemy import select

from channels.contracts import EventKind, InboundEvent
from contact_center.conversations import service as conversations
from contact_center.conversations.service import Conversation
from contact_center.desk import faces
from contact_center.knowledge.models import AnswerTold, Article
from tests.integration.desk.test_in_the_browser import enter
from tests.support.web import PHONE, Web, words_of

QUESTION = "cho hỏi làm giấy khai sinh cho con cần gì"
TITLE = "Đăng ký khai sinh (đúng hạn)"


async def says(web: Web, waiting: Conversation, text: str, event_id: str) -> None:
    event = InboundEvent("sms", event_id, EventKind.MESSAGE, PHONE, PHONE, text)
    async with web.database.transaction() as tx:
        conversation = await conversations.find_or_open(tx, event)
        assert conversation.id == waiting.id
        await conversations.record_citizen_message(tx, conversation, event, inbox_seq=None)


async def test_the_last_words_bring_articles_with_source_and_date(web: Web) -> None:
    waiting = await web.waiting(QUESTION)
    side = words_of(await (await web.sign_in("tongdai")).get(f"/desk/{waiting.id}/side"))
    assert TITLE in side
    assert "Luật Hộ tịch 2014" in side
    assert "áp dụng từ 01/01/2026" in side
    assert "mẫu, cần đơn vị xác nhận" in side


async def test_thanks_leave_the_suggestions_where_they_are(web: Web) -> None:
    waiting = await web.waiting(QUESTION)
    await says(web, waiting, "dạ cảm ơn em nha", "thanks")
    await says(web, waiting, "dạ", "yes")
    side = words_of(await (await web.sign_in("tongdai")).get(f"/desk/{waiting.id}/side"))
    assert TITLE in side


async def test_what_an_agent_uses_is_written_down(web: Web) -> None:
    waiting = await web.waiting(QUESTION)
    agent = await web.sign_in("tongdai")
    answer = await agent.post(f"/desk/{waiting.id}/used", data={"slug": "dang-ky-khai-sinh"})
    assert answer.status_code == 204
    async with web.database.transaction() as tx:
        told = await tx.session.scalar(select(AnswerTold))
        assert told is not None
        article = await tx.session.get(Article, told.article_id)
    assert article is not None
    assert (article.slug, told.told_by, told.conversation_id) == ("dang-ky-khai-sinh", "agent", waiting.id)
    assert told.account_id == (await web.actor("tongdai")).id


def test_each_channel_has_words_of_its_own() -> None:
    article = Article(
        slug="mot-viec", answer="Trả lời.", spoken="Nghe.", sms="Tra loi.", papers=["tờ khai"], source="Luật A"
    )
    assert faces.insertion(article, "voice") == "Nghe."
    assert faces.insertion(article, "sms").startswith("Tra loi. http")
    assert faces.insertion(article, "zalo") == "Trả lời.\nGiấy tờ:\n- tờ khai\nNguồn: Luật A"


async def test_an_article_that_is_not_there_is_not_used(web: Web) -> None:
    waiting = await web.waiting(QUESTION)
    agent = await web.sign_in("tongdai")
    assert (await agent.post(f"/desk/{waiting.id}/used", data={"slug": "khong-co"})).status_code == 404


async def test_an_agent_inserts_a_suggestion_with_one_key(web: Web, served: str, page: Page, artefacts: Path) -> None:
    waiting = await web.waiting(QUESTION)
    await enter(page, served, "tongdai")
    await page.goto(f"{served}/desk/{waiting.id}")
    await page.keyboard.press("a")
    await expect(page.get_by_text("Tôi đang trả lời")).to_be_visible()
    async with page.expect_response("**/used") as used:
        await page.keyboard.press("s")
    assert (await used.value).status == 204
    writing = page.get_by_label("Viết trả lời")
    await expect(writing).not_to_have_value("")
    assert (await writing.input_value()).endswith("/hoi-dap/dang-ky-khai-sinh")
    await page.screenshot(path=artefacts / "desk-suggestion-1280.png")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("log").get_by_text("mien le phi", exact=False)).to_be_visible()
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.screenshot(path=artefacts / "desk-suggestion-360.png", full_page=True)
    async with web.database.transaction() as tx:
        assert await tx.session.scalar(select(AnswerTold.told_by)) == "agent"
