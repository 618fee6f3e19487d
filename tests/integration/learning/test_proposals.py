"""From a correction to a label to learn from: proposed, judged by a person, masked, and gone when the ticket is."""

import pytest

from contact_center.actors import Actor, Role
from contact_center.db import Transaction
from contact_center.errors import Conflict, NotAllowed
from contact_center.learning import lessons, reviewing
from contact_center.learning.lessons import Lesson
from contact_center.tickets.service import Action
from nlu.engine import Engine
from tests.integration.learning.people import DISPATCHER, act, corrected, proposals, told
from tests.integration.tickets.people import officer_of

LIGHT = "đèn đường hẻm nhà em tắt ba đêm nay"


async def taught(tx: Transaction, engine: Engine) -> list[Lesson]:
    return lessons.lessons(await lessons.accepted_sources(tx), engine)


async def test_a_changed_category_is_proposed_with_who_and_why(tx: Transaction) -> None:
    ticket = await told(tx, LIGHT, "HT-03", "HT-01")
    await corrected(tx, ticket, "HT-01", reason="wrong_field")
    (row,) = await reviewing.pending(tx, DISPATCHER)
    assert (row.proposal.machine_category, row.proposal.category, row.proposal.reason) == (
        "HT-03",
        "HT-01",
        "wrong_field",
    )
    assert row.source.text == LIGHT


async def test_a_category_people_came_back_to_is_nothing_to_learn(tx: Transaction) -> None:
    ticket = await told(tx, LIGHT, "HT-01", "HT-03")
    ticket = await corrected(tx, ticket, "HT-03")
    assert len(await proposals(tx)) == 1
    await corrected(tx, ticket, "HT-01")
    assert await proposals(tx) == []


async def test_a_second_thought_replaces_the_first_and_asks_again(tx: Transaction) -> None:
    ticket = await told(tx, LIGHT, "HT-03", "HT-01")
    ticket = await corrected(tx, ticket, "HT-01")
    (row,) = await proposals(tx)
    await reviewing.decide(tx, DISPATCHER, row.id, accept=True)
    await corrected(tx, ticket, "GT-01")
    (row,) = await proposals(tx)
    await tx.session.refresh(row)
    assert (row.category, row.state) == ("GT-01", "proposed")


async def test_a_reroute_to_where_another_guess_leads_proposes_that_guess(tx: Transaction) -> None:
    ticket = await told(tx, "ổ gà giữa đường", "MT-01", "HT-01")
    light = await told(tx, LIGHT, "HT-01", peer="+84912345670")
    assert light.unit_id is not None
    assert ticket.unit_id != light.unit_id
    officer = Actor(kind="staff", role=Role.OFFICER, unit_id=ticket.unit_id)
    ticket = await act(tx, officer, ticket, Action.RETURN, text="Không phải rác, là đèn", reason="unknown_unit")
    await act(tx, DISPATCHER, ticket, Action.ROUTE, unit_id=light.unit_id)
    (row,) = await reviewing.pending(tx, DISPATCHER)
    assert (row.proposal.machine_category, row.proposal.category) == ("MT-01", "HT-01")
    assert row.returned == "Không phải rác, là đèn"
    assert ticket.category_code == "MT-01"


async def test_only_an_accepted_label_is_learned(tx: Transaction, engine: Engine) -> None:
    for number, category in enumerate(("HT-01", "GT-01", "MT-01")):
        ticket = await told(tx, f"{LIGHT} lần {number}", "HT-03", peer=f"+8491234567{number}")
        await corrected(tx, ticket, category)
    first, second, _ = await proposals(tx)
    await reviewing.decide(tx, DISPATCHER, first.id, accept=True)
    await reviewing.decide(tx, DISPATCHER, second.id, accept=False)
    assert [lesson.category for lesson in await taught(tx, engine)] == ["HT-01"]
    assert await reviewing.counts(tx) == {"accepted": 1, "refused": 1, "proposed": 1}


async def test_numbers_and_names_are_not_learned_and_places_are(tx: Transaction, engine: Engine) -> None:
    text = "Tôi tên Lê Văn Út, 0912 345 678, đèn đường Nguyễn Huệ tắt mấy đêm, anh Tám Lúa cũng thấy"
    ticket = await told(tx, text, "HT-03", name="Tám Lúa")
    await corrected(tx, ticket, "HT-01")
    (row,) = await proposals(tx)
    await reviewing.decide(tx, DISPATCHER, row.id, accept=True)
    (lesson,) = await taught(tx, engine)
    assert "Nguyễn Huệ" in lesson.told.text
    assert not any(word in lesson.told.text for word in ("0912", "345", "Út", "Lúa"))


async def test_nothing_of_a_ticket_taken_back_is_learned(tx: Transaction, engine: Engine) -> None:
    ticket = await told(tx, LIGHT, "HT-03")
    ticket = await corrected(tx, ticket, "HT-01")
    (row,) = await proposals(tx)
    await reviewing.decide(tx, DISPATCHER, row.id, accept=True)
    assert len(await taught(tx, engine)) == 1
    await act(tx, Actor(kind="staff", role=Role.OPERATOR), ticket, Action.WITHDRAW)
    assert await taught(tx, engine) == []
    assert await reviewing.counts(tx) == {}


async def test_nothing_of_a_sealed_ticket_is_learned(tx: Transaction, engine: Engine) -> None:
    ticket = await told(tx, "ông chủ tịch xã nhận tiền của dân", "CB-01")
    await corrected(tx, ticket, "CB-02")
    assert await reviewing.counts(tx) == {}
    assert await taught(tx, engine) == []


async def test_a_label_is_judged_once_and_by_the_desk_only(tx: Transaction) -> None:
    ticket = await told(tx, LIGHT, "HT-03")
    await corrected(tx, ticket, "HT-01")
    (row,) = await proposals(tx)
    with pytest.raises(NotAllowed):
        await reviewing.decide(tx, await officer_of(tx, "dv-chieu-sang"), row.id, accept=True)
    await reviewing.decide(tx, DISPATCHER, row.id, accept=True)
    with pytest.raises(Conflict):
        await reviewing.decide(tx, DISPATCHER, row.id, accept=False)


async def test_a_reason_names_nobody(tx: Transaction) -> None:
    ticket = await told(tx, LIGHT, "HT-03")
    await corrected(tx, ticket, "HT-01", reason="chị Lan 0912 345 678 gọi lại nói là đèn")
    (row,) = await proposals(tx)
    assert "đèn" in row.reason
    assert "Lan" not in row.reason
    assert "0912" not in row.reason
