"""What the simulated telephone makes of our TwiML."""

import pytest

from channels.contracts import CallReply, Say
from channels.voice import twiml
from contact_center.errors import InvalidInput
from contact_center.simulator.heard import heard_in

NEXT = "http://127.0.0.1/channels/voice/turn?n=3"


def test_a_question_is_heard_and_can_be_answered_or_left_in_silence() -> None:
    heard = heard_in(twiml.render(CallReply(says=(Say("Ở đâu ạ?"),)), next_turn=NEXT).encode())
    assert heard.says == ("Ở đâu ạ?",)
    assert heard.answer_url == NEXT
    assert heard.silence_url == f"{NEXT}&silence=1"
    assert not heard.on_hold


def test_one_key_answers_a_question_and_nine_make_a_code() -> None:
    question = twiml.render(CallReply(says=(Say("Đúng không ạ?"),)), next_turn=NEXT)
    code = twiml.render(CallReply(says=(Say("Mã phiếu?"),), expect="digits", num_digits=9), next_turn=NEXT)
    assert (heard_in(question.encode()).keys, heard_in(code.encode()).keys) == (1, 9)


def test_being_held_asks_again_by_itself() -> None:
    heard = heard_in(twiml.render(CallReply(says=(), hold=True), next_turn=NEXT).encode())
    assert heard.on_hold
    assert heard.wait_s > 0


def test_a_transfer_names_the_number() -> None:
    heard = heard_in(twiml.render(CallReply(says=(), transfer_to="+842733888888"), next_turn=NEXT).encode())
    assert heard.dialled == "+842733888888"


def test_a_hang_up_ends_the_call() -> None:
    heard = heard_in(twiml.render(CallReply(says=(Say("Chào anh chị."),), hang_up=True), next_turn=NEXT).encode())
    assert heard.ended


@pytest.mark.parametrize("body", [b"", b"not xml", b"<Response>"])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        heard_in(body)
