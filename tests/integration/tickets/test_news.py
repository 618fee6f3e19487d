"""What the citizen is told, once, on the channel they came by; and what happens by itself."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contact_center.citizens import service as citizens
from contact_center.conversations.models import InboxEvent
from contact_center.db import Transaction
from contact_center.tickets import service as tickets
from contact_center.tickets.models import Ticket
from contact_center.tickets.service import Action
from contact_center.tickets.sweeps import sweep
from tests.integration.tickets.people import (
    DISPATCHER,
    OPERATOR,
    PHONE,
    act,
    at,
    conversation,
    open_one,
    open_street_light,
    own,
    resolved,
    unit_id,
)


async def news(tx: Transaction, channel: str) -> list[InboxEvent]:
    await tx.session.flush()
    rows = await tx.session.scalars(
        select(InboxEvent)
        .where(InboxEvent.kind == "notice", InboxEvent.channel == channel, InboxEvent.thread.contains(PHONE))
        .order_by(InboxEvent.seq)
    )
    return list(rows)


async def ticket_from(tx: Transaction, channel: str, **changes: Any) -> Ticket:
    talk = await conversation(tx, channel)
    given: dict[str, Any] = {"channel": channel, "conversation_id": talk.id, "citizen_id": talk.citizen_id}
    return await open_street_light(tx, **(given | changes))


async def test_what_the_bot_says_in_its_next_words_is_not_said_twice(tx: Transaction) -> None:
    await ticket_from(tx, "sms")
    assert await news(tx, "sms") == []


async def test_a_caller_gets_code_unit_and_date_as_sms(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await ticket_from(tx, "voice")
    (notice,) = await news(tx, "sms")
    assert notice.payload["text"] == (
        f"1022: Phieu {ticket.code} da chuyen Chieu sang cong cong, hen truoc 17h00 25/11. "
        f"http://127.0.0.1:8022/p/{ticket.link_token}"
    )


async def test_the_result_is_told_with_the_question_whether_it_is_really_done(tx: Transaction) -> None:
    ticket = await resolved(tx, await ticket_from(tx, "zalo"))
    (notice,) = await news(tx, "zalo")
    assert "Đã thay bóng đèn lúc 19 giờ." in notice.payload["text"]
    assert [button["title"] for button in notice.payload["buttons"]] == ["Hài lòng", "Chấp nhận", "Chưa hài lòng"]
    assert notice.payload["buttons"][2]["payload"] == f"rate:{ticket.id}:unsatisfied"


async def test_each_step_that_matters_is_told_and_no_other(tx: Transaction) -> None:
    ticket = await ticket_from(tx, "sms", category_code="KH-00")
    await act(tx, DISPATCHER, ticket, Action.NOTE, text="xem lại")
    await act(tx, DISPATCHER, ticket, Action.ROUTE, unit_id=await unit_id(tx, "so-xd"), category_code="GT-01")
    await act(tx, DISPATCHER, ticket, Action.REROUTE, unit_id=await unit_id(tx, "ubnd-28261"))
    await resolved(tx, ticket)
    await tickets.rate(tx, own(ticket), ticket, rating="unsatisfied")
    await act(tx, own(ticket), ticket, Action.REOPEN, text="Chưa xong")
    kinds = [notice.payload["data"]["ticket"]["notice"] for notice in await news(tx, "sms")]
    assert kinds == ["routed", "moved", "resolved", "reopened"]
    for notice in await news(tx, "sms"):
        assert len(notice.payload["text"]) <= 160
        assert notice.payload["text"].isascii()


async def test_a_refusal_reaches_the_citizen_with_its_reason(tx: Transaction) -> None:
    ticket = await ticket_from(tx, "zalo", category_code="KH-00")
    await act(tx, DISPATCHER, ticket, Action.REFUSE, text="Việc này thuộc tỉnh Vĩnh Long.")
    (notice,) = await news(tx, "zalo")
    assert "Việc này thuộc tỉnh Vĩnh Long." in notice.payload["text"]


async def test_a_ticket_an_operator_opens_is_told_to_the_citizen(tx: Transaction) -> None:
    talk = await conversation(tx, "zalo")
    await open_one(tx, OPERATOR, channel="zalo", conversation_id=talk.id, citizen_id=talk.citizen_id)
    (notice,) = await news(tx, "zalo")
    assert notice.payload["data"]["ticket"]["notice"] == "opened"


async def test_a_report_by_the_form_is_told_by_sms_to_the_number_that_was_left(tx: Transaction) -> None:
    ticket = await resolved(tx, await open_street_light(tx))
    notice = (await news(tx, "sms"))[-1]
    assert notice.thread == "sms:+84912345678"
    assert ticket.link_token in notice.payload["text"]


async def test_a_report_that_left_no_number_is_followed_by_its_link_only(tx: Transaction) -> None:
    await resolved(tx, await open_street_light(tx, contact_phone=None))
    assert await news(tx, "sms") == []


async def test_screens_that_look_at_the_ticket_are_rung(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    lost = ticket.unit_id
    tx.rings.clear()
    await act(tx, DISPATCHER, ticket, Action.REROUTE, unit_id=await unit_id(tx, "ubnd-28261"))
    scopes = {ring.scope for ring in tx.rings}
    assert scopes == {"dispatch", f"ticket:{ticket.id}", f"unit:{ticket.unit_id}", f"unit:{lost}"}


async def test_a_citizen_is_addressed_as_they_speak_of_themselves(tx: Transaction) -> None:
    ticket = await ticket_from(tx, "zalo")
    assert ticket.citizen_id is not None
    await citizens.remember(tx, ticket.citizen_id, honorific="bác")
    await resolved(tx, ticket)
    (notice,) = await news(tx, "zalo")
    assert "Bác thấy việc này đã xong thật chưa ạ?" in notice.payload["text"]
    assert "anh/chị" not in notice.payload["text"].lower()


# --- by itself ----------------------------------------------------------------------------------------------------


async def test_a_deadline_that_passes_is_noted_once_for_each_promise(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await open_street_light(tx)
    tx.now = at("2026-11-25 17:00")
    assert await sweep(tx) == 0
    tx.now += timedelta(seconds=1)
    assert await sweep(tx) == 1
    assert await sweep(tx) == 0
    assert ticket.overdue_at == tx.now
    assert (await tickets.staff_view(tx, DISPATCHER, ticket)).overdue
    await resolved(tx, ticket)
    await act(tx, own(ticket), ticket, Action.REOPEN, text="Chưa xong")
    tx.now += timedelta(days=10)
    assert await sweep(tx) == 1


async def test_silence_closes_after_seven_days_and_is_never_satisfaction(tx: Transaction) -> None:
    tx.now = at("2026-11-23 08:00")
    ticket = await resolved(tx, await open_street_light(tx))
    tx.now += timedelta(days=7)
    assert await sweep(tx) == 0
    tx.now += timedelta(seconds=1)
    assert await sweep(tx) == 1
    assert (ticket.state, ticket.rating) == ("closed", None)
    assert (await tickets.public_view(tx, ticket)).no_response
    last = (await tickets.events(tx, ticket.id, actor=DISPATCHER))[-1]
    assert (last.action, last.reason, last.actor_kind) == ("close", "no_response", "system")
    await tickets.rate(tx, own(ticket), ticket, rating="accepted")
    assert ticket.rating == "accepted"


@pytest.mark.parametrize("action", [Action.WITHDRAW])
async def test_an_ended_ticket_is_never_overdue(tx: Transaction, action: Action) -> None:
    tx.now = at("2026-11-23 08:00")
    ticket = await open_street_light(tx)
    await act(tx, own(ticket), ticket, action)
    tx.now += timedelta(days=30)
    assert await sweep(tx) == 0
    assert not (await tickets.staff_view(tx, DISPATCHER, ticket)).overdue
