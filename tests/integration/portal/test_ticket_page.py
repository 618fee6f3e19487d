"""The citizen follows a ticket, and has the last word."""

import re

from contact_center.tickets import service as tickets
from tests.integration.portal.conftest import Portal, words_of
from tests.integration.tickets.people import DISPATCHER, resolved
from tests.support.pictures import photo

PHONE = "0912 345 678"


async def done(portal: Portal, address: str) -> None:
    async with portal.database.transaction() as tx:
        ticket = await tickets.by_link(tx, address.rsplit("/", 1)[1])
        assert ticket is not None
        await resolved(tx, ticket)


async def test_code_and_last_digits_lead_to_the_ticket(portal: Portal) -> None:
    address = await portal.sent(phone=PHONE)
    code = (await portal.ticket(address)).code
    spaced = f"{code[:3]} {code[3:6]}-{code[6:]}"
    answer = await portal.client.post("/tra-cuu", data={"code": spaced, "digits": "5678"})
    assert answer.headers["location"] == address


async def test_a_ticket_left_without_a_phone_needs_only_its_code(portal: Portal) -> None:
    address = await portal.sent()
    answer = await portal.client.post("/tra-cuu", data={"code": (await portal.ticket(address)).code})
    assert answer.headers["location"] == address


async def test_a_wrong_number_and_a_wrong_code_look_alike(portal: Portal) -> None:
    code = (await portal.ticket(await portal.sent(phone=PHONE))).code
    wrong_digits = await portal.client.post("/tra-cuu", data={"code": code, "digits": "0000"})
    wrong_code = await portal.client.post("/tra-cuu", data={"code": "100000001", "digits": "0000"})
    assert wrong_digits.status_code == wrong_code.status_code == 422
    assert words_of(wrong_digits).replace(code, "") == words_of(wrong_code).replace("100000001", "")


async def test_guessing_digits_is_stopped(portal: Portal) -> None:
    code = (await portal.ticket(await portal.sent(phone=PHONE))).code
    statuses = [
        (await portal.client.post("/tra-cuu", data={"code": code, "digits": f"{number:04}"})).status_code
        for number in range(8)
    ]
    assert statuses[-1] == 429
    right = await portal.client.post("/tra-cuu", data={"code": code, "digits": "5678"})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


async def test_the_photo_of_a_report_is_shown_with_the_link_only(portal: Portal) -> None:
    address = await portal.sent(with_photo=True)
    page = (await portal.client.get(address)).text
    shown = re.search(r'<img src="(/media/[0-9a-f-]{36})\?link=([^"&]+)', page)
    assert shown is not None
    assert (await portal.client.get(f"{shown[1]}?link={shown[2]}")).headers["content-type"] == "image/jpeg"
    assert (await portal.client.get(shown[1])).status_code == 404
    assert (await portal.client.get(f"{shown[1]}?link=somebody")).status_code == 404


async def test_a_link_nobody_has_is_not_found(portal: Portal) -> None:
    for path in ("/p/nobodyhasit", "/p/nobodyhasit/tinh-hinh"):
        assert (await portal.client.get(path)).status_code == 404


async def test_the_news_is_the_part_of_the_page_that_changes(portal: Portal) -> None:
    address = await portal.sent()
    before = await portal.client.get(f"{address}/tinh-hinh")
    await done(portal, address)
    after = await portal.client.get(f"{address}/tinh-hinh")
    assert "<form" not in after.text
    assert 'data-state="routed"' in before.text
    assert 'data-state="resolved"' in after.text


async def test_unhappy_then_reopened_with_a_reason_and_a_photo(portal: Portal) -> None:
    address = await portal.sent()
    assert 'name="rating"' not in (await portal.client.get(address)).text
    await done(portal, address)
    assert 'name="rating"' in (await portal.client.get(address)).text
    rated = await portal.client.post(f"{address}/danh-gia", data={"rating": "unsatisfied", "text": "vẫn tối"})
    assert rated.status_code == 303
    page = await portal.client.get(address)
    assert "Chưa hài lòng" in words_of(page)
    reopened = await portal.client.post(
        f"{address}/mo-lai",
        data={"text": "Đèn chỉ sáng một đêm"},
        files={"photo": ("toi.jpg", photo(colour="black"), "image/jpeg")},
    )
    assert reopened.status_code == 303
    ticket = await portal.ticket(address)
    assert (ticket.state, ticket.reopened_count) == ("routed", 1)
    assert "Đèn chỉ sáng một đêm" in words_of(await portal.client.get(address))


async def test_no_face_chosen_is_told_and_keeps_the_words(portal: Portal) -> None:
    address = await portal.sent()
    await done(portal, address)
    answer = await portal.client.post(f"{address}/danh-gia", data={"text": "cũng được"})
    assert answer.status_code == 422
    assert "Anh/chị chọn một mức đánh giá" in words_of(answer)
    assert ">cũng được</textarea>" in answer.text


async def test_a_bad_photo_costs_no_words_when_adding(portal: Portal) -> None:
    address = await portal.sent()
    answer = await portal.client.post(
        f"{address}/bo-sung", data={"text": "Gần trụ số 7"}, files={"photo": ("a.jpg", b"none", "image/jpeg")}
    )
    assert answer.status_code == 422
    assert ">Gần trụ số 7</textarea>" in answer.text
    assert (await portal.client.post(f"{address}/bo-sung", data={"text": "Gần trụ số 7"})).status_code == 303
    async with portal.database.transaction() as tx:
        events = await tickets.events(tx, (await portal.ticket(address)).id, public_only=True)
    assert [event.text for event in events if event.action == "add_information"] == ["Gần trụ số 7"]


async def test_a_second_rating_is_refused_in_words(portal: Portal) -> None:
    address = await portal.sent()
    await done(portal, address)
    await portal.client.post(f"{address}/danh-gia", data={"rating": "satisfied"})
    again = await portal.client.post(f"{address}/danh-gia", data={"rating": "unsatisfied"})
    assert again.status_code == 409
    assert (await portal.ticket(address)).rating == "satisfied"


async def test_what_staff_say_among_themselves_is_not_on_the_page(portal: Portal) -> None:
    address = await portal.sent()
    ticket = await portal.ticket(address)
    async with portal.database.transaction() as tx:
        await tickets.act(
            tx, DISPATCHER, ticket.id, tickets.Action.NOTE, version=ticket.version, text="người này hay gọi"
        )
    assert "hay gọi" not in (await portal.client.get(address)).text
