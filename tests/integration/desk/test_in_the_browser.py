"""Staff pages as people use them: live, by keyboard, with nothing moving under the hand."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from contact_center.conversations import service as conversations
from contact_center.province.accounts import SAMPLE_PASSWORD
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action
from tests.support.web import Web


async def enter(page: Page, served: str, username: str) -> None:
    await page.goto(f"{served}/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(username)
    await page.get_by_label("Mật khẩu", exact=True).fill(SAMPLE_PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.wait_for_url(re.compile(r"/(desk|dispatch|unit|admin/accounts)$"))


async def test_a_citizen_who_asks_for_a_person_appears_by_themselves(
    web: Web, served: str, page: Page, artefacts: Path
) -> None:
    await enter(page, served, "tongdai")
    await expect(page.get_by_text("Không ai đang chờ")).to_be_visible()
    await web.waiting("cho tôi gặp người thật")
    await expect(page.get_by_text("cho tôi gặp người thật")).to_be_visible()
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await page.screenshot(path=artefacts / "desk-waiting.png")


async def test_the_whole_talk_by_keyboard(web: Web, served: str, page: Page, artefacts: Path) -> None:
    waiting = await web.waiting("đèn đường hẻm 45 tắt ba đêm")
    await enter(page, served, "tongdai")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{served}/desk/{waiting.id}")
    await page.keyboard.press("a")
    await expect(page.get_by_text("Tôi đang trả lời")).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("Dạ, em nghe anh/chị.")
    await page.keyboard.press("Control+Enter")
    log = page.get_by_role("log")
    await expect(log.get_by_text("Dạ, em nghe anh/chị.")).to_be_visible()
    await expect(page.get_by_label("Viết trả lời")).to_have_value("")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.keyboard.type("Bác lớn tuổi, nói chậm")
    await page.keyboard.press("Control+Enter")
    await expect(log.get_by_text("Bác lớn tuổi, nói chậm")).to_be_visible()
    await page.screenshot(path=artefacts / "desk-talk.png")
    async with web.database.transaction() as tx:
        said = await conversations.messages(tx, waiting.id)
    assert [message.text for message in said] == ["đèn đường hẻm 45 tắt ba đêm", "Dạ, em nghe anh/chị."]


async def test_a_key_pressed_as_soon_as_the_page_is_there_does_not_load_it_again(
    web: Web, served: str, page: Page
) -> None:
    waiting = await web.waiting()
    await enter(page, served, "tongdai")
    # htmx starts in a timer without a delay, which a busy machine runs late.
    await page.add_init_script(
        "const soon = setTimeout; setTimeout = (act, ms, ...more) => soon(act, ms === undefined ? 60000 : ms, ...more)"
    )
    await page.goto(f"{served}/desk/{waiting.id}")
    await page.evaluate("document.body.dataset.stayed = 'yes'")
    await page.keyboard.press("a")
    await expect(page.get_by_text("Tôi đang trả lời")).to_be_visible()
    await expect(page.locator("body[data-stayed]")).to_be_attached()


async def test_what_is_being_written_survives_a_reload(web: Web, served: str, page: Page) -> None:
    waiting = await web.waiting()
    await enter(page, served, "tongdai")
    await page.goto(f"{served}/desk/{waiting.id}")
    await page.get_by_label("Viết trả lời").fill("Dạ em đang tra cứu")
    await page.reload()
    await expect(page.get_by_label("Viết trả lời")).to_have_value("Dạ em đang tra cứu")
    await expect(page.get_by_text("Đã giữ bản nháp")).to_be_visible()


async def test_news_does_not_disturb_whoever_is_writing(web: Web, served: str, page: Page) -> None:
    waiting = await web.waiting("tin thứ nhất")
    await enter(page, served, "tongdai")
    await page.goto(f"{served}/desk/{waiting.id}")
    await page.get_by_role("button", name="Nhận", exact=False).first.click()
    await expect(page.get_by_text("Tôi đang trả lời")).to_be_visible()
    writing = page.get_by_label("Viết trả lời")
    await writing.fill("Dạ, anh/chị chờ em")
    await web.waiting("tin thứ hai")
    await expect(page.get_by_role("log").get_by_text("tin thứ hai")).to_be_visible()
    await expect(writing).to_be_focused()
    await expect(writing).to_have_value("Dạ, anh/chị chờ em")


async def test_a_colleague_who_was_quicker_is_told_in_a_sentence(web: Web, served: str, page: Page) -> None:
    waiting = await web.waiting()
    await enter(page, served, "tongdai")
    await page.goto(f"{served}/desk/{waiting.id}")
    await page.route("**/head", lambda route: route.abort())  # the news has not arrived yet
    async with web.database.transaction() as tx:
        await conversations.take_over(tx, await web.actor("dieuphoi"), waiting.id)
    await page.keyboard.press("a")
    await expect(page.locator("#notice")).to_contain_text("Đồng nghiệp khác đã nhận việc này")


async def test_a_ticket_is_opened_from_the_talk(web: Web, served: str, page: Page, artefacts: Path) -> None:
    waiting = await web.waiting("đèn đường hẻm 45 tắt ba đêm")
    await enter(page, served, "tongdai")
    await page.goto(f"{served}/desk/{waiting.id}")
    await page.keyboard.press("t")
    form = page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Nội dung").fill("")
    await form.get_by_role("combobox", name="Lĩnh vực").fill("chieu sang")
    await form.get_by_role("option", name=re.compile("Chiếu sáng công cộng")).click()
    await expect(form.get_by_role("listbox")).to_have_count(0)
    await form.get_by_role("combobox", name="Xã, phường").fill("my tho")
    await form.get_by_role("option", name="Phường Mỹ Tho", exact=True).click()
    await form.get_by_role("textbox", name="Nội dung").fill("Đèn đường hẻm 45 tắt ba đêm")
    await page.screenshot(path=artefacts / "desk-ticket-form.png")
    await form.get_by_role("button", name="Lập phiếu").click()
    await expect(page.get_by_text("Đơn vị quản lý chiếu sáng công cộng").first).to_be_visible()
    await expect(page.get_by_text("Đã lập phiếu")).to_be_visible()


async def test_the_dispatcher_forwards_by_keyboard_and_the_row_turns_grey(
    web: Web, served: str, page: Page, artefacts: Path
) -> None:
    first = await web.ticket("Rác chất đống đầu hẻm", category="KH-00")
    await web.ticket("Chó thả rông ngoài đường", category="KH-00")
    await enter(page, served, "dieuphoi")
    row = page.locator(f"[data-key='{first.id}']")
    await row.hover()
    await row.get_by_role("combobox", name="Đơn vị").fill("so xay dung")
    await row.get_by_role("option", name="Sở Xây dựng", exact=True).click()
    await row.get_by_role("button", name="Chuyển").click()
    await expect(row).to_have_attribute("data-gone", "")
    await page.screenshot(path=artefacts / "dispatch.png")
    assert (await web.view(first)).unit_code == "so-xd"
    await page.mouse.move(5, 5)
    await expect(row).to_have_count(0)


async def test_a_new_ticket_comes_to_the_unit_by_itself_at_360_px(
    web: Web, served: str, page: Page, artefacts: Path
) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await enter(page, served, "chieusang")
    await expect(page.get_by_text("Không có phiếu nào cần làm")).to_be_visible()
    ticket = await web.ticket("Đèn đường trước trường học tắt ba đêm nay, tối lắm, tụi nhỏ đi học thêm về sợ té")
    card = page.get_by_text("Đèn đường trước trường học")
    await expect(card).to_be_visible()
    await page.screenshot(path=artefacts / "unit-360.png")
    await page.get_by_role("link", name=re.compile("^Phiếu ")).click()
    await page.get_by_role("button", name="Tiếp nhận phiếu").click()
    words = page.get_by_label("Đã làm gì, kết quả ra sao")
    await words.fill("Đã thay bóng đèn, đèn sáng lại lúc 19 giờ.")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    await page.screenshot(path=artefacts / "ticket-360.png")
    await page.get_by_role("button", name="Gửi kết quả").click()
    await expect(page.get_by_text("Đã gửi phiếu")).to_be_visible()
    assert (await web.view(ticket)).resolution == "Đã thay bóng đèn, đèn sáng lại lúc 19 giờ."


async def test_an_open_form_keeps_its_words_when_somebody_else_is_quicker(web: Web, served: str, page: Page) -> None:
    ticket = await web.ticket()
    officer = await web.actor("chieusang")
    async with web.database.transaction() as tx:
        await tickets.act(tx, officer, ticket.id, Action.ACCEPT, version=1)
    await enter(page, served, "chieusang")
    await page.goto(f"{served}/tickets/{ticket.id}")
    words = page.get_by_label("Đã làm gì, kết quả ra sao")
    await words.fill("Đang viết dở")
    async with web.database.transaction() as tx:
        await tickets.act(tx, officer, ticket.id, Action.NOTE, version=2, text="Đồng nghiệp ghi chú")
    await expect(page.get_by_text("Đồng nghiệp ghi chú")).to_be_visible()
    await page.get_by_role("button", name="Gửi kết quả").click()
    await expect(page.locator("#notice")).to_contain_text("bước mới nhất: Ghi chú nội bộ")
    await expect(words).to_have_value("Đang viết dở")
    await page.get_by_role("button", name="Tải lại").click()
    await expect(words).to_have_value("Đang viết dở")
    await page.get_by_role("button", name="Gửi kết quả").click()
    await expect(page.get_by_text("Đã gửi phiếu")).to_be_visible()


async def test_keys_are_listed_and_can_be_switched_off(web: Web, served: str, page: Page) -> None:
    await web.waiting()
    await enter(page, served, "tongdai")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Nhận hội thoại")
    await page.get_by_label("Dùng phím một chữ").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(page.locator("[data-row] a").first).not_to_be_focused()


UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]),select,textarea,button,a[href],summary')]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.labels?.length || one.getAttribute('aria-label') || one.innerText?.trim() || one.title))
  .map((one) => one.outerHTML)"""
