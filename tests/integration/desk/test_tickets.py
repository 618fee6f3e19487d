"""Tickets on the screens of dispatchers and officers."""

import re
from dataclasses import replace

from contact_center.actors import Actor
from contact_center.bot import ledger
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action, State, Ticket
from nlu.understanding import Ranked
from tests.support.pictures import photo
from tests.support.web import PHONE, Deaf, Web, words_of

LOCAL_PHONE = "0912 345 678"
HTMX = {"HX-Request": "true"}


async def step(web: Web, username: str, ticket: Ticket, action: Action, **fields: object) -> Ticket:
    actor: Actor = await web.actor(username)
    view = await web.view(ticket)
    async with web.database.transaction() as tx:
        return await tickets.act(tx, actor, ticket.id, action, version=view.version, **fields)  # type: ignore[arg-type]


async def unit_named(web: Web, words: str) -> str:
    """The id of a unit as the picker offers it."""
    options = (await (await web.sign_in("dieuphoi")).get("/pick/units", params={"q": words})).text
    found = re.search(r'data-value="([0-9a-f-]{36})"', options)
    assert found is not None
    return found[1]


async def test_the_picker_finds_units_without_accents(web: Web) -> None:
    options = words_of(await (await web.sign_in("dieuphoi")).get("/pick/units?q=chieu sang"))
    assert "Đơn vị quản lý chiếu sáng công cộng" in options
    assert "UBND Phường Mỹ Tho" in words_of(await (await web.sign_in("dieuphoi")).get("/pick/units?q=ủy ban mỹ tho"))
    assert "Không có mục nào khớp" in words_of(await (await web.sign_in("dieuphoi")).get("/pick/units?q=zzzz"))


async def test_a_ticket_nobody_is_responsible_for_is_forwarded(web: Web) -> None:
    ticket = await web.ticket("Rác chất đống", category="KH-00")
    dispatcher = await web.sign_in("dieuphoi")
    assert "Rác chất đống" in words_of(await dispatcher.get("/dispatch"))
    form = {"version": "1", "unit_id": await unit_named(web, "so xay dung")}
    answer = await dispatcher.post(f"/tickets/{ticket.id}/actions/route", data=form, headers=HTMX)
    assert answer.status_code == 204
    assert (await web.view(ticket)).unit_code == "so-xd"
    assert "Rác chất đống" not in words_of(await dispatcher.get("/dispatch/rows"))


async def test_the_machines_guesses_are_shown_with_unit_reason_and_how_sure_it_is(web: Web) -> None:
    ticket = await web.ticket("Đèn đường tắt", category="KH-00")
    heard = replace(
        Deaf().understand("Đèn đường tắt", "web"),
        categories=(Ranked("HT-01", 0.72), Ranked("GT-01", 0.2), Ranked("NU-01", 0.001)),
        keywords=("đèn đường",),
    )
    async with web.database.transaction() as tx:
        await ledger.record(tx, understanding=heard, threshold=0.8, ticket_id=ticket.id)
    page = words_of(await (await web.sign_in("dieuphoi")).get("/dispatch"))
    assert "1 Đơn vị quản lý chiếu sáng công cộng" in page
    assert "72 %" in page
    assert "“đèn đường”" in page
    assert "2 Sở Xây dựng" in page
    assert "0 %" not in page.replace("20 %", "")


async def test_a_suggestion_brings_its_category_along(web: Web) -> None:
    ticket = await web.ticket("Rác chất đống", category="KH-00")
    unit = await unit_named(web, "so xay dung")
    form = {"version": "1", "choice": f"{unit}|GT-01"}
    await (await web.sign_in("dieuphoi")).post(f"/tickets/{ticket.id}/actions/route", data=form)
    view = await web.view(ticket)
    assert (view.unit_code, view.category_code) == ("so-xd", "GT-01")


async def test_a_returned_ticket_tells_the_dispatcher_why_and_where_to(web: Web) -> None:
    ticket = await web.ticket()
    officer = await web.sign_in("chieusang")
    form = {
        "version": "1",
        "reason": "other_unit",
        "unit_id": await unit_named(web, "so xay dung"),
        "text": "Đèn này thuộc công trình đang thi công",
    }
    answer = await officer.post(f"/tickets/{ticket.id}/actions/return", data=form)
    assert answer.headers["location"].startswith("/unit?sent=")
    page = words_of(await (await web.sign_in("dieuphoi")).get("/dispatch"))
    assert "Đơn vị quản lý chiếu sáng công cộng trả lại" in page
    assert "Đèn này thuộc công trình đang thi công" in page
    assert "Đơn vị nói đúng thẩm quyền là: Sở Xây dựng" in page


