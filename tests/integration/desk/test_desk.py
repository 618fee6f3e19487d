"""The agent's desk: who waits, who answers, what is said, and what is not shown."""

import re
import uuid

from sqlalchemy import func, select

from contact_center.conversations import service as conversations
from contact_center.conversations.models import OutboxMessage
from contact_center.staff.models import AuditEntry
from contact_center.tickets.models import Ticket
from tests.support.web import PHONE, Web, words_of

LOCAL_PHONE = "0912 345 678"


async def test_whoever_waits_is_on_the_list_with_the_reason(web: Web) -> None:
    await web.waiting("cho tôi gặp người", reason="failures")
    desk = words_of(await (await web.sign_in("tongdai")).get("/desk"))
    assert "Đang chờ 1" in desk
    assert "Máy không hiểu ba lần" in desk
    assert "cho tôi gặp người" in desk


async def test_a_reason_of_tomorrow_still_has_words(web: Web) -> None:
    await web.waiting(reason="reason_nobody_knows_yet")
    assert "Cần người trả lời" in words_of(await (await web.sign_in("tongdai")).get("/desk"))


async def test_an_empty_desk_says_so(web: Web) -> None:
    desk = words_of(await (await web.sign_in("tongdai")).get("/desk"))
    assert "Không ai đang chờ" in desk
    assert "Không có ai chờ gọi lại" in desk


