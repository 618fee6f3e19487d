"""What our SMS sender asks of Twilio, by the official SDK, and what it makes of the answers."""

import base64
from typing import Any

import httpx
import pytest

from channels.contracts import DeliveryStatus, SendDeferred, SendError, SendRefused, SendUncertain
from channels.sms.client import TwilioSmsSender, meaning_of
from tests.contract.conftest import StandInAddress, outbound, sms_sender
from tests.support.channel_peers import CALLER, House
from tests.support.waiting import eventually

ACCOUNT = "AC" + "0" * 32
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


async def test_a_message_leaves_unaccented_from_our_number_with_our_reference(
    sms: TwilioSmsSender, stand_in: StandInAddress
) -> None:
    receipt = await sms.send(outbound("sms", "0912345678", "Dạ, đã nhận phản ánh mã 123 456 789."))
    [entry] = await stand_in.log()
    assert (entry["to"], entry["text"]) == (CALLER, "Da, da nhan phan anh ma 123 456 789.")
    assert entry["reference"] == "0197f3a2-c1d8-7b7e-9a41-3c5d7e9f1a2b"
    assert (receipt.provider_id, receipt.segments) == (entry["provider_id"], 1)


async def test_receipts_come_back_signed_and_name_the_message(
    sms: TwilioSmsSender, stand_in: StandInAddress, house: House
) -> None:
    receipt = await sms.send(outbound("sms", CALLER))

    async def delivered() -> bool:
        return len(house.intake.events) == 2

    await eventually(delivered, what="both receipts arrived")
    facts = [event.data for event in house.intake.events]
    assert sorted(fact["status"] for fact in facts) == [DeliveryStatus.DELIVERED, DeliveryStatus.SENT]
    assert {fact["provider_id"] for fact in facts} == {receipt.provider_id}
    assert {fact["reference"] for fact in facts} == {"0197f3a2-c1d8-7b7e-9a41-3c5d7e9f1a2b"}


async def test_muddled_receipts_are_still_one_of_each(
    sms: TwilioSmsSender, stand_in: StandInAddress, house: House
) -> None:
    await sms.send(outbound("sms", "+84912349006"))

    async def all_there() -> bool:
        return house.intake.deliveries == 5

    await eventually(all_there, what="all five receipts arrived")
    assert sorted(event.data["status"] for event in house.intake.events) == ["delivered", "queued", "sent"]


async def test_an_undelivered_message_says_why(sms: TwilioSmsSender, stand_in: StandInAddress, house: House) -> None:
    await sms.send(outbound("sms", "+84912349005"))

    async def failed() -> bool:
        return any(event.data["status"] == "failed" for event in house.intake.events)

    await eventually(failed, what="the failure was told")
    assert {event.data["error_code"] for event in house.intake.events} == {None, "30003"}


async def test_a_long_text_goes_in_parts_and_counts_what_it_costs(
    sms: TwilioSmsSender, stand_in: StandInAddress
) -> None:
    receipt = await sms.send(outbound("sms", CALLER, "Cau nay dai hai muoi. " * 40))
    entries = await stand_in.log()
    assert len(entries) == len(receipt.data["parts"]) == 2
    assert all(len(entry["text"]) <= 480 for entry in entries)
    assert receipt.segments == sum(entry["extra"]["segments"] for entry in entries)
    # Only the last part carries the address for receipts: it is the one that makes the message complete.
    assert [bool(entry["reference"]) for entry in entries] == [False, True]


@pytest.mark.parametrize(
    ("to", "text"), [("VIETTEL", "x"), ("anonymous:CA1", "x"), (CALLER, "  "), (CALLER, "a" * 2000)]
)
async def test_what_cannot_be_sent_is_refused_without_asking(
    to: str, text: str, sms: TwilioSmsSender, stand_in: StandInAddress
) -> None:
    with pytest.raises(SendRefused):
        await sms.send(outbound("sms", to, text))
    assert await stand_in.log() == []


