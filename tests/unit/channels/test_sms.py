"""SMS through Twilio: what comes in, what receipts say."""

import pytest
from starlette.datastructures import ImmutableMultiDict

from channels.contracts import DeliveryStatus, EventKind
from channels.simulator.citizen import TwilioLine
from channels.sms.payload import STATUSES
from channels.twilio.signature import is_signed
from tests.support.channel_peers import CALLER, House, Provider, RememberingIntake

TOKEN = "12345"
CALL = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]
REPEATED = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
SPOKEN = [("SpeechResult", "Tôi muốn phản ánh rác thải ở đường Nguyễn Huệ"), ("Confidence", "0.91")]


@pytest.mark.parametrize(
    ("url", "form", "signature"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=2", CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com/myapp.php?foo=1&bar=2", REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        ("https://1022.example.vn/twilio/voice/gather?lang=vi", SPOKEN, "h3IuUK1t7rlpMl35dH6u7f9gzOU="),
    ],
)
def test_twilios_own_vectors_hold(url: str, form: list[tuple[str, str]], signature: str) -> None:
    given = ImmutableMultiDict(form)
    assert is_signed(TOKEN, url, given, signature)
    assert not is_signed(TOKEN, url + "&x=1", given, signature)
    assert not is_signed("another token", url, given, signature)
    assert not is_signed(TOKEN, url, given, None)


async def test_repeated_and_unknown_parameters_are_part_of_what_is_signed(
    line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    pairs = [
        ("MessageSid", "SM1"),
        ("From", CALLER),
        ("Body", " hai  dòng\r\n"),
        ("New", "b"),
        ("New", "a"),
        ("Empty", ""),
    ]
    assert (await provider.deliver(line.request("/channels/sms/twilio", pairs))).status_code == 200
    assert intake.only.text == "hai  dòng"


async def test_the_answer_says_nothing_because_replies_go_through_the_outbox(
    line: TwilioLine, provider: Provider
) -> None:
    answer = await provider.deliver(line.sms(CALLER, "Xin chào"))
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")


@pytest.mark.parametrize("sender", ["0912345678", "84912345678", "+84912345678", "0912 345 678"])
async def test_however_the_number_is_written_it_is_one_citizen(
    sender: str, line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    await provider.deliver(line.sms(sender, "Xin chào"))
    assert (intake.only.peer, intake.only.thread) == ("+84912345678", "+84912345678")


@pytest.mark.parametrize("sender", ["VIETTEL", "191", "VNPT-1022"])
async def test_brand_names_are_kept_but_not_conversed_with(
    sender: str, line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    await provider.deliver(line.sms(sender, "Khuyến mại"))
    assert intake.only.kind is EventKind.OTHER


async def test_a_message_without_an_id_is_refused(line: TwilioLine, provider: Provider, house: House) -> None:
    answer = await provider.deliver(line.request("/channels/sms/twilio", {"From": CALLER, "Body": "Xin chào"}))
    assert (answer.status_code, answer.json()["details"]) == (400, {"parameter": "MessageSid"})
    assert house.intake.events == []


@pytest.mark.parametrize(("status", "meaning"), sorted(STATUSES.items()))
async def test_a_receipt_says_which_message_and_how_far_it_got(
    status: str, meaning: DeliveryStatus, line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    receipt = line.sms_status("SM9", status, recipient=CALLER, reference="0197f3a2", error_code="30003")
    assert (await provider.deliver(receipt)).status_code == 204
    event = intake.only
    assert (event.kind, event.event_id, event.peer) == (EventKind.DELIVERY, f"status:SM9:{status}", CALLER)
    assert event.data == {
        "provider_id": "SM9",
        "reference": "0197f3a2",
        "status": meaning.value,
        "error_code": "30003",
    }


async def test_a_status_nobody_knows_changes_nothing(
    line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    assert (await provider.deliver(line.sms_status("SM9", "teleported", recipient=CALLER))).status_code == 204
    assert intake.only.kind is EventKind.OTHER


async def test_a_receipt_repeated_is_one_and_each_status_is_its_own(
    line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    for status in ("delivered", "sent", "delivered"):
        await provider.deliver(line.sms_status("SM9", status, recipient=CALLER))
    assert [event.data["status"] for event in intake.events] == ["delivered", "sent"]