DOUBLED = """() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place) }"""
SMALL = """() => [...document.querySelectorAll('input:not([type=hidden]),select,textarea,button,.button,summary,nav a')]
  .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden') && !one.closest('label'))
  .filter((one) => one.getBoundingClientRect().height < 24)
  .map((one) => one.outerHTML)"""
LANDMARKS = "() => [document.querySelectorAll('main').length, document.querySelectorAll('h1').length]"


@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize("username", ["tongdai", "dieuphoi", "chieusang", "quantri"])
async def test_everything_has_a_name_and_nothing_scrolls_sideways(
    web: Web, served: str, page: Page, username: str, width: int
) -> None:
    waiting = await web.waiting("Cống nghẹt ở " + "đường-rất-dài-không-dấu-cách" * 6)
    waiting_for_dispatch = await web.ticket("Rác chất đống " * 40, category="KH-00")
    routed = await web.ticket()
    pages = {
        "tongdai": ["/desk", f"/desk/{waiting.id}", "/tickets", f"/tickets/{routed.id}", "/account"],
        "dieuphoi": ["/dispatch", f"/tickets/{waiting_for_dispatch.id}"],
        "chieusang": ["/unit", f"/tickets/{routed.id}", "/unit?tab=closed"],
        "quantri": ["/admin/accounts", "/admin/accounts/new", "/admin/audit"],
    }
    await page.set_viewport_size({"width": width, "height": 740})
    await enter(page, served, username)
    for address in pages[username]:
        await page.goto(served + address)
        await page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        assert await page.evaluate(UNNAMED) == [], address
        assert await page.evaluate(DOUBLED) == [], address
        assert await page.evaluate(SMALL) == [], address
        assert await page.evaluate(LANDMARKS) == [1, 1], address
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
