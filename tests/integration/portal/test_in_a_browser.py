"""The citizen's pages in Chromium, with a server, the live stream and a dispatcher around them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Locator, Page, Route, expect
from redis.asyncio import Redis
from sqlalchemy import select

from contact_center.actors import Actor, Role
from contact_center.conversations import service as conversations
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.models import Conversation
from contact_center.db import Database
from contact_center.live import stream
from contact_center.live.bell import RedisBell
from contact_center.live.hub import reader
from contact_center.staff import service as staff
from contact_center.tickets import service as tickets
from contact_center.web import security
from tests.integration.conversations.people import Echo
from tests.integration.portal.conftest import Listener, make_app
from tests.integration.tickets.people import resolved
from tests.support.pictures import photo
from tests.support.serving import bound_socket, served

PAGES = ("/", "/phan-anh", "/tra-cuu", "/chat", "/hoi-dap", "/hoi-dap?q=khai sinh", "/p/nobody")


@dataclass
class Site:
    url: str
    database: Database


async def _look_again_and_again(dispatcher: Dispatcher) -> None:
    """In place of the worker's wake-ups."""
    while True:
        dispatcher.wake()
        await asyncio.sleep(0.05)


@pytest_asyncio.fixture
async def site(database_url: str, redis: Redis, tmp_path: Path) -> AsyncIterator[Site]:
    database = Database(database_url, bell=RedisBell(redis))
    app = make_app(database, redis, tmp_path, Listener())
    app.include_router(stream.router)
    security.install(app, app.state.settings)
    dispatcher = Dispatcher(database, Echo())
    listener, url = bound_socket()
    async with reader(redis) as hub, served(app, listener):
        app.state.live = hub
        jobs = [asyncio.create_task(job) for job in (dispatcher.run(), _look_again_and_again(dispatcher))]
        yield Site(url, database)
        for job in jobs:
            job.cancel()
            with suppress(asyncio.CancelledError):
                await job
    await database.close()


# --- the chat -----------------------------------------------------------------------------------------------------


async def write(page: Page, text: str) -> None:
    await page.fill("#chat-text", text)
    await page.press("#chat-text", "Enter")


def bubbles(page: Page, text: str) -> Locator:
    return page.locator(".bubble", has_text=text)


