"""The pages of those who teach the machine, as they are read and by keyboard."""

import re
import uuid
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from contact_center.actors import SYSTEM
from contact_center.learning import serving
from contact_center.learning.serving import ServingEngine
from contact_center.learning.training import Candidate
from contact_center.learning.workshop import keep
from contact_center.tickets.service import Ticket
from nlu.engine import EmbeddedEngine
from tests.integration.desk.test_in_the_browser import enter
from tests.integration.learning.people import corrected, told
from tests.support.web import Web, words_of

LIGHT = "Tôi tên Lê Văn Út 0912 345 678, đèn đường Nguyễn Huệ phường Mỹ Tho tắt ba đêm nay"
WIDTHS = (1280, 360)


@pytest_asyncio.fixture
async def office(web: Web, engine: EmbeddedEngine) -> Web:
    """The web application with the real engine."""
    web.app.state.engine = ServingEngine(engine)
    return web


async def proposal(web: Web, text: str = LIGHT, number: int = 0) -> Ticket:
    """Taken for a pothole, put right by the dispatcher."""
    dispatcher = await web.actor("dieuphoi")
    async with web.database.transaction() as tx:
        ticket = await told(tx, text, "HT-03", "HT-01", "GT-01", peer=f"+8491234567{number}")
        return await corrected(tx, ticket, "HT-01", dispatcher)


async def promoted(web: Web, shipped: str, root: Path) -> None:
    """A candidate with its figures serves, and the next one runs in shadow."""
    figures = {"top1": 0.825, "emergency_recall": 0.958, "sealed_recall": 1.0, "intent": 0.901}
    async with web.database.transaction() as tx:
        model = await keep(tx, SYSTEM, Candidate("candidate000", shipped, root, utterances=9, corrections=3))
        model.figures = {"development": {"worst": figures}}
        await serving.put_in_force(tx, SYSTEM, model, shipped=shipped)
        await keep(tx, SYSTEM, Candidate("candidate001", shipped, root, utterances=9, corrections=12))


async def test_a_label_is_shown_masked_with_who_changed_it_and_accepted(office: Web) -> None:
    await proposal(office)
    browser = await office.sign_in("dieuphoi")
    page = await browser.get("/learning")
    words = words_of(page)
    assert "Nguyễn Huệ" in words
    assert "0912" not in words
    assert "Lê Văn Út" not in words
    address = re.search(r'action="(/learning/labels/[^"]+)"', page.text)
    assert address is not None
    done = await browser.post(address[1], data={"answer": "yes"})
    assert done.headers["location"] == "/learning?done=accepted"
    assert "Đã nhận nhãn" in words_of(await browser.get(done.headers["location"]))
    again = await browser.post(address[1], data={"answer": "no"})
    assert again.status_code == 409


async def test_why_the_dispatcher_changed_it_is_read_beside_the_label(office: Web) -> None:
    async with office.database.transaction() as tx:
        ticket = await told(tx, LIGHT, "HT-03", "HT-01")
    browser = await office.sign_in("dieuphoi")
    assert "Vì sao máy xếp sai" in words_of(await browser.get(f"/tickets/{ticket.id}"))
    change = {"version": str(ticket.version), "category_code": "HT-01", "text": "đèn tắt chứ không phải hố ga"}
    await browser.post(f"/tickets/{ticket.id}/actions/correct_category", data=change)
    assert "đèn tắt chứ không phải hố ga" in words_of(await browser.get("/learning"))


async def test_only_those_who_dispatch_judge_labels(office: Web) -> None:
    for username, status in (("tongdai", 403), ("chieusang", 403), ("dieuphoi", 200), ("giamsat", 200)):
        browser = await office.sign_in(username)
        assert (await browser.get("/learning")).status_code == status


async def test_drift_says_how_often_people_changed_the_machines_word(office: Web) -> None:
    await proposal(office)
    async with office.database.transaction() as tx:
        await told(tx, "ổ gà to giữa đường", "HT-03", peer="+84912345671")
    browser = await office.sign_in("giamsat")
    words = words_of(await browser.get("/learning/drift"))
    assert "50%" in words
    assert "Đơn vị quản lý thoát nước" in words