async def test_the_first_to_take_has_it_and_the_second_is_told(web: Web) -> None:
    waiting = await web.waiting()
    first, second = await web.sign_in("tongdai"), await web.sign_in("dieuphoi")
    assert (await first.post(f"/desk/{waiting.id}/take")).status_code == 303
    answer = await second.post(f"/desk/{waiting.id}/take", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Đồng nghiệp khác đã nhận" in words_of(answer)
    assert answer.headers["hx-retarget"] == "#notice"
    assert "Tôi đang trả lời" in words_of(await first.get(f"/desk/{waiting.id}"))
    assert "Nguyễn Thị Thu Hà đang trả lời" in words_of(await second.get(f"/desk/{waiting.id}"))


async def test_a_reply_pressed_twice_leaves_once(web: Web) -> None:
    waiting = await web.waiting()
    agent = await web.sign_in("tongdai")
    await agent.post(f"/desk/{waiting.id}/take")
    form = {"text": "Dạ, em nghe anh/chị.", "mode": "reply", "client_id": str(uuid.uuid4())}
    for _ in range(3):
        assert (await agent.post(f"/desk/{waiting.id}/say", data=form)).status_code == 303
    async with web.database.transaction() as tx:
        leaving = await tx.session.scalar(select(func.count()).select_from(OutboxMessage))
    assert leaving == 1


async def test_only_whoever_took_it_replies(web: Web) -> None:
    waiting = await web.waiting()
    answer = await (await web.sign_in("tongdai")).post(f"/desk/{waiting.id}/say", data={"text": "Dạ"})
    assert answer.status_code == 403
    assert "chưa nhận hội thoại này" in words_of(answer)


async def test_an_internal_note_is_marked_and_never_leaves(web: Web) -> None:
    waiting = await web.waiting()
    agent = await web.sign_in("tongdai")
    await agent.post(f"/desk/{waiting.id}/say", data={"text": "Gọi lại sau 5 giờ", "mode": "note"})
    page = await agent.get(f"/desk/{waiting.id}/messages")
    assert re.search(r'class="message note".*Gọi lại sau 5 giờ', page.text, re.DOTALL)
    async with web.database.transaction() as tx:
        assert not (await tx.session.scalars(select(OutboxMessage))).all()
        said = await conversations.messages(tx, waiting.id)
    assert "Gọi lại sau 5 giờ" not in {message.text for message in said}


async def test_given_back_to_the_bot_it_leaves_my_list(web: Web) -> None:
    waiting = await web.waiting()
    agent = await web.sign_in("tongdai")
    await agent.post(f"/desk/{waiting.id}/take")
    assert "Của tôi 1" in words_of(await agent.get("/desk/queue"))
    await agent.post(f"/desk/{waiting.id}/release")
    assert "Của tôi 0" in words_of(await agent.get("/desk/queue"))
    assert "Máy đang trả lời" in words_of(await agent.get(f"/desk/{waiting.id}"))


async def test_a_phone_number_is_masked_until_somebody_asks_and_that_is_written_down(web: Web) -> None:
    waiting = await web.waiting()
    agent = await web.sign_in("tongdai")
    page = await agent.get(f"/desk/{waiting.id}")
    listed = page.text.replace(f'value="{LOCAL_PHONE}"', "")
    assert PHONE not in listed
    assert LOCAL_PHONE not in listed
    assert "09•• ••• 678" in words_of(page)
    assert LOCAL_PHONE in words_of(await agent.post(f"/desk/{waiting.id}/phones"))
    async with web.database.transaction() as tx:
        looks = (await tx.session.scalars(select(AuditEntry).where(AuditEntry.action == "phone_revealed"))).all()
    assert [look.subject_id for look in looks] == [str(waiting.id)]


async def test_a_promised_call_is_taken_by_one_and_finished(web: Web) -> None:
    waiting = await web.waiting()
    async with web.database.transaction() as tx:
        held = await conversations.get_readable(tx, await web.actor("tongdai"), waiting.id)
        promise = await conversations.request_callback(tx, held, phone=PHONE, reason="no_agent")
    agent, other = await web.sign_in("tongdai"), await web.sign_in("giamsat")
    assert "Gọi lại 1" in words_of(await agent.get("/desk/queue"))
    await agent.post(f"/desk/callbacks/{promise.id}/take")
    assert LOCAL_PHONE in words_of(await agent.get("/desk/queue"))
    theirs = words_of(await other.get("/desk/queue"))
    assert LOCAL_PHONE not in theirs
    assert "Nguyễn Thị Thu Hà đang gọi" in theirs
    assert (await other.post(f"/desk/callbacks/{promise.id}/take")).status_code == 409
    await agent.post(f"/desk/callbacks/{promise.id}/finish", data={"reached": "true"})
    assert "Gọi lại 0" in words_of(await agent.get("/desk/queue"))


async def test_a_ticket_opened_twice_by_one_form_is_one_ticket(web: Web) -> None:
    waiting = await web.waiting("đèn đường hẻm 45 tắt ba đêm")
    agent = await web.sign_in("tongdai")
    form = {
        "key": str(uuid.uuid4()),
        "description": "Đèn đường hẻm 45 tắt ba đêm",
        "category_code": "HT-01",
        "place_text": "hẻm 45",
        "commune_code": "28261",
    }
    answers = [await agent.post(f"/desk/{waiting.id}/ticket", data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    async with web.database.transaction() as tx:
        opened = (await tx.session.scalars(select(Ticket))).all()
    assert [(ticket.category_code, ticket.conversation_id) for ticket in opened] == [("HT-01", waiting.id)]
    page = words_of(await agent.get(answers[0].headers["location"]))
    assert f"Đã lập phiếu {opened[0].code[:3]}" in page
    assert "Đơn vị quản lý chiếu sáng" in page


async def test_a_ticket_without_words_is_refused_and_says_what_is_missing(web: Web) -> None:
    waiting = await web.waiting()
    agent = await web.sign_in("tongdai")
    form = {"key": str(uuid.uuid4()), "description": " "}
    answer = await agent.post(f"/desk/{waiting.id}/ticket", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Nội dung: Xin điền mục này." in words_of(answer)


async def test_the_form_starts_with_the_citizens_own_words(web: Web) -> None:
    waiting = await web.waiting("đèn đường hẻm 45 tắt ba đêm")
    page = await (await web.sign_in("tongdai")).get(f"/desk/{waiting.id}")
    assert re.search(r'<textarea id="ticket-description"[^>]*>đèn đường hẻm 45 tắt ba đêm</textarea>', page.text)


async def test_what_citizens_write_is_text_and_nothing_else(web: Web) -> None:
    waiting = await web.waiting("<script>alert(1)</script><img src=x onerror=alert(1)>")
    page = (await (await web.sign_in("tongdai")).get(f"/desk/{waiting.id}")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


async def test_officers_and_administrators_do_not_read_conversations(web: Web) -> None:
    waiting = await web.waiting()
    for username in ("chieusang", "quantri"):
        browser = await web.sign_in(username)
        for part in ("", "/messages", "/side", "/head"):
            assert (await browser.get(f"/desk/{waiting.id}{part}")).status_code == 403
        assert (await browser.post(f"/desk/{waiting.id}/take")).status_code == 403


async def test_a_conversation_nobody_has_is_not_found(web: Web) -> None:
    browser = await web.sign_in("tongdai")
    assert (await browser.get(f"/desk/{uuid.uuid4()}")).status_code == 404


async def test_presence_is_kept_and_comes_back_with_the_desk(web: Web) -> None:
    agent = await web.sign_in("tongdai")
    assert re.search(r'value="away" selected', (await agent.get("/desk")).text)
    await agent.post("/presence", data={"state": "ready"})
    assert re.search(r'value="ready" selected', (await agent.get("/desk")).text)
    assert (await agent.post("/presence/heartbeat")).status_code == 204
    assert (await agent.post("/presence", data={"state": "asleep"})).status_code == 422
