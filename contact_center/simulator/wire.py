"""Sends what a simulated citizen does to the real endpoints, signed as the provider signs; reads the stand-in."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from channels.simulator.citizen import SignedRequest, TwilioLine, ZaloAccount
from contact_center.errors import DomainError, InvalidInput
from contact_center.settings import Settings

TIMEOUT_S = 20.0
LATEST_S = 10.0


class StandInAway(DomainError):
    """The provider stand-in, or our own web process, did not answer."""

    code = "stand_in_away"
    status = 503


@dataclass(frozen=True, slots=True)
class Manner:
    """How the network treats a request: ``late_s`` seconds late, ``twice`` as providers retry, ``forged`` with a
    signature that is not ours."""

    late_s: float = 0.0
    twice: bool = False
    forged: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What our endpoint answered to each delivery."""

    statuses: tuple[int, ...]
    body: bytes


def line_of(settings: Settings) -> TwilioLine:
    twilio = settings.twilio
    return TwilioLine(
        settings.public_base_url, twilio.account_sid, twilio.auth_token.get_secret_value(), number=twilio.sms_from
    )


def account_of(settings: Settings) -> ZaloAccount:
    zalo = settings.zalo
    return ZaloAccount(settings.public_base_url, zalo.app_id, zalo.oa_id, zalo.oa_secret_key.get_secret_value())


def turn_address(settings: Settings, url: str) -> str:
    """The address our TwiML gave, back to the voice endpoint only: nothing else is signed and asked."""
    base = settings.public_base_url.rstrip("/")
    path = url.removeprefix(base)
    if not path.startswith("/channels/voice/"):
        raise InvalidInput(url="not_ours")
    return base + path


async def deliver(request: SignedRequest, manner: Manner) -> Answered:
    """Raises ``StandInAway`` when the web process cannot be reached."""
    if manner.forged:
        request = _forged(request)
    await asyncio.sleep(min(manner.late_s, LATEST_S))
    statuses: list[int] = []
    body = b""
    async with _client() as client:
        for number in range(2 if manner.twice else 1):
            answer = await _ask(client, "POST", request.url, content=request.body, headers=dict(request.headers))
            statuses.append(answer.status_code)
            body = answer.content if number == 0 else body
    return Answered(tuple(statuses), body)


def _forged(request: SignedRequest) -> SignedRequest:
    """One character of the signature is wrong, whatever its case: hexadecimal ones are compared without it."""
    headers = {
        name: value[:-2] + ("1" if value[-2] == "0" else "0") + value[-1] if "signature" in name.lower() else value
        for name, value in request.headers.items()
    }
    return replace(request, headers=headers)


async def log_after(settings: Settings, seq: int) -> dict[str, Any]:
    """What our senders sent to the stand-in since ``seq``."""
    return await _stand_in(settings, "GET", "/log", params={"after": seq, "limit": 300})


async def behaviour(settings: Settings) -> dict[str, Any]:
    return await _stand_in(settings, "GET", "/behaviour")


async def change_behaviour(settings: Settings, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return await _stand_in(settings, "PUT", "/behaviour", json=dict(wanted))


async def shelve_photo(settings: Settings, data: bytes, media_type: str) -> str:
    """Put a photo where Zalo would keep it; gives its address."""
    shelved = await _stand_in(settings, "POST", "/photos", content=data, headers={"Content-Type": media_type})
    return str(shelved["url"])


async def _stand_in(settings: Settings, method: str, path: str, **options: Any) -> dict[str, Any]:
    async with _client() as client:
        answer = await _ask(client, method, settings.simulator_url.rstrip("/") + path, **options)
    if answer.is_error:
        raise InvalidInput(stand_in=str(answer.status_code))
    body: dict[str, Any] = answer.json()
    return body


def _client() -> httpx.AsyncClient:
    # Both ends are on this machine: a proxy of the environment has no business here.
    return httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False)


async def _ask(client: httpx.AsyncClient, method: str, url: str, **options: Any) -> httpx.Response:
    try:
        return await client.request(method, url, **options)
    except httpx.HTTPError as error:
        raise StandInAway(error=type(error).__name__) from error