async def test_why_shows_the_words_the_ranking_and_the_places_of_a_ticket(office: Web) -> None:
    ticket = await proposal(office)
    browser = await office.sign_in("dieuphoi")
    words = words_of(await browser.get(f"/learning/why/tickets/{ticket.id}"))
    assert "đèn đường" in words
    assert "Phường Mỹ Tho" in words
    assert "Người sửa thành" in words
    assert words_of(await browser.get(f"/tickets/{ticket.id}")).count("Vì sao máy xếp vậy?") == 1


async def test_why_of_a_message_is_asked_from_the_conversation_by_the_hotline_only(office: Web) -> None:
    ticket = await proposal(office)
    browser, officer = await office.sign_in("tongdai"), await office.sign_in("chieusang")
    talk = await browser.get(f"/desk/{ticket.conversation_id}")
    link = re.search(r'href="(/learning/why/messages/[^"]+)"', talk.text)
    assert link is not None
    words = words_of(await browser.get(link[1]))
    assert "Chiếu sáng công cộng" in words
    assert "Phường Mỹ Tho" in words
    assert (await officer.get(link[1])).status_code == 403
    assert (await browser.get(f"/learning/why/messages/{uuid.uuid4()}")).status_code == 404


async def test_why_of_a_sealed_ticket_is_not_found(office: Web) -> None:
    async with office.database.transaction() as tx:
        ticket = await told(tx, "ông trưởng ấp nhận tiền của dân", "CB-01")
        await corrected(tx, ticket, "CB-02")
    browser = await office.sign_in("giamsat")
    assert (await browser.get(f"/learning/why/tickets/{ticket.id}")).status_code == 404


async def test_a_supervisor_goes_back_to_the_model_before(office: Web, engine: EmbeddedEngine, tmp_path: Path) -> None:
    shipped = engine.model_version
    await promoted(office, shipped, tmp_path)
    dispatcher, supervisor = await office.sign_in("dieuphoi"), await office.sign_in("giamsat")
    assert (await dispatcher.post("/learning/models/rollback")).status_code == 403
    assert "Đang trả lời người dân" in words_of(await supervisor.get("/learning/models"))
    await supervisor.post("/learning/models/rollback")
    async with office.database.transaction() as tx:
        assert (await serving.in_force(tx, shipped)).version == shipped
    assert (await supervisor.post("/learning/models/rollback")).status_code == 409


async def test_labels_are_judged_by_keyboard_and_every_page_fits_a_telephone(
    office: Web, engine: EmbeddedEngine, served: str, page: Page, artefacts: Path, tmp_path: Path
) -> None:
    await enter(page, served, "giamsat")
    for name in ("", "drift", "models"):
        await seen(page, f"{served}/learning/{name}".rstrip("/"), artefacts, f"learning-empty-{name or 'labels'}")
    ticket = await proposal(office)
    await promoted(office, engine.model_version, tmp_path)
    await proposal(office, "rác chất đống đầu hẻm 12 ấp Phú Thạnh hôi quá, gọi chị Lan 0903 111 222", 1)
    for name in ("", "drift", "models", f"why/tickets/{ticket.id}"):
        await seen(
            page, f"{served}/learning/{name}".rstrip("/"), artefacts, f"learning-{name.split('/')[0] or 'labels'}"
        )
    await page.goto(f"{served}/learning")
    await page.keyboard.press("y")
    await expect(page.get_by_text("Đã nhận nhãn")).to_be_visible()
    await page.keyboard.press("x")
    await expect(page.get_by_text("Không còn nhãn nào chờ xem")).to_be_visible()


async def seen(page: Page, address: str, artefacts: Path, name: str) -> None:
    """A picture at both widths; nothing is wider than a telephone."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(address)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.screenshot(path=artefacts / f"{name}-{width}.png", full_page=True)
