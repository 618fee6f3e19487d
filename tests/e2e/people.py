"""The people of the stories, doing what people do: they click, type, and read what stands on the screen."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, ViewportSize, expect

from contact_center.province.accounts import SAMPLE_PASSWORD
from tests.support.pictures import photo

DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 740}
CODE = re.compile(r"\b(\d{3}) (\d{3}) (\d{3})\b")
SPOKEN_CODE = re.compile(r"(\d{3}), (\d{3}), (\d{3})")


@dataclass
class Stage:
    """Lets people in, each with a browser of their own, and keeps what they saw as pictures."""

    browser: Browser
    url: str
    artefacts: Path
    story: str
    pictures: int = 0
    _contexts: list[BrowserContext] = field(default_factory=list)
    _script_errors: list[str] = field(default_factory=list)

    async def _page(self, size: ViewportSize) -> Page:
        context = await self.browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport=size)
        context.set_default_timeout(30_000)
        context.on("page", lambda page: page.on("pageerror", lambda error: self._script_errors.append(str(error))))
        self._contexts.append(context)
        return await context.new_page()

    async def bench(self) -> "Bench":
        """Somebody at the simulator, with a telephone, an SMS screen and a Zalo chat."""
        bench = Bench(self, await self._page(DESK))
        await bench.page.goto(f"{self.url}/simulator")
        return bench

    async def citizen(self, address: str = "") -> "Citizen":
        """A citizen with a phone, at the address they were sent, or on the first page."""
        citizen = Citizen(self, await self._page(PHONE))
        await citizen.page.goto(address or self.url)
        return citizen

    async def officer(self, username: str) -> "Officer":
        """An officer with a phone in the hand, at the unit's inbox."""
        officer = Officer(self, await self._page(PHONE))
        await officer.sign_in(username)
        return officer

    async def agent(self, username: str = "tongdai") -> "Agent":
        agent = Agent(self, await self._page(DESK))
        await agent.sign_in(username)
        return agent

    async def dispatcher(self, username: str = "dieuphoi") -> "Dispatcher":
        dispatcher = Dispatcher(self, await self._page(DESK))
        await dispatcher.sign_in(username)
        return dispatcher

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
        assert not self._script_errors, f"scripts on a page failed: {self._script_errors}"


@dataclass
class Person:
    stage: Stage
    page: Page

    async def picture(self, what: str) -> None:
        """Keep what this person sees now; on a phone the whole page."""
        self.stage.pictures += 1
        name = f"{self.stage.story}-{self.stage.pictures:02}-{what}.png"
        narrow = self.page.viewport_size == PHONE
        assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{name} scrolls sideways"
        )
        await self.page.screenshot(path=self.stage.artefacts / name, full_page=narrow, animations="disabled")

    @asynccontextmanager
    async def without_reload(self) -> AsyncIterator[None]:
        """What is waited for inside has to appear on the very page that is open."""
        loaded_at = await self.page.evaluate("performance.timeOrigin")
        yield
        assert await self.page.evaluate("performance.timeOrigin") == loaded_at, "the page was loaded again"


# --- the citizen --------------------------------------------------------------------------------------------------


