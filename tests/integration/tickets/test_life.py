"""The life of a ticket on the sample province, as the citizen, the desk and the unit see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError

from contact_center.actors import BOT, SYSTEM
from contact_center.bot import ledger
from contact_center.db import Transaction
from contact_center.errors import Conflict, InvalidInput, NotFound
from contact_center.tickets import service as tickets
from contact_center.tickets.models import TicketEvent
from contact_center.tickets.service import Action, NamedUnitExcluded, TransitionNotAllowed
from contact_center.units import service as units
from nlu.understanding import Ranked, Understanding
from tests.integration.tickets.people import (
    DISPATCHER,
    OPERATOR,
    act,
    at,
    officer_of,
    open_one,
    open_street_light,
    own,
    resolved,
    unit_id,
)

HEARD = Understanding(
    text="",
    intent="bao_su_viec",
    intents=(),
    case_type="phan_anh",
    case_types=(),
    category=None,
    categories=tuple(Ranked(code, 0.3) for code in ("HT-01", "MT-02", "CB-01", "GT-01")),
    abstained=True,
    emergency=False,
    emergency_number=None,
    emergency_ask=False,
    urgency="thuong",
    legal_track="ordinary",
    keywords=("đèn", "tắt"),
)


@contextmanager
def queries(tx: Transaction) -> Iterator[list[str]]:
    """Every statement sent meanwhile."""
    seen: list[str] = []
    engine = tx.session.sync_session.get_bind().engine

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def test_a_report_with_category_and_place_goes_straight_to_its_unit(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await open_street_light(tx)
    assert ticket.state == "routed"
    assert ticket.unit_id == await unit_id(tx, "dv-chieu-sang")
    assert ticket.due_at == ticket.original_due_at == at("2026-11-25 17:00")
    assert [line.action for line in await tickets.events(tx, ticket.id)] == ["open", "route"]


async def test_a_report_nobody_understood_waits_for_the_dispatcher_a_working_day_at_most(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await open_one(tx)
    assert (ticket.state, ticket.unit_id, ticket.category_code) == ("new", None, "KH-00")
    assert ticket.due_at == at("2026-11-23 17:00")


async def test_a_report_without_the_place_its_unit_depends_on_waits_for_the_dispatcher(tx: Transaction) -> None:
    ticket = await open_street_light(tx, commune_code=None, place_candidates=["28261", "28249"])
    assert (ticket.state, ticket.unit_id) == ("new", None)
    assert ticket.place_candidates == ["28261", "28249"]


async def test_a_single_candidate_is_the_place(tx: Transaction) -> None:
    ticket = await open_one(tx, category_code="MT-02", commune_code=None, place_candidates=["28261"])
    assert ticket.commune_code == "28261"
    assert ticket.unit_id == await unit_id(tx, "ubnd-28261")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "  "),
        ("description", "x" * 10_001),
        ("category_code", "ZZ-99"),
        ("case_type", "unknown"),
        ("urgency", "unknown"),
        ("commune_code", "99999"),
        ("latitude", 10.3),
    ],
)
async def test_what_makes_no_sense_is_refused_by_field(tx: Transaction, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        await open_one(tx, **{field: value})
    assert field in refused.value.details


async def test_the_same_key_opens_one_ticket(tx: Transaction) -> None:
    new = tickets.NewTicket(description="Đèn tắt", channel="web")
    first = await tickets.open_ticket(tx, BOT, new, idempotency_key="k")
    again = await tickets.open_ticket(tx, BOT, new, idempotency_key="k")
    assert first.id == again.id
    assert len(await tickets.events(tx, first.id)) == 1


async def test_the_main_path_leads_to_the_citizens_last_word(tx: Transaction) -> None:
    ticket = await resolved(tx, await open_street_light(tx))
    assert (ticket.state, ticket.resolution) == ("resolved", "Đã thay bóng đèn lúc 19 giờ.")
    await tickets.rate(tx, own(ticket), ticket, rating="satisfied")
    assert (ticket.state, ticket.rating) == ("closed", "satisfied")
    assert ticket.closed_at == tx.now
    steps = [line.action for line in await tickets.events(tx, ticket.id)]
    assert steps == ["open", "route", "accept", "resolve", "rate"]


async def test_a_returned_ticket_goes_back_to_the_dispatcher_with_the_unit_it_belongs_to(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    officer = await officer_of(tx, "dv-chieu-sang")
    right_unit = await unit_id(tx, "ubnd-28261")
    await act(tx, officer, ticket, Action.RETURN, text="Đèn do phường lắp", reason="other_unit", unit_id=right_unit)
    assert (ticket.state, ticket.unit_id, ticket.returned_count) == ("returned", None, 1)
    (item,) = [item for item in await tickets.dispatch_list(tx, DISPATCHER) if item.ticket.id == ticket.id]
    assert item.returned is not None
    assert item.returned.text == "Đèn do phường lắp"
    assert item.returned.data["suggested_unit_id"] == str(right_unit)
    with pytest.raises(NotFound):
        await tickets.get_readable(tx, officer, ticket.id)


async def test_the_dispatchers_ruling_stands_after_a_return(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    officer = await officer_of(tx, "dv-chieu-sang")
    await act(tx, officer, ticket, Action.RETURN, text="Không phải của chúng tôi", reason="unknown_unit")
    await act(tx, DISPATCHER, ticket, Action.ROUTE, unit_id=officer.unit_id)
    assert Action.RETURN not in tickets.allowed_actions(ticket, officer, tx.now)
    with pytest.raises(TransitionNotAllowed):
        await act(tx, officer, ticket, Action.RETURN, text="Vẫn không", reason="unknown_unit")
    another = await officer_of(tx, "ubnd-28261")
    await act(tx, DISPATCHER, ticket, Action.REROUTE, unit_id=another.unit_id)
    await act(tx, another, ticket, Action.RETURN, text="Không phải", reason="unknown_unit")


async def test_rerouting_does_not_move_what_the_citizen_was_promised(tx: Transaction) -> None:
    tx.now = at("2026-11-23 08:00")
    ticket = await open_street_light(tx)
    promised = ticket.due_at
    tx.now = at("2026-11-23 15:00")
    await act(tx, DISPATCHER, ticket, Action.REROUTE, unit_id=await unit_id(tx, "ubnd-28261"))
    assert ticket.due_at == ticket.original_due_at == promised


async def test_a_refusal_says_why_and_can_be_contested(tx: Transaction) -> None:
    ticket = await open_one(tx)
    with pytest.raises(InvalidInput):
        await act(tx, DISPATCHER, ticket, Action.REFUSE, text=" ")
    await act(tx, DISPATCHER, ticket, Action.REFUSE, text="Việc này thuộc tỉnh khác.")
    seen = await tickets.public_view(tx, ticket)
    assert (seen.state, seen.events[-1].text) == ("refused", "Việc này thuộc tỉnh khác.")
    await act(tx, own(ticket), ticket, Action.REOPEN, text="Chỗ này thuộc Đồng Tháp mà")
    assert ticket.state == "new"


async def test_an_unhappy_citizen_reopens_with_a_new_deadline_and_the_first_is_kept(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await resolved(tx, await open_street_light(tx))
    first_promise = ticket.due_at
    await tickets.rate(tx, own(ticket), ticket, rating="unsatisfied", text="Tối vẫn tắt")
    tx.now = at("2026-12-01 07:00")
    await act(tx, own(ticket), ticket, Action.REOPEN, text="Đèn lại tắt")
    assert (ticket.state, ticket.rating, ticket.resolution, ticket.reopened_count) == ("routed", None, None, 1)
    assert ticket.unit_id == await unit_id(tx, "dv-chieu-sang")
    assert ticket.due_at == at("2026-12-02 17:00")
    assert ticket.original_due_at == first_promise
    kept = (await tickets.events(tx, ticket.id, actor=DISPATCHER))[-1].data["earlier"]
    assert kept == {"resolution": "Đã thay bóng đèn lúc 19 giờ.", "rating": "unsatisfied"}


async def test_who_acts_on_an_old_picture_is_told_what_is_there_now(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    officer = await officer_of(tx, "dv-chieu-sang")
    await act(tx, officer, ticket, Action.ACCEPT)
    with pytest.raises(Conflict) as refused:
        await tickets.act(tx, DISPATCHER, ticket.id, Action.REROUTE, version=1, unit_id=await unit_id(tx, "ubnd-28261"))
    there = refused.value.details
    assert (there["version"], there["state"], there["last_action"], there["last_by"]) == (
        2,
        "in_progress",
        "accept",
        "officer",
    )


async def test_saying_what_it_really_is_gives_it_its_own_promise(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await open_one(tx)
    tx.now = at("2026-11-23 10:30")
    await act(tx, DISPATCHER, ticket, Action.ROUTE, unit_id=await unit_id(tx, "dv-chieu-sang"), category_code="HT-01")
    assert (ticket.state, ticket.category_code) == ("routed", "HT-01")
    assert ticket.due_at == ticket.original_due_at == at("2026-11-26 10:30")
    steps = [line.action for line in await tickets.events(tx, ticket.id, actor=DISPATCHER)]
    assert steps == ["open", "correct_category", "route"]


async def test_correcting_a_known_category_keeps_the_first_promise_on_record(tx: Transaction) -> None:
    tx.now = at("2026-11-23 07:00")
    ticket = await open_street_light(tx)
    await tickets.correct_category(
        tx, OPERATOR, ticket.id, version=1, category_code="HT-03", reason="Là nắp cống, không phải đèn"
    )
    assert ticket.original_due_at == at("2026-11-25 17:00")
    assert ticket.due_at == at("2026-11-23 11:00")


async def test_a_complaint_is_never_sent_to_the_unit_it_is_about(tx: Transaction) -> None:
    told = "Cán bộ một cửa UBND phường Mỹ Tho và Sở Nội vụ hách dịch với dân"
    ticket = await open_one(tx, category_code="CB-01", description=told)
    assert ticket.unit_id == await unit_id(tx, "vp-ubnd")
    for code in ("ubnd-28261", "ca-28261", "so-noivu"):
        with pytest.raises(NamedUnitExcluded):
            await act(tx, DISPATCHER, ticket, Action.REROUTE, unit_id=await unit_id(tx, code))


async def test_a_dispatcher_who_finds_out_where_it_is_sees_whose_matter_it_is(tx: Transaction) -> None:
    ticket = await open_one(tx, commune_code=None, place_text="", place_candidates=["28261", "28273"])
    await ledger.record(tx, understanding=HEARD, threshold=0.5, ticket_id=ticket.id)
    await tx.session.flush()
    before = await tickets.suggestions(tx, ticket)
    assert "needs_place" in [guess.routed.reason.value for guess in before]
    await act(tx, DISPATCHER, ticket, Action.CORRECT_PLACE, commune_code="28261", text="đầu hẻm 12 Ấp Bắc")
    assert (ticket.commune_code, ticket.place_text, ticket.place_candidates) == ("28261", "đầu hẻm 12 Ấp Bắc", [])
    assert ticket.state == "new", "who gets it stays the dispatcher's next step"
    after = await tickets.suggestions(tx, ticket)
    assert "ubnd-28261" in [guess.routed.unit.code for guess in after if guess.routed.unit]
    with pytest.raises(InvalidInput):
        await act(tx, DISPATCHER, ticket, Action.CORRECT_PLACE, commune_code="99999")


async def test_information_is_added_without_competing_with_anybody(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    await tickets.add_information(tx, own(ticket), ticket.id, "Tắt cả hai bóng đầu hẻm")
    await tickets.add_information(tx, OPERATOR, ticket.id, "Người dân gọi thêm lần nữa")
    assert (ticket.version, ticket.state) == (3, "routed")


async def test_a_citizen_takes_a_report_back(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    await act(tx, own(ticket), ticket, Action.WITHDRAW)
    assert (ticket.state, ticket.closed_at) == ("withdrawn", tx.now)


async def test_history_counts_without_gaps_and_points_at_every_change(tx: Transaction) -> None:
    ticket = await resolved(tx, await open_street_light(tx))
    rows = list(await tx.session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)))
    assert sorted(row.seq for row in rows) == list(range(1, ticket.last_event_seq + 1))


async def test_the_dispatcher_sees_the_machines_three_best_with_unit_and_reason(tx: Transaction) -> None:
    ticket = await open_one(tx)
    await ledger.record(tx, understanding=HEARD, threshold=0.5, ticket_id=ticket.id)
    await tx.session.flush()
    guesses = await tickets.suggestions(tx, ticket)
    names = [guess.routed.unit.code if guess.routed.unit else None for guess in guesses]
    assert names == ["dv-chieu-sang", "ubnd-28261", "so-noivu"]
    assert [guess.routed.reason.value for guess in guesses] == ["province", "commune", "province"]
    assert guesses[0].words == "đèn, tắt"
    await tickets.correct_category(tx, DISPATCHER, ticket.id, version=1, category_code="HT-01", reason="đèn")
    assert (await ledger.top3(tx, ticket.id))[0].code == "HT-01"


async def test_a_unit_that_sent_it_back_is_not_proposed_first_again(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    await ledger.record(tx, understanding=HEARD, threshold=0.5, ticket_id=ticket.id)
    officer = await officer_of(tx, "dv-chieu-sang")
    await act(tx, officer, ticket, Action.RETURN, text="Không phải của chúng tôi", reason="unknown_unit")
    names = [guess.routed.unit.code for guess in await tickets.suggestions(tx, ticket) if guess.routed.unit]
    assert names == ["ubnd-28261", "so-noivu", "dv-chieu-sang"]


@pytest.mark.parametrize(
    "values",
    [
        {"sealed": True},
        {"state": "routed", "unit_id": None},
        {"state": "somewhere"},
        {"rating": "great"},
    ],
)
async def test_the_database_itself_refuses_what_must_never_be(tx: Transaction, values: dict[str, Any]) -> None:
    ticket = await open_one(tx)
    await tx.session.flush()
    with pytest.raises(IntegrityError):
        async with tx.session.begin_nested():
            await tx.session.execute(update(tickets.Ticket).where(tickets.Ticket.id == ticket.id).values(**values))


async def test_a_photo_of_the_result_is_shown_to_the_citizen(tx: Transaction) -> None:
    from contact_center.media import service as media
    from contact_center.media.models import MediaFile

    photo = MediaFile(state="stored", audience="citizen", available_at=tx.now, created_at=tx.now, attempts=0)
    tx.session.add(photo)
    await tx.session.flush()
    ticket = await open_street_light(tx)
    officer = await officer_of(tx, "dv-chieu-sang")
    await act(tx, officer, ticket, Action.ACCEPT)
    await act(tx, officer, ticket, Action.RESOLVE, text="Đã thay", media_ids=[photo.id])
    shown = await media.of_ticket(tx, ticket.id, audiences=["result"])
    assert [item.id for item in shown] == [photo.id]


async def test_the_system_cannot_be_spoken_for_by_staff(tx: Transaction) -> None:
    ticket = await resolved(tx, await open_street_light(tx))
    assert Action.CLOSE in tickets.allowed_actions(ticket, SYSTEM, tx.now)
    assert Action.CLOSE not in tickets.allowed_actions(ticket, DISPATCHER, tx.now)


async def test_a_point_on_the_map_is_in_the_nearest_commune_or_outside_the_province(tx: Transaction) -> None:
    near = await units.nearest_commune(tx, 10.351, 106.374)
    assert near is not None
    assert near.full_name == "Phường Mỹ Tho"
    assert await units.nearest_commune(tx, 21.03, 105.85) is None


async def test_a_list_costs_the_same_queries_however_long_it_is(tx: Transaction) -> None:
    counted = []
    for _ in range(2):
        for _ in range(4):
            ticket = await open_one(tx)
            await ledger.record(tx, understanding=HEARD, threshold=0.5, ticket_id=ticket.id)
        await tx.session.flush()
        with queries(tx) as seen:
            listed = await tickets.dispatch_list(tx, DISPATCHER)
        assert len(listed) >= 4
        counted.append(len(seen))
    assert counted[1] <= counted[0] <= 10


async def test_a_unit_that_no_longer_exists_gets_nothing(tx: Transaction) -> None:
    ticket = await open_one(tx)
    merged = await units.unit_by_code(tx, "dv-cay-xanh")
    merged.valid_to = merged.valid_from
    await tx.session.flush()
    with pytest.raises(InvalidInput):
        await act(tx, DISPATCHER, ticket, Action.ROUTE, unit_id=merged.id)
    assert (await open_one(tx, category_code="HT-04")).unit_id is None


async def test_forwarding_to_a_communes_office_settles_the_place(tx: Transaction) -> None:
    ticket = await open_one(tx, commune_code=None, category_code="MT-02")
    await act(tx, DISPATCHER, ticket, Action.ROUTE, unit_id=await unit_id(tx, "ubnd-28261"))
    assert ticket.commune_code == "28261"
