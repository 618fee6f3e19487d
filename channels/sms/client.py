"""Our messages out through Twilio's Messages API, by the official SDK."""

# The SDK has few annotations.
# mypy: allow-untyped-calls

from urllib.parse import quote

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from channels.contracts import OutboundMessage, SendDeferred, SendError, SendReceipt, SendRefused, SendUncertain
from channels.phones import as_e164
from channels.sms.capabilities import CAPABILITIES
from channels.sms.segments import segments
from channels.text import inbound, split_text, unaccented
from channels.twilio.http import NotReached, SdkHttpClient, Unanswered

# More parts than this is a letter, not a message; whoever wrote it is told so.
MOST_PARTS = 4
STATUS_PATH = "/channels/sms/twilio/status"
# What an operator has to put right: until then messages wait.
ACCOUNT_CODES = frozenset({20003, 20005, 20404, 30002, 21606})
ACCOUNT_RETRY_S = 300.0
BUSY_RETRY_S = 10.0
BUSY_CODES = frozenset({20429, 30001, 21611})


class TwilioSmsSender:
    """Implements ``channels.contracts.Sender``.

    ``from_number`` is what citizens see; ``api_base`` points the SDK at another server that speaks Twilio's API.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        from_number: str,
        public_base_url: str,
        api_base: str = "",
        timeout_s: float = 10.0,
    ) -> None:
        self._from = from_number
        self._status_url = public_base_url.rstrip("/") + STATUS_PATH
        self._http = SdkHttpClient(api_base=api_base, timeout_s=timeout_s)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Send all of it, in several messages where it is long.

        Raises ``SendRefused``, ``SendDeferred`` or ``SendUncertain``; once a part has left, only the last.
        """
        recipient = as_e164(message.to)
        if recipient is None:
            raise SendRefused("not_a_phone_number")
        parts = parts_of(message.text)
        ids: list[str] = []
        for number, part in enumerate(parts, start=1):
            try:
                ids.append(await self._send_part(message, recipient, part, last=number == len(parts)))
            except SendError as error:
                if not ids:
                    raise
                raise SendUncertain("partly_sent", f"part {number} of {len(parts)}: {error.code}") from error
        return SendReceipt(provider_id=ids[-1], segments=sum(map(segments, parts)), data={"parts": ids})

    async def _send_part(self, message: OutboundMessage, recipient: str, part: str, *, last: bool) -> str:
        # One callback a message: the last part is the one that makes it complete.
        callback = {"status_callback": f"{self._status_url}?ref={quote(message.reference)}"} if last else {}
        try:
            sent = await self._client.messages.create_async(to=recipient, from_=self._from, body=part, **callback)
        except NotReached as error:
            raise SendDeferred("not_reached", str(error)) from error
        except Unanswered as error:
            raise SendUncertain("unanswered", str(error)) from error
        except TwilioRestException as error:
            raise meaning_of(error.status, error.code) from error
        except (TwilioException, ValueError, KeyError) as error:
            raise SendUncertain("malformed_answer", type(error).__name__) from error
        if not sent.sid:
            raise SendUncertain("malformed_answer")
        return str(sent.sid)

    async def aclose(self) -> None:
        await self._http.close()


def parts_of(text: str) -> list[str]:
    """The message as plain phones show it. Raises ``SendRefused`` for nothing at all and for far too much."""
    written = inbound(text).text
    plain = written if CAPABILITIES.accents else unaccented(written)
    if not plain:
        raise SendRefused("empty")
    parts = split_text(plain, CAPABILITIES.max_text)
    if len(parts) > MOST_PARTS:
        raise SendRefused("too_long")
    return parts


def meaning_of(status: int, code: int | None) -> SendError:
    """Twilio's refusal as one of ours.

    429 and 503 say that nothing was done. Another 5xx may have come after the message was taken. What is wrong with
    our account is not the citizen's fault and waits; everything else is about this message and is final.
    """
    name = str(code or status)
    if status in {429, 503} or code in BUSY_CODES:
        return SendDeferred(name, "busy", retry_after_s=BUSY_RETRY_S)
    if status >= 500:
        return SendUncertain(name, "server error")
    if status in {401, 403, 404} or code in ACCOUNT_CODES:
        return SendDeferred(name, "account", retry_after_s=ACCOUNT_RETRY_S)
    return SendRefused(name)