async def test_a_return_without_a_reason_is_refused(web: Web) -> None:
    ticket = await web.ticket()
    officer = await web.sign_in("chieusang")
    answer = await officer.post(f"/tickets/{ticket.id}/actions/return", data={"version": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Lý do: Xin điền mục này." in words_of(answer)
    assert (await web.view(ticket)).state == State.ROUTED.value


async def test_the_officer_accepts_and_answers_with_a_photo(web: Web) -> None:
    ticket = await web.ticket()
    officer = await web.sign_in("chieusang")
    await officer.post(f"/tickets/{ticket.id}/actions/accept", data={"version": "1"})
    answer = await officer.post(
        f"/tickets/{ticket.id}/actions/resolve",
        data={"version": "2", "text": "Đã thay bóng, đèn sáng lại"},
        files={"photos": ("sau.jpg", photo(), "image/jpeg")},
    )
    assert answer.status_code == 303
    assert (await web.view(ticket)).state == State.RESOLVED.value
    page = await (await web.sign_in("dieuphoi")).get(f"/tickets/{ticket.id}")
    assert "Đã thay bóng, đèn sáng lại" in words_of(page)
    shown = re.search(r'src="(/media/[^"]+)"', page.text)
    assert shown is not None
    assert (await officer.get(shown[1].replace("&amp;", "&"))).headers["content-type"] == "image/jpeg"


async def test_a_photo_that_is_none_changes_nothing(web: Web) -> None:
    ticket = await step(web, "chieusang", await web.ticket(), Action.ACCEPT)
    answer = await (await web.sign_in("chieusang")).post(
        f"/tickets/{ticket.id}/actions/resolve",
        data={"version": "2", "text": "Xong"},
        files={"photos": ("virus.exe", b"MZ not a picture", "image/jpeg")},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert (await web.view(ticket)).state == State.IN_PROGRESS.value


async def test_whoever_was_slower_sees_what_is_there_now(web: Web) -> None:
    ticket = await web.ticket()
    await step(web, "chieusang", ticket, Action.ACCEPT)
    answer = await (await web.sign_in("chieusang")).post(
        f"/tickets/{ticket.id}/actions/accept", data={"version": "1"}, headers=HTMX
    )
    assert answer.status_code == 409
    assert "Phiếu nay ở trạng thái “Đang xử lý”; bước mới nhất: Tiếp nhận." in words_of(answer)
    assert "data-reload" in answer.text


async def test_another_unit_does_not_know_the_ticket_exists(web: Web) -> None:
    ticket = await web.ticket()
    stranger = await web.sign_in("capnuoc")
    for part in ("", "/facts", "/forms"):
        assert (await stranger.get(f"/tickets/{ticket.id}{part}")).status_code == 404
    answer = await stranger.post(f"/tickets/{ticket.id}/actions/accept", data={"version": "1"})
    assert answer.status_code == 404
    assert "Đèn đường" not in words_of(await stranger.get("/unit"))
    assert "Đèn đường" not in words_of(await stranger.get("/tickets"))
    assert "Không có phiếu nào" in words_of(await stranger.get("/tickets", params={"q": ticket.code}))


async def test_the_officer_never_learns_who_reported(web: Web) -> None:
    ticket = await web.ticket(f"Đèn đường tắt, gọi tôi số {LOCAL_PHONE}")
    officer = await web.sign_in("chieusang")
    for page in (f"/tickets/{ticket.id}", "/unit", "/tickets"):
        text = (await officer.get(page)).text
        assert LOCAL_PHONE not in text
        assert PHONE not in text
        assert "Lê Văn Út" not in text
        assert "V. Út" not in text
    assert "Không hiện cho đơn vị xử lý" in words_of(await officer.get(f"/tickets/{ticket.id}"))
    assert (await officer.post(f"/tickets/{ticket.id}/contact")).status_code == 403


async def test_the_hotline_sees_a_masked_number_and_may_ask_for_it(web: Web) -> None:
    ticket = await web.ticket()
    operator = await web.sign_in("tongdai")
    page = await operator.get(f"/tickets/{ticket.id}")
    assert "09•• ••• 678" in words_of(page)
    assert LOCAL_PHONE not in page.text
    assert LOCAL_PHONE in words_of(await operator.post(f"/tickets/{ticket.id}/contact"))


async def test_a_denunciation_is_an_empty_stub(web: Web) -> None:
    ticket = await web.ticket("Ông A nhận hối lộ", case_type="to_cao")
    page = await (await web.sign_in("giamsat")).get(f"/tickets/{ticket.id}")
    assert "Nội dung không được lưu tại đây" in words_of(page)
    assert "Ông A" not in page.text
    assert "/actions/" not in page.text
    assert (await (await web.sign_in("chieusang")).get(f"/tickets/{ticket.id}")).status_code == 404


async def test_only_what_is_allowed_now_is_offered(web: Web) -> None:
    ticket = await web.ticket()
    officer = await web.sign_in("chieusang")
    before = (await officer.get(f"/tickets/{ticket.id}")).text
    assert "/actions/accept" in before
    assert "/actions/resolve" not in before
    await step(web, "chieusang", ticket, Action.ACCEPT)
    after = (await officer.get(f"/tickets/{ticket.id}/forms")).text
    assert "/actions/accept" not in after
    assert "/actions/resolve" in after


async def test_a_code_in_groups_leads_straight_to_its_ticket(web: Web) -> None:
    ticket = await web.ticket()
    asked = " ".join((ticket.code[:3], ticket.code[3:6], ticket.code[6:]))
    answer = await (await web.sign_in("tongdai")).get("/tickets", params={"q": asked})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tickets/{ticket.id}")


async def test_what_is_no_code_is_explained(web: Web) -> None:
    answer = await (await web.sign_in("tongdai")).get("/tickets", params={"q": "12"})
    assert "Mã phiếu gồm chín chữ số" in words_of(answer)


async def test_an_empty_inbox_says_what_will_come(web: Web) -> None:
    page = words_of(await (await web.sign_in("chieusang")).get("/unit"))
    assert "Không có phiếu nào cần làm" in page
    assert "Không có phiếu nào chờ điều phối" in words_of(await (await web.sign_in("dieuphoi")).get("/dispatch"))


async def test_the_pages_speak_english_too(web: Web) -> None:
    ticket = await web.ticket()
    officer = await web.sign_in("chieusang")
    page = await officer.get(f"/tickets/{ticket.id}?lang=en")
    assert "Accept the ticket" in words_of(page)
    assert '<html lang="en">' in page.text
