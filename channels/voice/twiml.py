"""What the caller hears next, in the part of TwiML that every engine runs.

Only Say, Play, Gather, Record, Redirect, Reject, Hangup and Dial with Number or Sip: a self-hosted engine ends the
call on any other verb, ``Pause`` included.
"""

# The SDK has few annotations.
# mypy: allow-untyped-calls

import re
from collections.abc import Sequence

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from channels.contracts import CallReply, Say

LANGUAGE = "vi-VN"
VOICE = "Google.vi-VN-Wavenet-A"
# How long to wait for the first word or key: an old caller looks for the glasses first.
LISTEN_S = 7
# "auto" is refused with the default speech model (warning 13335); a number works with every model.
SPEECH_PAUSE_S = 2
HOLD_S = 6
DIAL_S = 25
# More hints than this are refused with the verb (Twilio: 500 phrases).
MOST_HINTS = 100

# Silence on a held line sounds like a lost call.
PLEASE_HOLD = "Xin anh chị vui lòng giữ máy."
SORRY_PLEASE_HOLD = (
    "Xin lỗi anh chị, tổng đài đang bận. Nếu khẩn cấp, anh chị gọi ngay 113, 114 hoặc 115. "
    "Xin anh chị giữ máy để gặp tổng đài viên."
)

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PHONE = re.compile(r"\+?[0-9]{2,15}")
_SIP = re.compile(r"sips?:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+(:[0-9]{1,5})?")


class NotDialable(ValueError):
    """Neither a telephone number nor a SIP address."""


def render(reply: CallReply, *, next_turn: str) -> str:
    """``reply`` as TwiML. ``next_turn`` is the address of the turn after this one, its query begun (``…?n=3``).

    Raises ``NotDialable`` for a transfer that no engine could dial.
    """
    response = VoiceResponse()
    if reply.hang_up:
        _say_all(response, reply.says)
        response.hangup()
    elif reply.transfer_to:
        _say_all(response, reply.says)
        response.append(_dial(reply.transfer_to, next_turn))
    else:
        _listen(response, reply, next_turn)
    return str(response)


def safe_answer(*, next_turn: str) -> str:
    """When our own answer would be late or failed: a sentence, a moment, and the way to a person."""
    return render(
        CallReply(says=(Say(SORRY_PLEASE_HOLD),), hold=True),
        next_turn=f"{next_turn}&person=1",
    )


def _say_all(verb: VoiceResponse | Gather, says: Sequence[Say]) -> None:
    for say in says:
        verb.say(_xml_text(say.text), voice=VOICE, language=LANGUAGE)


def _xml_text(text: str) -> str:
    """Without what XML cannot hold at all, escaped or not."""
    return _NOT_XML.sub("", text)


def _listen(response: VoiceResponse, reply: CallReply, next_turn: str) -> None:
    """The sentences are inside the Gather, so a key or a word may interrupt them."""
    gather = Gather(
        input="dtmf speech",
        action=f"{next_turn}&hold=1" if reply.hold else next_turn,
        method="POST",
        language=LANGUAGE,
        timeout=HOLD_S if reply.hold else LISTEN_S,
        speech_timeout=SPEECH_PAUSE_S,
        num_digits=_num_digits(reply),
        hints=",".join(_xml_text(hint).replace(",", " ") for hint in reply.hints[:MOST_HINTS]) or None,
    )
    _say_all(gather, reply.says or ((Say(PLEASE_HOLD),) if reply.hold else ()))
    response.append(gather)
    # Without any input the next verb runs: it must bring the caller back to us.
    fallback = f"{next_turn}&silence=1" + ("&hold=1" if reply.hold else "")
    response.redirect(fallback, method="POST")


def _num_digits(reply: CallReply) -> int | None:
    """Where no number is being keyed in, a single key answers at once: 0 is a person, always."""
    if reply.num_digits is not None:
        return reply.num_digits
    return None if reply.expect == "digits" else 1


def _dial(target: str, next_turn: str) -> Dial:
    dial = Dial(action=next_turn, method="POST", timeout=DIAL_S)
    if _SIP.fullmatch(target):
        dial.sip(target)
    elif _PHONE.fullmatch(target):
        dial.number(target)
    else:
        raise NotDialable
    return dial
