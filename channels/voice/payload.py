"""Twilio's call webhooks as our events. A turn is one request: ``(CallSid, n)`` names it for ever."""

from channels import text
from channels.contracts import EventKind, InboundEvent
from channels.phones import as_e164
from channels.twilio.webhook import Form, required

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
PERSON_KEY = "0"


def started_event(form: Form) -> InboundEvent:
    """Somebody calls."""
    return _event(form, EventKind.CALL_STARTED, name="0")


def turn_event(
    form: Form, *, number: int, silence: bool = False, hold: bool = False, person: bool = False
) -> InboundEvent:
    """What the caller said or pressed. Keys are the text where nothing was said.

    ``person`` marks the turn after an answer that came too late: it counts as the key for a person, 0.
    """
    digits = PERSON_KEY if person else form.get("Digits", "")
    spoken = text.inbound(form.get("SpeechResult", ""))
    dial_status = form.get("DialCallStatus", "")
    data: dict[str, object] = {
        "digits": digits,
        "confidence": _confidence(form.get("Confidence", "")),
        "silence": not (digits or spoken.text or dial_status) or (silence and not person),
        "dial_status": dial_status or None,
        "hold": hold,
        **spoken.facts,
    }
    if person:
        data["late"] = True
    return _event(form, EventKind.MESSAGE, name=str(number), text=spoken.text or digits, data=data)


def ended_event(form: Form) -> InboundEvent | None:
    """The call is over; None while it is not."""
    status = form.get("CallStatus", "")
    if status not in ENDED:
        return None
    return _event(form, EventKind.CALL_ENDED, name="ended", data={"status": status})


def _event(
    form: Form, kind: EventKind, *, name: str, text: str = "", data: dict[str, object] | None = None
) -> InboundEvent:
    call = required(form, "CallSid")
    # Callers who hide their number are different people: each call stands for itself.
    peer = as_e164(form.get("From", "")) or f"anonymous:{call}"
    return InboundEvent(
        channel="voice",
        event_id=f"{call}:{name}",
        kind=kind,
        peer=peer,
        thread=call,
        account=form.get("To", ""),
        text=text,
        data=data or {},
    )


def _confidence(value: str) -> float | None:
    """0 to 1; Twilio gives a text and not every recogniser gives one."""
    try:
        confidence = float(value)
    except ValueError:
        return None
    return confidence if 0.0 <= confidence <= 1.0 else None
