"""A citizen looks up how to renew an identity card, on a phone."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.integration.portal.test_in_a_browser import Site, site

__all__ = ["site"]


async def test_a_citizen_searches_on_a_phone_without_accents(site: Site, browser: Browser, artefacts: Path) -> None:
    context = await browser.new_context(locale="vi-VN", viewport={"width": 360, "height": 740}, is_mobile=True)
    page = await context.new_page()
    await page.goto(f"{site.url}/")
    await page.get_by_role("link", name="Hỏi đáp thủ tục").click()
    await page.screenshot(path=artefacts / "answers-01-fields-360.png")
    await page.get_by_label("Anh/chị muốn hỏi gì?").press_sequentially("lam lai can cuo")
    suggestions = page.get_by_role("navigation", name="Gợi ý khi đang viết")
    await expect(suggestions.get_by_role("link").first).to_be_visible()
    await page.screenshot(path=artefacts / "answers-02-suggestions-360.png")
    await page.get_by_label("Anh/chị muốn hỏi gì?").fill("lam lai can cuoc")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answers mark").first).to_be_visible()
    await page.screenshot(path=artefacts / "answers-03-found-360.png")
    await page.locator(".answers a").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("căn cước")
    await page.screenshot(path=artefacts / "answers-04-article-360.png", full_page=True)
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    await page.get_by_text("Câu trả lời này sai").click()
    await page.get_by_label("Sai chỗ nào?").fill("Nơi nộp đã đổi")
    await page.get_by_role("button", name="Báo sai").click()
    await expect(page.get_by_text("Đơn vị phụ trách sẽ xem lại")).to_be_visible()
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.screenshot(path=artefacts / "answers-05-article-1280.png", full_page=True)
    await page.goto(f"{site.url}/hoi-dap?q=dang ki ket honn")
    await page.screenshot(path=artefacts / "answers-06-meant-1280.png")
    await context.close()


async def test_suggestions_are_reached_with_the_arrow_keys(site: Site, browser: Browser) -> None:
    page = await browser.new_page(locale="vi-VN")
    await page.goto(f"{site.url}/hoi-dap")
    await page.get_by_label("Anh/chị muốn hỏi gì?").press_sequentially("khai sinh")
    await expect(page.locator(".suggestions a").first).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".suggestions a").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".suggestions")).to_be_hidden()
    await expect(page.get_by_label("Anh/chị muốn hỏi gì?")).to_be_focused()
    await page.close()