class TextScreen:
    """The SMS screen or the Zalo chat of the simulator."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.answers = root.locator(".bubble:not(.me)")

    async def write_as(self, peer: str) -> None:
        field = self.root.locator("input[name=peer]")
        await field.fill(peer)
        await field.blur()

    async def send(self, text: str) -> None:
        await self.root.get_by_role("textbox").last.fill(text)
        await self.root.get_by_role("button", name="Gửi", exact=True).click()

    async def reads(self, words: str | re.Pattern[str]) -> str:
        """The newest message says this; gives the whole of it."""
        await expect(self.answers.last).to_contain_text(words)
        return await self.answers.last.inner_text()

    async def choose(self, title: str) -> None:
        await self.answers.last.get_by_role("button", name=title, exact=True).click()


class Telephone:
    """The telephone of the simulator."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.heard = root.locator("[data-heard] .bubble:not(.me)")
        self.state = root.locator("[data-call-state]")

    async def call_from(self, number: str) -> None:
        await self.root.get_by_label("Số gọi").fill(number)
        await self.root.get_by_role("button", name="Gọi 1022").click()

    async def say(self, words: str) -> None:
        await self.root.get_by_placeholder("Lời người gọi nói").fill(words)
        await self.root.get_by_role("button", name="Nói").click()

    async def press(self, keys: str) -> None:
        for key in keys:
            await self.root.get_by_role("button", name=key, exact=True).click()

    async def hears(self, words: str | re.Pattern[str]) -> str:
        """The newest sentence says this; gives the whole of it, once it is the caller's turn again."""
        await expect(self.heard.last).to_contain_text(words)
        await expect(self.state).to_contain_text("Máy đang nghe")
        return await self.heard.last.inner_text()

    async def hang_up(self) -> None:
        await self.root.get_by_role("button", name="Gác máy").click()
        await expect(self.state).to_have_text("Cuộc gọi đã kết thúc")


@dataclass
class Bench(Person):
    """A citizen with the three devices of the simulator."""

    @property
    def sms(self) -> TextScreen:
        return TextScreen(self.page.locator("[data-text=sms]"))

    @property
    def zalo(self) -> TextScreen:
        return TextScreen(self.page.locator("[data-text=zalo]"))

    @property
    def telephone(self) -> Telephone:
        return Telephone(self.page.locator("[data-phone]"))

    async def opens_link(self, screen: TextScreen) -> "Citizen":
        """Taps the address in the newest message; it opens on a phone."""
        address = await screen.answers.last.get_by_role("link").get_attribute("href")
        assert address is not None
        return await self.stage.citizen(address)


@dataclass
class Citizen(Person):
    """A citizen with a phone, on the public pages."""

    @property
    def state(self) -> Locator:
        return self.page.locator("#tinh-trang .badge")

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    async def reports(self, what: str, *, kind: str, where: str, phone: str) -> None:
        """From the first page through the form, with a photo and without a name; stops before it is sent."""
        await self.page.get_by_role("link", name="Gửi phản ánh").click()
        await self.page.get_by_label("Kể ngắn gọn").fill(what)
        picture: FilePayload = {"name": "hien-truong.jpg", "mimeType": "image/jpeg", "buffer": photo(colour="sienna")}
        await self.page.get_by_label("Chụp hoặc chọn ảnh").set_input_files(picture)
        await expect(self.page.get_by_text(picture["name"])).to_be_visible()
        await self._goes_on("what")
        await self.page.get_by_role("radio", name=kind).check()
        await self._goes_on("kind")
        await self.page.get_by_label("Ví dụ: trước số").fill(where)
        await self._goes_on("where")
        await self.page.get_by_role("textbox", name="Số điện thoại").fill(phone)
        await self.page.get_by_label("Giấu tên").check()
        await self._goes_on("contact")

    async def _goes_on(self, from_page: str) -> None:
        await self.picture(f"report-{from_page}")
        await self.page.get_by_role("button", name="Tiếp tục").click()

    async def rates(self, rating: str, words: str = "") -> None:
        await self.page.get_by_text(rating, exact=True).click()
        await self.page.get_by_label("Anh/chị muốn nói thêm").fill(words)
        await self.page.get_by_role("button", name="Gửi đánh giá").click()

    async def asks_again(self, words: str) -> None:
        await self.page.get_by_label("Còn vướng chỗ nào?").fill(words)
        await self.page.get_by_role("button", name="Yêu cầu xử lý lại").click()


# --- the people of the house --------------------------------------------------------------------------------------


