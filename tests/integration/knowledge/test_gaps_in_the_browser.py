"""An editor settles what nothing answered, without a mouse."""

from pathlib import Path

from playwright.async_api import Page, expect

from contact_center.knowledge import gaps
from tests.integration.knowledge.people import CONTENT
from tests.integration.knowledge.test_gaps import CROCODILE, SWIFTLET, article_with, asked
from tests.integration.knowledge.test_in_the_browser import enter
from tests.support.web import Web


async def test_an_editor_finds_the_article_and_gives_it_the_question_with_the_keyboard(
    web: Web, served: str, page: Page, artefacts: Path
) -> None:
    await article_with(web)
    await asked(web, SWIFTLET, CROCODILE, "xin phep nuoi ca sau o dau")
    await enter(page, served, "giamsat")
    await page.goto(f"{served}/knowledge/unanswered")
    await page.keyboard.press("j")
    for _ in range(2):  # past the other wordings
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("nuoi ky da")
    await page.get_by_role("option", name=CONTENT.title).wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Bài nào trả lời câu này?").first).to_have_value(CONTENT.title)
    await page.screenshot(path=artefacts / "knowledge-unanswered.png", full_page=True)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Đã thêm câu hỏi vào bản nháp")).to_be_visible()
    await expect(page.get_by_role("heading", name=SWIFTLET)).to_be_visible()
    async with web.database.transaction() as tx:
        assert (await gaps.counted(tx)) == gaps.Counted(open=1, in_articles=2, ignored=0)
    await page.get_by_role("link", name="Mở bài để gửi duyệt").click()
    await expect(page.locator("ins").first).to_contain_text("xin phep nuoi ca sau o dau")