async def test_a_message_is_answered_and_survives_a_reload_once(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    await write(page, "đèn đường hư")
    await expect(bubbles(page, "đã nghe: đèn đường hư")).to_have_count(1)
    await page.reload()
    await expect(bubbles(page, "đã nghe: đèn đường hư")).to_have_count(1)
    await expect(page.locator(".line.mine")).to_have_count(1)
    await expect(page.locator(".line.mine .state")).to_have_text("đã gửi")


async def test_what_is_written_offline_is_kept_over_a_reload_and_sent_once(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    await write(page, "tin đầu")
    await expect(bubbles(page, "đã nghe: tin đầu")).to_have_count(1)
    await page.route("**/channels/web/messages*", lambda route: route.abort())
    await write(page, "tin lúc mất mạng")
    await expect(page.locator(".line.waiting .state")).to_have_text("đang gửi")
    await page.reload()
    await expect(bubbles(page, "tin lúc mất mạng")).to_have_count(1)
    await page.unroute("**/channels/web/messages*")
    await page.reload()
    await expect(bubbles(page, "đã nghe: tin lúc mất mạng")).to_have_count(1)
    await expect(page.locator(".line.mine")).to_have_count(2)
    async with site.database.transaction() as tx:
        said = await conversations.messages(tx, (await only_conversation(site)).id)
    assert [message.text for message in said if message.author == "citizen"] == ["tin đầu", "tin lúc mất mạng"]


async def test_an_answer_whose_receipt_was_lost_is_not_sent_again_as_new(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    lost = 0

    async def lose_the_answer(route: Route) -> None:
        nonlocal lost
        if route.request.method == "POST" and lost == 0:
            lost += 1
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/channels/web/messages*", lose_the_answer)
    await write(page, "mất biên nhận")
    await expect(bubbles(page, "đã nghe: mất biên nhận")).to_have_count(1)
    await expect(page.locator(".line.mine")).to_have_count(1)
    await expect(page.locator(".line.waiting")).to_have_count(0)
    assert lost == 1


async def only_conversation(site: Site) -> Conversation:
    async with site.database.transaction() as tx:
        return (await tx.session.scalars(select(Conversation))).one()


async def test_a_person_takes_over_and_answers_live(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    await expect(page.locator("[data-who]")).to_have_text("Trả lời tự động")
    await write(page, "xin chào")
    await expect(bubbles(page, "đã nghe: xin chào")).to_have_count(1)
    conversation = await only_conversation(site)
    async with site.database.transaction() as tx:
        accounts = await staff.accounts(tx, Actor(kind="staff", role=Role.ADMINISTRATOR))
        operator = next(account for account in accounts if account.role == Role.OPERATOR)
        agent = Actor(kind="staff", id=operator.id, role=Role.OPERATOR)
        await conversations.take_over(tx, agent, conversation.id)
        await conversations.reply(tx, agent, conversation.id, text="Chào anh chị, em là tổng đài viên.")
    await expect(page.locator("[data-who]")).to_have_text("Tổng đài viên đang trả lời")
    await expect(page.locator(".line.agent .bubble")).to_have_text("Chào anh chị, em là tổng đài viên.")


async def test_enter_that_ends_a_vietnamese_word_sends_nothing(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    await page.fill("#chat-text", "đang gõ dở")
    await page.evaluate(
        """document.getElementById("chat-text").dispatchEvent(
             new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    await expect(page.locator("#chat-text")).to_have_value("đang gõ dở")
    await expect(page.locator(".line")).to_have_count(0)


async def test_what_is_being_typed_survives_a_reload(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    await page.fill("#chat-text", "chưa gửi")
    await page.reload()
    await expect(page.locator("#chat-text")).to_have_value("chưa gửi")


async def test_a_photo_is_sent_and_shown_again_after_a_reload(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/chat")
    await page.set_input_files("[data-photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    await write(page, "ống nước bể")
    await expect(page.locator(".line.mine[data-seq] img")).to_have_count(1)
    await page.reload()
    shown = page.locator(".line.mine[data-seq] img")
    await expect(shown).to_have_count(1)
    await expect(shown).not_to_have_js_property("naturalWidth", 0)


async def test_another_site_shows_the_chat_in_a_frame(site: Site, page: Page) -> None:
    ward, (listener, url) = FastAPI(), bound_socket()

    @ward.get("/", response_class=HTMLResponse)
    async def home() -> str:
        return f'<html lang="vi"><body><script src="{site.url}/static/portal/embed.js"></script></body></html>'

    async with served(ward, listener):
        await page.goto(url)
        await page.get_by_role("button", name="Chat với 1022").click()
        frame = page.frame_locator("iframe")
        await expect(frame.locator("[data-shown]")).to_have_count(1)  # connected
        await frame.locator("#chat-text").fill("từ trang phường")
        await frame.locator("#chat-text").press("Enter")
        await expect(frame.locator(".bubble", has_text="đã nghe: từ trang phường")).to_have_count(1)
        await page.keyboard.press("Escape")


# --- the report and the ticket --------------------------------------------------------------------------------------


async def report(page: Page, url: str) -> None:
    """From the first page to the code."""
    await page.goto(f"{url}/phan-anh")
    await page.fill("#text", "Đèn đường trước chợ Mỹ Tho tắt ba đêm")
    await page.set_input_files("input[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    for _ in range(5):
        await page.click("form.question button.wide")


async def test_the_report_works_without_javascript(site: Site, browser: Browser, artefacts: Path) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await report(page, site.url)
    await expect(page.locator(".big-code")).to_be_visible()
    await page.screenshot(path=artefacts / "portal-report-without-javascript.png", full_page=True)
    await context.close()


async def test_the_ticket_page_follows_the_work_and_keeps_what_is_typed(site: Site, page: Page) -> None:
    await report(page, site.url)
    link = page.url.split("?")[0].rsplit("/", 1)[1]
    await page.goto(f"{site.url}/p/{link}")
    await page.click("summary")
    await page.fill("#add-text", "gần trụ số 7")
    async with site.database.transaction() as tx:
        ticket = await tickets.by_link(tx, link)
        assert ticket is not None
        await resolved(tx, ticket)
    await expect(page.locator("#news .badge")).to_contain_text("Đã xử lý")
    await expect(page.locator("#add-text")).to_have_value("gần trụ số 7")
    await page.click("[data-changed] a")
    await expect(page.locator("input[name=rating]")).to_have_count(3)


async def test_a_tap_on_the_map_names_the_commune(site: Site, page: Page) -> None:
    await page.goto(f"{site.url}/phan-anh")
    await page.fill("#text", "Đèn đường tắt")
    await page.click("form.question button.wide")
    await page.click("form.question button.wide")
    await page.locator("#map").click(position={"x": 300, "y": 160})
    await expect(page.locator("[data-map-status]")).to_contain_text("Gần ")
    await page.click("[data-unpin]")
    await expect(page.locator("input[name=latitude]")).to_have_value("")


async def test_a_refused_position_is_answered_with_another_way(site: Site, browser: Browser) -> None:
    context = await browser.new_context(permissions=[])
    page = await context.new_page()
    await page.goto(f"{site.url}/phan-anh")
    await page.fill("#text", "Đèn đường tắt")
    await page.click("form.question button.wide")
    await page.click("form.question button.wide")
    await page.click("[data-gps]")
    await expect(page.locator("[data-map-status]")).to_contain_text("chạm lên bản đồ")
    await context.close()


@pytest.mark.parametrize("width", [360, 1366])
async def test_no_page_scrolls_sideways_and_targets_are_large_enough(site: Site, browser: Browser, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 740}, locale="vi-VN")
    page = await context.new_page()
    for address in PAGES:
        await page.goto(site.url + address)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        small = await page.evaluate(
            """[...document.querySelectorAll("main a, main button, main summary")]
                 .filter((one) => one.offsetParent && getComputedStyle(one).display !== "inline")
                 .filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert not small, (address, small)
    await context.close()