@dataclass
class Staff(Person):
    async def sign_in(self, username: str) -> None:
        await self.page.goto(f"{self.stage.url}/sign-in")
        await self.page.get_by_label("Tên đăng nhập").fill(username)
        await self.page.get_by_label("Mật khẩu", exact=True).fill(SAMPLE_PASSWORD)
        await self.page.get_by_role("button", name="Đăng nhập").click()
        await expect(self.page.locator("details.who")).to_be_visible()


@dataclass
class Officer(Staff):
    """At the inbox of a unit."""

    def card(self, code: str) -> Locator:
        return self.page.locator(".unit-card", has_text=code)

    def tab(self, name: str) -> Locator:
        return self.page.locator(".tabs").get_by_role("link", name=name)

    async def opens(self, code: str) -> None:
        await self.card(code).get_by_role("link").click()
        await expect(self.page.get_by_role("heading", name=f"Phiếu {code}")).to_be_visible()

    async def accepts(self) -> None:
        await self.page.get_by_role("button", name="Tiếp nhận phiếu").click()
        await expect(self.page.get_by_role("heading", name="Trả lời kết quả")).to_be_visible()

    async def resolves(self, words: str, *, with_photo: bool = False) -> None:
        await self.page.get_by_label("Đã làm gì, kết quả ra sao").fill(words)
        if with_photo:
            picture: FilePayload = {"name": "sau-khi-sua.jpg", "mimeType": "image/jpeg", "buffer": photo(colour="gold")}
            await self.page.get_by_label("Ảnh sau khi xử lý").set_input_files(picture)
        await self.page.get_by_role("button", name="Gửi kết quả").click()

    async def returns(self, *, to: str, words: str) -> None:
        await self.page.locator("summary", has_text="Trả lại").click()
        await self.page.get_by_label("Thuộc đơn vị khác").check()
        await self.page.get_by_role("combobox", name="Đơn vị đúng thẩm quyền").fill(to)
        await self.page.get_by_role("option", name=to).first.click()
        await self.page.get_by_label("Vì sao không thuộc đơn vị").fill(words)
        await self.page.get_by_role("button", name="Trả lại cho điều phối").click()


@dataclass
class Agent(Staff):
    """At the desk of the hotline."""

    def talk(self, words: str) -> Locator:
        """One line of the list."""
        return self.page.locator("#desk-list .talk", has_text=words)

    @property
    def messages(self) -> Locator:
        return self.page.locator(".messages .message")

    @property
    def presence(self) -> Locator:
        return self.page.get_by_label("Tình trạng nhận việc")

    async def takes(self, words: str) -> None:
        await self.talk(words).get_by_role("link").click()
        await self.page.get_by_role("button", name="Nhận").click()
        await expect(self.page.locator(".controller")).to_have_text("Tôi đang trả lời")

    async def replies(self, words: str) -> None:
        """The field and its button are in sight however long the talk is."""
        field, button = self.page.get_by_placeholder("Viết trả lời"), self.page.get_by_role("button", name="Gửi")
        await expect(field).to_be_in_viewport()
        await expect(button).to_be_in_viewport(ratio=1)
        await field.fill(words)
        await button.click()

    async def gives_back_to_the_bot(self) -> None:
        await self.page.get_by_role("button", name="Trả cho máy").click()


@dataclass
class Dispatcher(Staff):
    """At the list of tickets that wait for a decision."""

    def row(self, code: str) -> Locator:
        return self.page.locator("li.row", has_text=code)

    async def sends_on(self, code: str, *, to: str) -> None:
        """Two clicks: the unit, and off it goes."""
        await self.row(code).locator(".guess", has_text=to).first.click()
        await self.row(code).get_by_role("button", name="Chuyển").click()


def code_in(words: str) -> str:
    """The ticket code as it is shown: "123 456 789"."""
    found = CODE.search(words)
    assert found is not None, f"no ticket code in: {words}"
    return found[0]


def spoken_codes_in(words: str) -> list[str]:
    """Every code a sentence reads out in groups, as it would be shown."""
    return [" ".join(groups) for groups in SPOKEN_CODE.findall(words)]
