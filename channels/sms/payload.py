"""Twilio's messaging webhooks as our events (parameters: Twilio, "Twilio's request to your webhook URL")."""

from collections.abc import Mapping

from channels import text
from channels.contracts import DeliveryStatus, EventKind, InboundEvent
from channels.phones import as_e164
from channels.twilio.webhook import Form, required

# Callbacks come out of order; the core never goes back to an earlier rank.
STATUSES: Mapping[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.QUEUED,
    "scheduled": DeliveryStatus.QUEUED,
    "queued": DeliveryStatus.QUEUED,
    "sending": DeliveryStatus.SENDING,
    "sent": DeliveryStatus.SENT,
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}


def message_event(form: Form) -> InboundEvent:
    """What a citizen texted. Brand names and short codes cannot be answered: such an event is kept, not conversed with.

    Raises ``Refusal`` 400 when MessageSid or From is missing.
    """
    sender = required(form, "From")
    phone = as_e164(sender)
    written = text.inbound(form.get("Body", ""))
    data: dict[str, object] = dict(written.facts)
    if form.get("OptOutType"):
        data["opt_out"] = form["OptOutType"]
    if form.get("NumMedia", "0") not in {"", "0"}:
        data["media_left_out"] = form["NumMedia"]
    return InboundEvent(
        channel="sms",
        # Never the body: two citizens may well send the same words, and one citizen may send them twice.
        event_id=required(form, "MessageSid"),
        kind=EventKind.MESSAGE if phone else EventKind.OTHER,
        peer=phone or sender,
        thread=phone or sender,
        account=form.get("To", ""),
        text=written.text,
        data=data,
    )


def receipt_event(form: Form, reference: str) -> InboundEvent:
    """How far a message of ours got. ``reference`` is the one we put in the callback's address."""
    provider_id = required(form, "MessageSid")
    status = required(form, "MessageStatus").lower()
    recipient = required(form, "To")
    known = STATUSES.get(status)
    peer = as_e164(recipient) or recipient
    return InboundEvent(
        channel="sms",
        event_id=f"status:{provider_id}:{status}",
        kind=EventKind.DELIVERY if known else EventKind.OTHER,
        peer=peer,
        thread=peer,
        account=form.get("From", ""),
        data={
            "provider_id": provider_id,
            "reference": reference or None,
            "status": known.value if known else status,
            "error_code": form.get("ErrorCode") or None,
        },
    )
