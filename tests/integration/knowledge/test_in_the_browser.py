"""The editor's day in a browser."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from contact_center.knowledge import service as knowledge
from contact_center.province.accounts import SAMPLE_PASSWORD
from tests.integration.knowledge.people import CONTENT, today
from tests.support.web import Web

NEW_FEE = "Nuôi kỳ đà phải đăng ký với kiểm lâm. Lệ phí 20.000 đồng."


async def enter(page: Page, served: str, username: str) -> None:
    await page.context.clear_cookies()
    await page.goto(f"{served}/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(username)
    await page.get_by_label("Mật khẩu", exact=True).fill(SAMPLE_PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.wait_for_url(re.compile(r"/(desk|dispatch|unit|admin/accounts|knowledge)$"))


async def answer_now(web: Web) -> str | None:
    async with web.database.transaction() as tx:
        answer = await knowledge.answer(tx, knowledge.Asking(CONTENT.questions[0], at=today(tx)))
    return answer.text if isinstance(answer, knowledge.Answer) else None


async def test_an_editor_writes_a_colleague_approves_and_the_fee_changes(
    web: Web, served: str, page: Page, artefacts: Path
) -> None:
    await enter(page, served, "giamsat")
    await page.goto(f"{served}/knowledge/new")
    await page.get_by_label("Tiêu đề").fill(CONTENT.title)
    await page.get_by_label("Người dân hay hỏi").fill("\n".join(CONTENT.questions))
    await page.get_by_label("Câu trả lời").fill(CONTENT.answer)
    await page.get_by_label("Đọc qua điện thoại").fill(CONTENT.spoken)
    await page.get_by_label("Tin nhắn SMS").fill(CONTENT.sms)
    await page.get_by_label("Nguồn", exact=True).fill(CONTENT.source)
    await expect(page.locator("#preview").get_by_text(CONTENT.answer)).to_be_visible()
    await page.screenshot(path=artefacts / "knowledge-form.png")
    await page.get_by_role("button", name="Lưu và gửi duyệt").click()
    await expect(page.get_by_text("Đã gửi duyệt.")).to_be_visible()
    address = page.url.partition("?")[0]
    assert await answer_now(web) is None

    await enter(page, served, "quantri")
    await page.goto(f"{served}/knowledge?work=in_review")
    await page.get_by_role("link", name=CONTENT.title).click()
    await page.get_by_role("button", name="Duyệt và xuất bản").click()
    await expect(page.get_by_text("Đã xuất bản.")).to_be_visible()
    assert await answer_now(web) == CONTENT.answer

    await page.goto(f"{address}/edit")
    await page.get_by_label("Câu trả lời").fill(NEW_FEE)
    await page.get_by_label("Lý do sửa").fill("Nghị quyết mới của HĐND tỉnh")
    await page.get_by_role("button", name="Lưu và gửi duyệt").click()
    await enter(page, served, "giamsat")
    await page.goto(address)
    await expect(page.locator("ins", has_text="20.000")).to_be_visible()
    await page.screenshot(path=artefacts / "knowledge-review.png")
    await page.get_by_role("button", name="Duyệt và xuất bản").click()
    await expect(page.get_by_text("Đã xuất bản.")).to_be_visible()
    assert await answer_now(web) == NEW_FEE


async def test_a_draft_is_kept_with_the_keyboard(web: Web, served: str, page: Page) -> None:
    await enter(page, served, "so-xd")
    await page.goto(f"{served}/knowledge/new")
    await page.get_by_label("Tiêu đề").fill(CONTENT.title)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Đã lưu bản nháp")).to_be_visible()
    await expect(page.get_by_role("heading", name=CONTENT.title).first).to_be_visible()
