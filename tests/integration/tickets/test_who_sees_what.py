"""Permissions are in the query: nobody fetches what is not theirs, by any door."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contact_center.actors import Actor, Role, citizen
from contact_center.db import Transaction
from contact_center.errors import NotAllowed, NotFound
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.staff.models import AuditEntry
from contact_center.tickets import service as tickets
from contact_center.tickets.models import Ticket
from contact_center.tickets.service import Action
from tests.integration.tickets.people import (
    ADMINISTRATOR,
    DISPATCHER,
    OPERATOR,
    PHONE,
    SUPERVISOR,
    act,
    conversation,
    officer_of,
    open_street_light,
    own,
    resolved,
)
from tests.support import pictures

TOLD = "Đèn tắt, gọi tôi 0912.345.678, CCCD 082123456789"


async def test_an_officer_reads_only_what_their_unit_holds(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    ours, theirs = await officer_of(tx, "dv-chieu-sang"), await officer_of(tx, "so-xd")
    assert (await tickets.get_readable(tx, ours, ticket.id)).id == ticket.id
    with pytest.raises(NotFound):
        await tickets.get_readable(tx, theirs, ticket.id)
    with pytest.raises(NotFound):
        await tickets.events(tx, ticket.id, actor=theirs)
    with pytest.raises(NotFound):
        await act(tx, theirs, ticket, Action.ACCEPT)
    assert ticket.id in {item.id for item in await tickets.unit_list(tx, ours)}
    assert ticket.id not in {item.id for item in await tickets.unit_list(tx, theirs)}
    assert ticket.id not in {item.id for item in await tickets.search(tx, theirs)}


async def test_the_handling_unit_does_not_learn_who_reported(tx: Transaction) -> None:
    talk = await conversation(tx)
    ticket = await open_street_light(tx, description=TOLD, conversation_id=talk.id, citizen_id=talk.citizen_id)
    await tickets.add_information(tx, own(ticket), ticket.id, "Số tôi là 0912345678")
    officer = await officer_of(tx, "dv-chieu-sang")
    seen = await tickets.staff_view(tx, officer, ticket)
    history = await tickets.events(tx, ticket.id, actor=officer)
    assert (seen.contact_name, seen.contact_phone, seen.conversation_id, seen.has_phone) == (None, None, None, False)
    everything = repr(seen) + repr(history)
    for secret in ("0912345678", "0912.345", "082123456789", "Văn An", str(talk.citizen_id), str(talk.id)):
        assert secret not in everything


async def test_the_hotline_sees_a_masked_contact_and_every_look_behind_it_is_written_down(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    for actor in (OPERATOR, DISPATCHER, SUPERVISOR):
        seen = await tickets.staff_view(tx, actor, ticket)
        assert (seen.contact_name, seen.contact_phone) == ("N. V. An", "09•• ••• 678")
    assert await tickets.reveal_contact(tx, OPERATOR, ticket.id) == ("Nguyễn Văn An", PHONE)
    await tx.session.flush()
    entry = await tx.session.scalar(select(AuditEntry).where(AuditEntry.subject_id == str(ticket.id)))
    assert entry is not None
    assert entry.action == "contact_revealed"


async def test_nobody_outside_the_hotline_looks_behind_the_mask(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    for actor in (await officer_of(tx, "dv-chieu-sang"), ADMINISTRATOR, own(ticket)):
        with pytest.raises(NotAllowed):
            await tickets.reveal_contact(tx, actor, ticket.id)


async def test_an_administrator_reads_no_content(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    with pytest.raises(NotFound):
        await tickets.get_readable(tx, ADMINISTRATOR, ticket.id)
    assert await tickets.search(tx, ADMINISTRATOR) == []
    with pytest.raises(NotAllowed):
        await tickets.dispatch_list(tx, ADMINISTRATOR)


async def test_an_officer_without_a_unit_reads_nothing(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    with pytest.raises(NotFound):
        await tickets.get_readable(tx, Actor(kind="staff", role=Role.OFFICER), ticket.id)


async def test_a_citizen_acts_on_their_own_ticket_only(tx: Transaction) -> None:
    one, other = await conversation(tx), await conversation(tx, peer="+84987654321")
    ticket = await resolved(tx, await open_street_light(tx, citizen_id=one.citizen_id))
    with pytest.raises(NotAllowed):
        await tickets.rate(tx, citizen(other.citizen_id, "sms"), ticket, rating="satisfied")
    with pytest.raises(NotFound):
        await tickets.get_readable(tx, citizen(other.citizen_id, "sms"), ticket.id)
    assert (await tickets.awaiting_rating(tx, one.citizen_id)) is ticket
    assert (await tickets.awaiting_rating(tx, other.citizen_id)) is None


async def test_the_public_page_tells_no_names_and_no_inner_reasons(tx: Transaction) -> None:
    ticket = await open_street_light(tx, description=TOLD)
    officer = await officer_of(tx, "dv-chieu-sang")
    await act(tx, DISPATCHER, ticket, Action.NOTE, text="Người này hay gọi")
    await act(tx, officer, ticket, Action.RETURN, text="Chúng tôi bận", reason="unknown_unit")
    seen = await tickets.public_view(tx, ticket)
    everything = repr(seen)
    for inner in ("hay gọi", "Chúng tôi bận", "unknown_unit", "0912", "082123456789", "Văn An", PHONE):
        assert inner not in everything
    assert [event.action for event in seen.events] == ["open", "route"]


async def test_a_code_alone_is_not_enough_where_a_phone_was_left(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    grouped = f"{ticket.code[:3]} {ticket.code[3:6]} {ticket.code[6:]}"
    assert (await tickets.by_code_for_citizen(tx, grouped, "5678")).id == ticket.id
    for code, end in [(ticket.code, ""), (ticket.code, "0000"), (ticket.code, "8"), ("123456788", "5678"), ("x", "")]:
        with pytest.raises(NotFound):
            await tickets.by_code_for_citizen(tx, code, end)


async def test_the_link_opens_its_own_ticket_only(tx: Transaction) -> None:
    one, other = await open_street_light(tx), await open_street_light(tx)
    assert await tickets.may_follow(tx, one.id, actor=None, link=one.link_token)
    assert not await tickets.may_follow(tx, one.id, actor=None, link=other.link_token)
    assert not await tickets.may_follow(tx, one.id, actor=None, link="")
    assert not await tickets.may_follow(tx, one.id, actor=await officer_of(tx, "so-xd"))
    assert await tickets.may_follow(tx, one.id, actor=DISPATCHER)
    assert await tickets.may_see_photo(tx, one.id, actor=None, link=one.link_token, audience="result")
    assert not await tickets.may_see_photo(tx, one.id, actor=None, link=one.link_token, audience="internal")


async def test_tickets_are_found_by_a_phone_in_any_form(tx: Transaction) -> None:
    ticket = await open_street_light(tx)
    assert ticket.contact_phone == PHONE
    assert ticket.id in {found.id for found in await tickets.by_phone(tx, "0912 345 678")}


# --- denunciations ------------------------------------------------------------------------------------------------


def _content(ticket: Ticket) -> list[object]:
    return [
        ticket.description,
        ticket.place_text,
        ticket.occurred_text,
        ticket.commune_code,
        ticket.latitude,
        ticket.citizen_id,
        ticket.conversation_id,
        ticket.contact_name,
        ticket.contact_phone,
    ]


@pytest.mark.parametrize("changes", [{"category_code": "CB-02"}, {"case_type": "to_cao"}])
async def test_a_denunciation_becomes_an_empty_sealed_stub(tx: Transaction, changes: dict[str, Any]) -> None:
    talk = await conversation(tx)
    ticket = await open_street_light(
        tx, description="Ông A nhận hối lộ", conversation_id=talk.id, citizen_id=talk.citizen_id, **changes
    )
    assert ticket.sealed
    assert ticket.state == "redirected"
    assert not any(_content(ticket))
    assert await tickets.of_conversation(tx, talk.id) == []
    for event in await tickets.events(tx, ticket.id, actor=DISPATCHER):
        assert (event.text, event.actor_id) == ("", None)


async def test_a_denunciation_found_out_late_is_emptied_and_sealed(tx: Transaction) -> None:
    talk = await conversation(tx)
    ticket = await open_street_light(
        tx, description="Ông A nhận hối lộ", conversation_id=talk.id, citizen_id=talk.citizen_id
    )
    await tickets.add_information(tx, own(ticket), ticket.id, "Ông A tên đầy đủ là ...")
    await tickets.correct_category(tx, DISPATCHER, ticket.id, version=2, category_code="CB-02", reason="Là tố cáo")
    assert ticket.sealed
    assert not any(_content(ticket))
    await tx.session.flush()
    ticket_id, citizen_id = ticket.id, talk.citizen_id
    tx.session.expunge_all()
    history = await tickets.events(tx, ticket_id, actor=DISPATCHER)
    assert "Ông A" not in repr(history)
    assert str(citizen_id) not in repr(history)
    assert await tickets.of_conversation(tx, talk.id) == []


async def test_photos_of_a_denunciation_found_out_late_are_gone_for_everybody(tx: Transaction, tmp_path: Path) -> None:
    storage = MediaStorage(tmp_path)
    photo = await media.store(tx, storage, data=pictures.photo())
    ticket = await open_street_light(tx, media_ids=[photo.id])
    await tickets.correct_category(tx, DISPATCHER, ticket.id, version=1, category_code="CB-02", reason="Là tố cáo")
    assert list(await media.of_ticket(tx, ticket.id)) == []
    assert await media.sweep_unattached(tx, storage) == 1
    assert not storage.path(photo.sha256 or "").exists()


async def test_no_unit_ever_sees_a_sealed_ticket_not_even_the_inspectorate(tx: Transaction) -> None:
    ticket = await open_street_light(tx, category_code="CB-02")
    officer = await officer_of(tx, "thanh-tra")
    assert ticket.unit_id == officer.unit_id
    with pytest.raises(NotFound):
        await tickets.get_readable(tx, officer, ticket.id)
    assert tickets.allowed_actions(ticket, DISPATCHER, tx.now) == ()
    assert not await tickets.may_see_photo(tx, ticket.id, actor=DISPATCHER, audience="citizen")
