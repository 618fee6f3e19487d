"""Our messages out through Zalo's consultation API (``v3.0/oa/message/cs``)."""

import logging
from collections.abc import Iterator
from typing import Any, Protocol

import httpx

from channels.contracts import (
    Button,
    OutboundMessage,
    SendDeferred,
    SendError,
    SendReceipt,
    SendRefused,
    SendUncertain,
)
from channels.text import inbound, split_text
from channels.zalo.capabilities import CAPABILITIES
from channels.zalo.errors import TokenRejected, meaning_of

log = logging.getLogger(__name__)

PATH = "/v3.0/oa/message/cs"
MOST_PARTS = 4
LONGEST_BUTTON_TITLE = 100
LONGEST_BUTTON_PAYLOAD = 1000


class TokenStore(Protocol):
    """Where the account's token pair lives. ``refresh`` is safe to call from many processes at once."""

    async def current(self) -> str:
        """The access token to use now. Raises ``SendError`` when there is none."""
        ...

    async def refresh(self, stale: str) -> str:
        """A token newer than ``stale``. Raises ``SendError`` when there is none to be had."""
        ...


class ZaloSender:
    """Implements ``channels.contracts.Sender``."""

    def __init__(
        self, *, tokens: TokenStore, api_base: str = "https://openapi.zalo.me", timeout_s: float = 10.0
    ) -> None:
        self._tokens = tokens
        self._http = httpx.AsyncClient(base_url=api_base, timeout=timeout_s)

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Send all of it: long texts in parts, each picture by itself.

        Raises ``SendRefused``, ``SendDeferred`` or ``SendUncertain``; once a part has left, only the last.
        """
        bodies = list(bodies_of(message))
        ids: list[str] = []
        quota: Any = None
        for number, body in enumerate(bodies, start=1):
            try:
                answer = await self._send_with_fresh_token(body, message.reference)
            except SendError as error:
                if not ids:
                    raise
                raise SendUncertain("partly_sent", f"part {number} of {len(bodies)}: {error.code}") from error
            ids.append(str(answer["message_id"]))
            quota = answer.get("quota")
        return SendReceipt(provider_id=ids[-1], segments=len(ids), data={"parts": ids, "quota": quota})

    async def _send_with_fresh_token(self, body: dict[str, Any], reference: str) -> dict[str, Any]:
        """One refresh and one more try when Zalo no longer takes the token."""
        token = await self._tokens.current()
        try:
            return await self._post(body, token, reference)
        except TokenRejected:
            token = await self._tokens.refresh(token)
        return await self._post(body, token, reference)

    async def _post(self, body: dict[str, Any], token: str, reference: str) -> dict[str, Any]:
        # Zalo has no idempotency key; the reference is for our own traces and for the stand-in.
        headers = {"access_token": token, "X-Request-Reference": reference}
        try:
            response = await self._http.post(PATH, json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendDeferred("not_reached", type(error).__name__) from error
        except httpx.HTTPError as error:
            raise SendUncertain("unanswered", type(error).__name__) from error
        return _accepted(response)

    async def aclose(self) -> None:
        await self._http.aclose()


def _accepted(response: httpx.Response) -> dict[str, Any]:
    """What Zalo said about the message it took. Success is HTTP 200 and ``error`` 0, nothing less."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    code = answer.get("error") if isinstance(answer, dict) else None
    if response.status_code == 200 and code == 0:
        data = answer.get("data")
        if isinstance(data, dict) and data.get("message_id"):
            return data
        raise SendUncertain("malformed_answer")
    error = meaning_of(response.status_code, code)
    if isinstance(error, SendDeferred) and not isinstance(error, TokenRejected):
        log.warning("zalo_deferred", extra={"code": error.code, "reason": error.reason})
    raise error


def bodies_of(message: OutboundMessage) -> Iterator[dict[str, Any]]:
    """The requests one message becomes. Raises ``SendRefused`` for nothing at all and for far too much."""
    written = inbound(message.text).text
    texts = split_text(written, CAPABILITIES.max_text) if written else []
    if not texts and not message.image_urls:
        raise SendRefused("empty")
    if len(texts) > MOST_PARTS:
        raise SendRefused("too_long")
    for text in texts[:-1]:
        yield _body(message.to, {"text": text})
    if texts:
        yield _body(message.to, {"text": texts[-1], **_buttons(message.buttons)})
    for url in message.image_urls:
        yield _body(message.to, _image(url))


def _body(user_id: str, message: dict[str, Any]) -> dict[str, Any]:
    return {"recipient": {"user_id": user_id}, "message": message}


def _buttons(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """``oa.query.show`` comes back as an ordinary text event whose text is the payload."""
    if not buttons:
        return {}
    offered = [
        {
            "title": button.title[:LONGEST_BUTTON_TITLE],
            "type": "oa.query.show",
            "payload": button.payload[:LONGEST_BUTTON_PAYLOAD],
        }
        for button in buttons[: CAPABILITIES.buttons]
    ]
    return {"attachment": {"type": "template", "payload": {"buttons": offered}}}


def _image(url: str) -> dict[str, Any]:
    element = {"media_type": "image", "url": url}
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}
