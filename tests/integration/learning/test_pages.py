"""The pages of those who teach the machine, as they are read and by keyboard."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from contact_center.actors import SYSTEM
from contact_center.learning import repository, reviewing, serving
from contact_center.learning.comparing import GUARDED, Comparison, Scores, development_data, lines_between
from contact_center.learning.lessons import held_back_labels, is_held_back
from contact_center.learning.measuring import Measuring
from contact_center.learning.serving import ServingEngine
from contact_center.learning.training import Candidate, shipped_version
from contact_center.learning.workshop import keep
from contact_center.rasa import progress
from contact_center.rasa.address import ServerAddress
from contact_center.rasa.client import RasaClient
from contact_center.rasa.progress import Progress, Stage
from contact_center.rasa.service import RasaEngine
from contact_center.staff import service as staff
from contact_center.tickets.service import Ticket
from nlu.engine import EmbeddedEngine
from tests.e2e.test_accessibility import barriers
from tests.integration.desk.test_in_the_browser import enter
from tests.integration.learning.people import corrected, told
from tests.support.waiting import eventually
from tests.support.web import Web, words_of

LIGHT = "Tôi tên Lê Văn Út 0912 345 678, đèn đường Nguyễn Huệ phường Mỹ Tho tắt ba đêm nay"
WIDTHS = (1280, 360)
NEW = "candidate001"
BACK = "/learning/models/rollback"
BEFORE = {
    "top1": 0.825,
    "top3": 0.948,
    "emergency_recall": 0.958,
    "sealed_recall": 1.0,
    "intent": 0.901,
    "case_type": 0.93,
    "urgency": 0.87,
    "lookalike_alarms": 0.04,
    "coverage": 0.66,
    "precision": 0.951,
    "calibration_error": 0.021,
}
"""What the shipped model scores."""


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
    leaving = {"leaving": "candidate000"}
    assert (await dispatcher.get(BACK)).status_code == 403
    assert (await dispatcher.post(BACK, data=leaving)).status_code == 403
    assert "Đang trả lời người dân" in words_of(await supervisor.get("/learning/models"))
    assert f"Quay về {shipped}" in words_of(await supervisor.get(BACK))
    assert (await supervisor.post(BACK, data={"leaving": shipped})).status_code == 409, "it does not answer now"
    done = await supervisor.post(BACK, data=leaving)
    assert f"Đã quay về mô hình {shipped}" in words_of(await supervisor.get(done.headers["location"]))
    assert await in_force(office, shipped) == shipped
    assert (await supervisor.get(BACK)).status_code == 409
    assert (await supervisor.post(BACK, data=leaving)).status_code == 409


async def in_force(web: Web, shipped: str) -> str:
    async with web.database.transaction() as tx:
        return (await serving.in_force(tx, shipped)).version


async def compared(
    web: Web, shipped: str, root: Path, version: str = NEW, after: Mapping[str, float] = MappingProxyType({})
) -> str:
    """A candidate that was measured beside the shipped model; the address of its page."""
    scores = {**BEFORE, **after}
    async with web.database.transaction() as tx:
        model = await keep(tx, SYSTEM, Candidate(version, shipped, root, utterances=9, corrections=12))
        lines = tuple(lines_between(BEFORE, scores))
        found = Comparison(shipped, version, lines, corrected=7).as_json()
        model.figures = {
            "development": Scores(development_data(), scores, {}).as_json(),
            "compared": found | {"labels": await held_back_labels(tx)},
        }
    return f"/learning/models/{version}/promote"


async def test_a_supervisor_puts_a_candidate_to_use_after_seeing_what_changes(
    office: Web, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    shipped = engine.model_version
    address = await compared(office, shipped, tmp_path, after={"top1": 0.842, "lookalike_alarms": 0.05})
    supervisor = await office.sign_in("giamsat")
    assert "Xem và đưa vào dùng" in words_of(await supervisor.get("/learning/models"))
    words = words_of(await supervisor.get(address))
    for seen in ("0,825", "0,842", "+0,017 · tốt hơn", "không được giảm", "như cũ", "+0,010 · kém hơn"):
        assert seen in words
    assert await in_force(office, shipped) == shipped
    done = await supervisor.post(address, data={"against": shipped})
    assert f"Mô hình {NEW} đã vào dùng" in words_of(await supervisor.get(done.headers["location"]))
    assert await in_force(office, shipped) == NEW
    async with office.database.transaction() as tx:
        line = (await staff.audit_log(tx, SYSTEM))[0]
    assert (line.action, line.subject_id, line.who) == ("nlu_promoted", NEW, "Lê Ngọc Bích")
    again = await supervisor.post(address, data={"against": shipped})
    assert again.status_code == 409
    assert "không có gì để đưa vào dùng" in words_of(await supervisor.get(address))


async def test_only_a_supervisor_puts_models_to_use_and_only_from_the_page(
    office: Web, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    address = await compared(office, engine.model_version, tmp_path)
    measure = address.replace("promote", "measure")
    against = {"against": engine.model_version}
    for username in ("tongdai", "dieuphoi", "chieusang", "quantri"):
        browser = await office.sign_in(username)
        answers = [await browser.get(address), await browser.post(address, data=against), await browser.post(measure)]
        assert {answer.status_code for answer in answers} == {403}, username
    assert "Xem và đưa vào dùng" not in words_of(await (await office.sign_in("dieuphoi")).get("/learning/models"))
    forged = await office.sign_in("giamsat", csrf=False)
    assert (await forged.post(address, data=against)).status_code == 403
    assert (await forged.post(BACK, data={"leaving": NEW})).status_code == 403
    assert await in_force(office, engine.model_version) == engine.model_version


@pytest.mark.parametrize("figure", list(GUARDED))
async def test_a_candidate_that_drops_a_guarded_figure_has_no_button_and_is_refused(
    office: Web, engine: EmbeddedEngine, tmp_path: Path, figure: str
) -> None:
    shipped = engine.model_version
    address = await compared(office, shipped, tmp_path, after={figure: BEFORE[figure] - 0.001})
    supervisor = await office.sign_in("giamsat")
    page = await supervisor.get(address)
    assert "Mô hình này không vào dùng được." in words_of(page)
    assert "<button" not in page.text.partition('id="comparison"')[2].partition("</section>")[0]
    refused = await supervisor.post(address, data={"against": shipped})
    assert refused.status_code == 409
    assert "Có số liệu phải giữ bị giảm" in words_of(refused)
    assert await in_force(office, shipped) == shipped


async def test_figures_are_old_once_another_label_is_held_back_to_measure_with(
    office: Web, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    shipped = engine.model_version
    address = await compared(office, shipped, tmp_path)
    dispatcher = await office.actor("dieuphoi")
    while True:  # one ticket in five is held back
        ticket = await proposal(office)
        async with office.database.transaction() as tx:
            (row,) = await repository.proposed(tx, limit=1)
            await reviewing.decide(tx, dispatcher, row.id, accept=True)
        if is_held_back(ticket.id):
            break
    supervisor = await office.sign_in("giamsat")
    assert "Chưa có số liệu mới" in words_of(await supervisor.get(address))
    refused = await supervisor.post(address, data={"against": shipped})
    assert refused.status_code == 409
    assert "Xin đo lại" in words_of(refused)
    assert await in_force(office, shipped) == shipped


async def test_what_was_not_measured_is_measured_by_the_press_of_a_button(
    office: Web, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = shipped_version()
    for version in (shipped, NEW):
        (tmp_path / version).symlink_to(model_folder)
    monkeypatch.setenv("NLU_MODEL_DIR", str(tmp_path))
    office.app.state.engine.shipped = shipped
    address = await compared(office, shipped, tmp_path)
    async with office.database.transaction() as tx:
        await serving.remember_shipped(tx, shipped)
        old, new = [await serving.candidate_of(tx, version) for version in (shipped, NEW)]
        old.figures = new.figures = {"development": new.figures["development"]}
    supervisor = await office.sign_in("giamsat")
    assert "Đo hai mô hình" in words_of(await supervisor.get(address))
    await supervisor.post(address.replace("promote", "measure"))
    assert "Đang đo cạnh mô hình đang dùng" in words_of(await supervisor.get(address))

    async def measured() -> bool:
        return f"Đưa {NEW} vào dùng" in words_of(await supervisor.get(address))

    await eventually(measured, what="the figures are there", timeout_s=120)
    await supervisor.post(address, data={"against": shipped})
    assert await in_force(office, shipped) == NEW


async def test_a_measurement_that_comes_to_nothing_is_said(
    office: Web, engine: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_MODEL_DIR", str(tmp_path))
    address = await compared(office, "of-another-house", tmp_path)
    office.app.state.engine.shipped = "of-another-house"
    async with office.database.transaction() as tx:
        (await serving.candidate_of(tx, NEW)).figures = {}
    supervisor = await office.sign_in("giamsat")
    office.app.state.measuring = Measuring("postgresql://nobody@127.0.0.1:9/nothing")
    await supervisor.post(address.replace("promote", "measure"))

    async def said() -> bool:
        return "Lần đo vừa rồi không xong" in words_of(await supervisor.get(address))

    await eventually(said, what="the failure is said", timeout_s=60)
    assert (await supervisor.get("/learning/models/no-such-model/promote")).status_code == 404


async def test_putting_a_model_to_use_fits_a_telephone_and_has_no_barrier(
    office: Web, engine: EmbeddedEngine, served: str, page: Page, artefacts: Path, tmp_path: Path
) -> None:
    shipped = engine.model_version
    await enter(page, served, "giamsat")
    better = {"top1": 0.842, "intent": 0.913, "lookalike_alarms": 0.031, "coverage": 0.7}
    good = await compared(office, shipped, tmp_path, after=better)
    worse = await compared(
        office, shipped, tmp_path, "candidate002", after={"emergency_recall": 0.941, "top3": 0.951, "precision": 0.94}
    )
    bare = await compared(office, shipped, tmp_path, "candidate003")
    async with office.database.transaction() as tx:
        await serving.remember_shipped(tx, shipped)
        (await serving.candidate_of(tx, shipped)).figures = {"development": {"worst": BEFORE}}
        (await serving.candidate_of(tx, "candidate003")).figures = {}
    pages = {"promote": good, "promote-refused": worse, "promote-unmeasured": bare, "models-choice": "/learning/models"}
    for name, address in pages.items():
        for language in ("vi", "en"):
            await seen(page, f"{served}{address}?lang={language}", artefacts, f"learning-{name}-{language}")
    assert await barriers(page, served, list(pages.values())) == []
    await page.goto(f"{served}{good}?lang=vi")
    await page.get_by_role("button", name=f"Đưa {NEW} vào dùng").click()
    await expect(page.get_by_text(f"Mô hình {NEW} đã vào dùng")).to_be_visible()
    for language in ("en", "vi"):
        await seen(page, f"{served}{BACK}?lang={language}", artefacts, f"learning-rollback-{language}")
    assert await barriers(page, served, [BACK, "/learning/models?done=promoted"]) == []
    await page.goto(f"{served}{BACK}?lang=vi")
    await page.get_by_role("button", name=f"Quay về {shipped}").click()
    await expect(page.get_by_text(f"Đã quay về mô hình {shipped}")).to_be_visible()


async def test_who_puts_a_model_to_use_reads_how_rasa_follows(
    office: Web, engine: EmbeddedEngine, served: str, page: Page, artefacts: Path, tmp_path: Path
) -> None:
    address = tmp_path / "rasa" / "address"
    client = RasaClient(ServerAddress(address.as_uri()), "secret" * 8)
    rasa = RasaEngine(client, ServingEngine(engine), model=lambda: "candidate000")
    office.app.state.engine = rasa
    noon = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    await promoted(office, engine.model_version, tmp_path)
    await enter(page, served, "giamsat")
    for stage in Stage:
        again_at = noon + timedelta(minutes=10) if stage is Stage.FAILED else None
        progress.write(progress.progress_file(address), Progress(stage, "candidate000", noon, again_at))
        for language in ("en", "vi"):
            where = f"{served}/learning/models?lang={language}&done=promoted"
            await seen(page, where, artefacts, f"learning-rasa-{stage}-{language}")
        sentence = await page.locator(".banner").last.inner_text()
        health = await page.request.get(f"{served}/health/ready?lang=vi")
        assert sentence == (await health.json())["rasa"]
        assert "candidate000" in sentence
    rasa.close()


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
    await page.wait_for_load_state()  # the words of a page are there before its keys
    await page.keyboard.press("x")
    await expect(page.get_by_text("Không còn nhãn nào chờ xem")).to_be_visible()


async def seen(page: Page, address: str, artefacts: Path, name: str) -> None:
    """A picture at both widths; nothing is wider than a telephone."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(address)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.screenshot(path=artefacts / f"{name}-{width}.png", full_page=True)
