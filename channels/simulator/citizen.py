"""A citizen's side of each provider: requests built and signed as the provider would.

Nothing is sent here; whoever has a client (the ``/simulator`` pages, tests, benchmarks) sends ``SignedRequest``.
"""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict

from channels.simulator.signing import sign_twilio
from channels.zalo import signature as zalo_signature

VOICE_PATH = "/channels/voice"
SMS_PATH = "/channels/sms/twilio"
ZALO_PATH = "/channels/zalo"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A POST ready to leave: the full address, headers and exactly these bytes."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class TwilioLine:
    """Our account at Twilio as Twilio sees it. ``base_url`` is the contact centre's public address."""

    base_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    number: str = "1022"

    def sms(self, sender: str, text: str, *, message_sid: str = "") -> SignedRequest:
        """A text message from ``sender``. The same ``message_sid`` again is a retry."""
        sid = message_sid or new_sid("SM")
        form = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "From": sender, "To": self.number}
        return self.request(SMS_PATH, {**form, "Body": text, "NumMedia": "0", "SmsStatus": "received"})

    def sms_status(
        self, message_sid: str, status: str, *, recipient: str, reference: str = "", error_code: str = ""
    ) -> SignedRequest:
        """A receipt for a message of ours."""
        form = {"MessageSid": message_sid, "MessageStatus": status, "To": recipient, "From": self.number}
        query = f"?{urlencode({'ref': reference})}" if reference else ""
        return self.request(f"{SMS_PATH}/status{query}", form | ({"ErrorCode": error_code} if error_code else {}))

    def call(self, caller: str, call_sid: str) -> SignedRequest:
        """The first webhook of a call."""
        return self.request(f"{VOICE_PATH}/incoming", self._call_form(caller, call_sid, "ringing"))

    def turn(
        self,
        caller: str,
        call_sid: str,
        url: str,
        *,
        speech: str = "",
        confidence: float = 0.9,
        digits: str = "",
        dial_status: str = "",
    ) -> SignedRequest:
        """What the engine sends when a Gather, Redirect or Dial ends. ``url`` is the address our TwiML gave."""
        form = self._call_form(caller, call_sid, "in-progress")
        if speech:
            form |= {"SpeechResult": speech, "Confidence": f"{confidence:.2f}"}
        if digits:
            form |= {"Digits": digits}
        if dial_status:
            form |= {"DialCallStatus": dial_status}
        path = url.removeprefix(self.base_url.rstrip("/"))
        return self.request(path, form)

    def call_status(self, caller: str, call_sid: str, status: str = "completed") -> SignedRequest:
        """The caller hung up."""
        return self.request(f"{VOICE_PATH}/status", self._call_form(caller, call_sid, status))

    def request(self, path: str, form: Mapping[str, str] | Sequence[tuple[str, str]]) -> SignedRequest:
        """Any signed webhook; pairs may repeat a parameter."""
        url = self.base_url.rstrip("/") + path
        given = list(form.items()) if isinstance(form, Mapping) else list(form)
        pairs = [("AccountSid", self.account_sid), ("ApiVersion", "2010-04-01"), *given]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": sign_twilio(self.auth_token, url, ImmutableMultiDict(pairs)),
        }
        return SignedRequest(url, headers, urlencode(pairs).encode("ascii"))

    def _call_form(self, caller: str, call_sid: str, status: str) -> dict[str, str]:
        return {
            "CallSid": call_sid,
            "From": caller,
            "To": self.number,
            "Caller": caller,
            "Called": self.number,
            "CallStatus": status,
            "Direction": "inbound",
        }


@dataclass(frozen=True, slots=True)
class ZaloAccount:
    """Our official account as Zalo sees it. ``base_url`` is the contact centre's public address."""

    base_url: str
    app_id: str
    oa_id: str
    oa_secret_key: str = field(repr=False)

    def text(self, user_id: str, text: str, *, message_id: str = "") -> SignedRequest:
        """A chat message; also what a pressed button becomes. The same ``message_id`` again is a retry."""
        return self.message(user_id, "user_send_text", {"text": text}, message_id=message_id)

    def image(self, user_id: str, url: str, *, text: str = "", message_id: str = "") -> SignedRequest:
        attachment = {"type": "image", "payload": {"thumbnail": url, "url": url}}
        message = {"attachments": [attachment], **({"text": text} if text else {})}
        return self.message(user_id, "user_send_image", message, message_id=message_id)

    def location(
        self, user_id: str, latitude: float, longitude: float, *, place: str = "", message_id: str = ""
    ) -> SignedRequest:
        coordinates = {"latitude": str(latitude), "longitude": str(longitude)}
        message = {"attachments": [{"type": "location", "payload": {"coordinates": coordinates}}], "text": place}
        return self.message(user_id, "user_send_location", message, message_id=message_id)

    def follow(self, user_id: str) -> SignedRequest:
        return self.event({"event_name": "follow", "oa_id": self.oa_id, "follower": {"id": user_id}})

    def submit_info(self, user_id: str, *, name: str, phone: str) -> SignedRequest:
        sides = {"sender": {"id": user_id}, "recipient": {"id": self.oa_id}}
        return self.event({"event_name": "user_submit_info", **sides, "info": {"name": name, "phone": phone}})

    def received(self, user_id: str, message_id: str) -> SignedRequest:
        """A receipt: our message is on the citizen's phone."""
        sides = {"sender": {"id": self.oa_id}, "recipient": {"id": user_id}}
        return self.event({"event_name": "user_received_message", **sides, "message": {"msg_id": message_id}})

    def seen(self, user_id: str, *message_ids: str) -> SignedRequest:
        """A receipt: the citizen read these."""
        sides = {"sender": {"id": self.oa_id}, "recipient": {"id": user_id}}
        return self.event({"event_name": "user_seen_message", **sides, "message": {"msg_ids": list(message_ids)}})

    def message(self, user_id: str, name: str, message: Mapping[str, Any], *, message_id: str = "") -> SignedRequest:
        """Any ``user_send_*`` event."""
        body = {**message, "msg_id": message_id or secrets.token_hex(10)}
        sides = {"sender": {"id": user_id}, "recipient": {"id": self.oa_id}}
        return self.event({"event_name": name, **sides, "message": body})

    def event(self, facts: Mapping[str, Any], *, timestamp: str = "") -> SignedRequest:
        """Any signed event; ``timestamp`` in milliseconds, now unless given."""
        at = timestamp or str(int(time.time() * 1000))
        payload = {"app_id": self.app_id, **facts, "timestamp": at}
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return self.raw(raw, at)

    def raw(self, raw: bytes, timestamp: str) -> SignedRequest:
        """Exactly these bytes, signed."""
        mac = zalo_signature.sign(self.app_id, raw, timestamp, self.oa_secret_key)
        headers = {"Content-Type": "application/json", zalo_signature.HEADER: f"mac={mac}"}
        return SignedRequest(self.base_url.rstrip("/") + ZALO_PATH, headers, raw)


def new_sid(prefix: str) -> str:
    """A Twilio id: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)
