"""A call: turns, silence, keys, transfers, and what a caller hears when we are late."""

import asyncio
import xml.etree.ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts import CallReply, EventKind, InboundEvent, Say
from channels.simulator.citizen import TwilioLine
from channels.voice import twiml
from tests.support.channel_peers import CALLER, House, Provider, RememberingIntake, ScriptedCalls

TURN = "/channels/voice/turn?n={n}"
# All that every engine runs (reference: Somleng's verbs, minus Connect).
PORTABLE = {"Response", "Say", "Play", "Gather", "Record", "Redirect", "Reject", "Hangup", "Dial", "Number", "Sip"}


def heard(answer: httpx.Response) -> ET.Element:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    return ET.fromstring(answer.content)  # noqa: S314  # our own answer


def words(twiml_root: ET.Element) -> str:
    return " ".join(say.text or "" for say in twiml_root.iter("Say"))


def attribute(root: ET.Element, verb: str, name: str) -> str | None:
    found = next(root.iter(verb), None)
    assert found is not None, f"no {verb}"
    return found.get(name)


async def test_a_call_begins_with_words_and_listens_for_keys_and_speech(
    line: TwilioLine, provider: Provider, calls: ScriptedCalls, intake: RememberingIntake
) -> None:
    calls.replies = [CallReply(says=(Say("Khẩn cấp xin gọi 113."), Say("Đây là tổng đài tự động.")))]
    root = heard(await provider.deliver(line.call(CALLER, "CA1")))
    event = intake.only
    assert (event.kind, event.event_id, event.thread, event.peer) == (EventKind.CALL_STARTED, "CA1:0", "CA1", CALLER)
    assert words(root) == "Khẩn cấp xin gọi 113. Đây là tổng đài tự động."
    assert attribute(root, "Gather", "input") == "dtmf speech"
    assert attribute(root, "Gather", "language") == "vi-VN"
    assert attribute(root, "Say", "voice") == "Google.vi-VN-Wavenet-A"
    assert attribute(root, "Gather", "action") == "https://1022.example.vn/channels/voice/turn?n=1"
    assert [verb.tag for verb in root] == ["Gather", "Redirect"]
    assert root[1].text == "https://1022.example.vn/channels/voice/turn?n=1&silence=1"


async def test_speech_is_the_text_of_a_turn(line: TwilioLine, provider: Provider, intake: RememberingIntake) -> None:
    await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=3), speech="Ống nước bể", confidence=0.82))
    event = intake.only
    assert (event.event_id, event.text, event.kind) == ("CA1:3", "Ống nước bể", EventKind.MESSAGE)
    assert (event.data["confidence"], event.data["silence"], event.data["digits"]) == (0.82, False, "")


@pytest.mark.parametrize("keys", ["0", "1", "9", "*", "123456789"])
async def test_keys_are_the_text_where_nothing_was_said(
    keys: str, line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=1), digits=keys))
    assert (intake.only.text, intake.only.data["digits"], intake.only.data["silence"]) == (keys, keys, False)


async def test_silence_is_told_and_has_no_text(line: TwilioLine, provider: Provider, intake: RememberingIntake) -> None:
    await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=2) + "&silence=1"))
    assert (intake.only.text, intake.only.data["silence"]) == ("", True)


@pytest.mark.parametrize("value", ["", "viel", "nan", "2.0", "-1"])
async def test_a_confidence_that_is_none_is_none(
    value: str, line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    form = {"CallSid": "CA1", "From": CALLER, "SpeechResult": "dạ", "Confidence": value}
    await provider.deliver(line.request(TURN.format(n=1), form))
    assert intake.only.data["confidence"] is None


async def test_two_callers_who_hide_their_number_are_two_people(
    line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    for caller, call in (("+266696687", "CA1"), ("anonymous", "CA2"), ("", "CA3")):
        await provider.deliver(line.call(caller, call))
    assert [event.peer for event in intake.events] == ["anonymous:CA1", "anonymous:CA2", "anonymous:CA3"]


async def test_a_repeated_turn_hears_the_same_answer(
    line: TwilioLine, provider: Provider, calls: ScriptedCalls, intake: RememberingIntake
) -> None:
    calls.replies = [CallReply(says=(Say("Mã là 123."),)), CallReply(says=(Say("Khác."),))]
    request = line.turn(CALLER, "CA1", TURN.format(n=1), digits="1")
    first, second = [await provider.deliver(request) for _ in range(2)]
    assert first.text == second.text
    assert len(intake.events) == 1


async def test_a_failing_core_is_a_sentence_and_the_way_to_a_person(
    line: TwilioLine, provider: Provider, calls: ScriptedCalls, intake: RememberingIntake
) -> None:
    calls.failure = RuntimeError("anything")
    root = heard(await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=4), speech="alo")))
    assert words(root) == twiml.SORRY_PLEASE_HOLD
    back = root[-1].text or ""
    assert back.startswith("https://1022.example.vn/channels/voice/turn?n=5&person=1")
    calls.failure = None
    await provider.deliver(line.turn(CALLER, "CA1", back))
    event = intake.events[-1]
    assert (event.event_id, event.text, event.data["digits"]) == ("CA1:5", "0", "0")
    assert (event.data["late"], event.data["silence"]) == (True, False)


async def test_a_core_that_never_answers_is_not_waited_for(house: House, line: TwilioLine) -> None:
    class Stuck:
        async def turn(self, event: InboundEvent, *, deadline_s: float) -> CallReply:
            await asyncio.Event().wait()
            raise AssertionError

    house.calls = Stuck()  # type: ignore[assignment]  # another handler
    transport = httpx.ASGITransport(app=house.app(deadline_s=-0.999))
    async with httpx.AsyncClient(transport=transport) as client:
        root = heard(await Provider(client).deliver(line.call(CALLER, "CA1")))
    assert words(root) == twiml.SORRY_PLEASE_HOLD