@pytest.mark.parametrize(
    ("ending", "error", "code", "taken"),
    [
        ("9001", SendRefused, "21211", False),
        ("9002", SendDeferred, "20429", False),
        ("9003", SendUncertain, "20500", True),
        ("9004", SendUncertain, "unanswered", True),
    ],
)
async def test_each_failure_says_whether_the_message_may_have_left(
    ending: str,
    error: type[SendError],
    code: str,
    taken: bool,
    sms: TwilioSmsSender,
    stand_in: StandInAddress,
) -> None:
    with pytest.raises(error) as raised:
        await sms.send(outbound("sms", f"+8491234{ending}"))
    assert raised.value.code == code
    assert bool(await stand_in.counts()) is taken


async def test_a_busy_provider_takes_it_later_once(sms: TwilioSmsSender, stand_in: StandInAddress) -> None:
    for _ in range(2):
        with pytest.raises(SendDeferred):
            await sms.send(outbound("sms", "+84912349002"))
    await sms.send(outbound("sms", "+84912349002"))
    assert await stand_in.counts() == {"0197f3a2-c1d8-7b7e-9a41-3c5d7e9f1a2b": 1}


async def test_a_message_sent_twice_shows_in_the_counts(sms: TwilioSmsSender, stand_in: StandInAddress) -> None:
    for _ in range(2):
        await sms.send(outbound("sms", CALLER))
    assert await stand_in.counts() == {"0197f3a2-c1d8-7b7e-9a41-3c5d7e9f1a2b": 2}


async def test_nobody_listening_means_certainly_not_sent(house: House, closed_port: str) -> None:
    sender = sms_sender(house, closed_port)
    with pytest.raises(SendDeferred) as raised:
        await sender.send(outbound("sms", CALLER))
    assert raised.value.code == "not_reached"
    await sender.aclose()


async def test_a_wrong_token_of_ours_makes_messages_wait(house: House, stand_in: StandInAddress) -> None:
    sender = sms_sender(house, stand_in.url, auth_token="wrong")
    with pytest.raises(SendDeferred) as raised:
        await sender.send(outbound("sms", CALLER))
    assert (raised.value.code, raised.value.retry_after_s) == ("20003", 300.0)
    await sender.aclose()


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (400, 21610, SendRefused),
        (400, 21614, SendRefused),
        (400, 30001, SendDeferred),
        (400, 30002, SendDeferred),
        (403, None, SendDeferred),
        (429, None, SendDeferred),
        (503, None, SendDeferred),
        (500, None, SendUncertain),
        (502, 20502, SendUncertain),
        (504, None, SendUncertain),
    ],
)
def test_twilios_codes_have_a_meaning(status: int, code: int | None, meaning: type[SendError]) -> None:
    assert type(meaning_of(status, code)) is meaning


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"To": "0912345678"}, 400, 21211),
        ({"From": ""}, 400, 21603),
        ({"Body": ""}, 400, 21602),
        ({"Body": "a" * 1601}, 400, 21617),
        ({"StatusCallback": "not an address"}, 400, 21609),
        ({}, 201, None),
    ],
)
async def test_the_stand_in_is_as_strict_as_the_specification(
    changed: dict[str, str], status: int, code: int | None, stand_in: StandInAddress, house: House
) -> None:
    form = {"To": CALLER, "From": "1022", "Body": "Xin chào", **changed}
    answer = await stand_in.http.post(stand_in.url + MESSAGES, data=form, auth=(ACCOUNT, house.accounts.auth_token))
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body.get("code")) == (status, code)


@pytest.mark.parametrize(
    ("authorization", "account", "status"),
    [
        ("", ACCOUNT, 401),
        ("Basic " + base64.b64encode(b"x:y").decode(), ACCOUNT, 401),
        (None, "AC" + "1" * 32, 404),
    ],
)
async def test_the_stand_in_knows_one_account(
    authorization: str | None, account: str, status: int, stand_in: StandInAddress, house: House
) -> None:
    right = base64.b64encode(f"{ACCOUNT}:{house.accounts.auth_token}".encode()).decode()
    answer = await stand_in.http.post(
        stand_in.url + MESSAGES.replace(ACCOUNT, account),
        data={"To": CALLER, "From": "1022", "Body": "x"},
        headers={"Authorization": f"Basic {right}" if authorization is None else authorization},
    )
    assert answer.status_code == status


async def test_the_stand_in_answers_no_other_host(stand_in: StandInAddress) -> None:
    answer = await httpx.AsyncClient().get(f"{stand_in.url}/log", headers={"Host": "evil.example"})
    assert answer.status_code == 400
