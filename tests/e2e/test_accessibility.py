"""Everybody's pages, as a screen reader, a keyboard and a narrow phone meet them: in Vietnamese and in English, with
something on them and without. The rules are axe-core's for WCAG 2.2 level AA, and its good practice."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.e2e.people import DESK, PHONE, Stage

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PUBLIC = ("/", "/chat", "/phan-anh", "/tra-cuu", "/hoi-dap", "/hoi-dap?q=lam+lai+can+cuoc", "/hoi-dap?q=qwerty")
SIGN_IN = "/sign-in"
BY_ROLE = {
    "tongdai": ("/desk", "/tickets", "/knowledge", "/account"),
    "dieuphoi": ("/dispatch", "/tickets"),
    "so-xd": ("/unit", "/tickets", "/knowledge"),
    "giamsat": (
        "/knowledge",
        "/knowledge/new",
        "/knowledge/wrong",
        "/knowledge/unanswered",
        "/knowledge/unanswered/settled",
        "/knowledge/synonyms",
        "/knowledge/import",
        "/learning",
        "/learning/drift",
        "/learning/models",
    ),
    "quantri": ("/admin/accounts", "/admin/accounts/new", "/admin/audit"),
}


async def test_citizens_meet_no_barrier_on_the_public_pages(stage: Stage) -> None:
    citizen = await stage.citizen()
    assert await barriers(citizen.page, stage.url, (*PUBLIC, SIGN_IN)) == []


async def test_people_of_the_house_meet_no_barrier_at_their_work(stage: Stage) -> None:
    bench = await stage.bench()
    await bench.sms.write_as("0912 345 017")
    await bench.sms.send("den duong truoc so 12 Ap Bac phuong My Tho tat ca tuan nay")
    await bench.sms.reads("Da ghi phieu")
    await bench.sms.write_as("0912 345 019")
    await bench.sms.send("thu tuc dang ky ban quyen bai hat can gi")
    await bench.sms.reads("chua co thong tin chac chan")

    for username, pages in BY_ROLE.items():
        somebody = await stage.officer(username)
        assert await barriers(somebody.page, stage.url, pages) == []


async def test_one_ticket_and_one_article_have_no_barrier(stage: Stage) -> None:
    dispatcher = await stage.dispatcher()
    found = []
    for shelf, one in (("/tickets", "main a[href^='/tickets/']"), ("/knowledge", "main a[href^='/knowledge/']")):
        await dispatcher.page.goto(stage.url + shelf)
        links = dispatcher.page.locator(one)
        addresses = [await link.get_attribute("href") for link in await links.all()]
        found.append(next(address for address in addresses if address and address.count("-") == 4))
    assert await barriers(dispatcher.page, stage.url, found) == []


async def barriers(page: Page, base: str, addresses: tuple[str, ...] | list[str]) -> list[str]:
    """What stands in somebody's way on these pages, at a desk and on a phone, in both languages."""
    seen: list[str] = []
    for language in ("vi", "en"):
        for size in (DESK, PHONE):
            await page.set_viewport_size(size)
            for address in addresses:
                where = f"{address} {language} {size['width']}"
                response = await page.goto(_in(language, base + address))
                assert response is not None
                assert response.status == 200, where
                seen += [f"{where}: {barrier}" for barrier in await _barriers_here(page)]
    return seen


async def _barriers_here(page: Page) -> list[str]:
    results = await Axe().run(page, options=RULES)
    found = [f"{rule['id']}: {node['html'][:200]}" for rule in results.response["violations"] for node in rule["nodes"]]
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found


def _in(language: str, address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"