async def test_waiting_for_a_person_keeps_keys_and_speech_live(
    line: TwilioLine, provider: Provider, calls: ScriptedCalls, intake: RememberingIntake
) -> None:
    calls.replies = [CallReply(says=(Say("Xin anh/chị giữ máy."),), hold=True)]
    root = heard(await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=1), digits="0")))
    assert [verb.tag for verb in root] == ["Gather", "Redirect"]
    assert attribute(root, "Gather", "input") == "dtmf speech"
    calls.replies = [CallReply(says=(), hold=True)]
    again = heard(await provider.deliver(line.turn(CALLER, "CA1", root[1].text or "")))
    assert words(again) == twiml.PLEASE_HOLD
    assert (intake.events[-1].data["hold"], intake.events[-1].data["silence"]) == (True, True)


@pytest.mark.parametrize(("target", "tag"), [("+842773851022", "Number"), ("sip:agent7@pbx.example.vn:5061", "Sip")])
async def test_a_transfer_dials_the_person(
    target: str, tag: str, line: TwilioLine, provider: Provider, calls: ScriptedCalls
) -> None:
    calls.replies = [CallReply(says=(Say("Em nối máy."),), transfer_to=target)]
    root = heard(await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=1), digits="0")))
    dial = next(root.iter("Dial"))
    assert [(child.tag, child.text) for child in dial] == [(tag, target)]
    assert dial.get("action") == "https://1022.example.vn/channels/voice/turn?n=2"


@pytest.mark.parametrize("target", ["javascript:1", "sip:a b@c", "0912<Dial>", "sip:"])
async def test_a_target_no_engine_can_dial_leads_to_the_queue(
    target: str, line: TwilioLine, provider: Provider, calls: ScriptedCalls
) -> None:
    calls.replies = [CallReply(says=(), transfer_to=target)]
    root = heard(await provider.deliver(line.call(CALLER, "CA1")))
    assert words(root) == twiml.SORRY_PLEASE_HOLD


async def test_a_finished_talk_with_an_agent_ends_the_call(
    line: TwilioLine, provider: Provider, calls: ScriptedCalls, intake: RememberingIntake
) -> None:
    calls.replies = [CallReply(says=(), transfer_to="+842773851022")]
    root = heard(await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=2), dial_status="completed")))
    assert [verb.tag for verb in root] == ["Hangup"]
    assert (intake.only.data["dial_status"], intake.only.data["silence"]) == ("completed", False)


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
async def test_an_agent_who_does_not_pick_up_is_not_dialled_again_at_once(
    status: str, line: TwilioLine, provider: Provider, calls: ScriptedCalls
) -> None:
    calls.replies = [CallReply(says=(), transfer_to="+842773851022")]
    root = heard(await provider.deliver(line.turn(CALLER, "CA1", TURN.format(n=2), dial_status=status)))
    assert [verb.tag for verb in root] == ["Gather", "Redirect"]


@pytest.mark.parametrize(("status", "kinds"), [("ringing", []), ("in-progress", []), ("completed", ["call_ended"])])
async def test_only_the_end_of_a_call_is_an_event(
    status: str, kinds: list[str], line: TwilioLine, provider: Provider, intake: RememberingIntake
) -> None:
    for _ in range(2):
        assert (await provider.deliver(line.call_status(CALLER, "CA1", status))).status_code == 204
    assert [event.kind for event in intake.events] == kinds


@pytest.mark.parametrize("query", ["", "?n=0", "?n=x", "?n=999999999"])
async def test_a_turn_without_its_number_is_refused(query: str, line: TwilioLine, provider: Provider) -> None:
    answer = await provider.deliver(line.turn(CALLER, "CA1", "/channels/voice/turn" + query))
    assert answer.status_code == 422


async def test_a_call_without_its_id_is_refused(line: TwilioLine, provider: Provider) -> None:
    answer = await provider.deliver(line.request("/channels/voice/incoming", {"From": CALLER}))
    assert answer.status_code == 400


@given(
    says=st.lists(st.text(max_size=50), max_size=3),
    hints=st.lists(st.text(max_size=20), max_size=5),
    hold=st.booleans(),
    hang_up=st.booleans(),
    expect=st.sampled_from(["speech", "digits", "any"]),
)
def test_whatever_is_said_the_answer_is_portable_xml(
    says: list[str], hints: list[str], hold: bool, hang_up: bool, expect: str
) -> None:
    reply = CallReply(
        says=tuple(map(Say, says)),
        hints=tuple(hints),
        hold=hold,
        hang_up=hang_up,
        expect=expect,  # type: ignore[arg-type]  # one of its values
    )
    root = ET.fromstring(twiml.render(reply, next_turn="https://x.vn/t?n=2"))  # noqa: S314  # our own answer
    assert {element.tag for element in root.iter()} <= PORTABLE
    assert root[-1].tag == ("Hangup" if hang_up else "Redirect")


@pytest.mark.parametrize(
    ("expect", "asked", "digits"),
    [("any", None, "1"), ("speech", None, "1"), ("digits", 9, "9"), ("digits", None, None)],
)
def test_one_key_answers_at_once_except_where_a_number_is_keyed_in(
    expect: str, asked: int | None, digits: str | None
) -> None:
    reply = CallReply(says=(), expect=expect, num_digits=asked)  # type: ignore[arg-type]  # one of its values
    root = ET.fromstring(twiml.render(reply, next_turn="https://x.vn/t?n=2"))  # noqa: S314  # our own answer
    assert attribute(root, "Gather", "numDigits") == digits
