"""Citizens on every channel at once, patient as providers are: what was not accepted is sent again, unchanged."""

import asyncio
import json
import random
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from channels.simulator.citizen import SignedRequest, TwilioLine, ZaloAccount
from tests.support.house import House

PAUSE_S = (0.3, 0.9)
RETRY_S = 0.3
# A provider gives up at some point; by then the house has long been back.
MOST_TRIES = 200
SAID = (
    "đèn đường hẻm 12 Lý Thường Kiệt phường Mỹ Tho tắt cả tuần nay",
    "duong Le Loi",
    "đúng rồi",
    "khai sinh cho con can giay to gi",
    "phiếu của tôi tới đâu rồi",
    "rác 4 ngày không ai gom",
    "cảm ơn",
)
# What the voice channel's safe answer asks for next, and no other answer does.
IS_SAFE_ANSWER = "person="
TURN_URL = re.compile(r'(?:action="|<Redirect[^>]*>)([^"<]+)')


@dataclass(slots=True)
class Load:
    """What was accepted: event ids by thread, in the order they were sent."""

    house: House
    accepted: dict[str, list[str]] = field(default_factory=dict)
    # Turns of calls that heard the safe answer: the caller is on the way to a person, the turn may or may not be kept.
    perhaps: set[str] = field(default_factory=set)
    retries: int = 0
    _client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=20))

    async def run(self, seconds: float, *, citizens_per_channel: int) -> None:
        """Every citizen speaks, waits for acceptance, pauses, speaks again, for so many seconds."""
        until = time.monotonic() + seconds
        accounts = self.house.accounts
        line = TwilioLine(self.house.url, accounts["TWILIO_ACCOUNT_SID"], accounts["TWILIO_AUTH_TOKEN"])
        oa = ZaloAccount(
            self.house.url, accounts["ZALO_APP_ID"], accounts["ZALO_OA_ID"], accounts["ZALO_OA_SECRET_KEY"]
        )
        number = iter(range(10_000))
        talks: list[Awaitable[None]] = []
        for _ in range(citizens_per_channel):
            talks += [
                self._texts(line, f"+84911{next(number):06d}", until),
                self._chats_on_zalo(oa, str(uuid.uuid4().int)[:19], until),
                self._chats_on_web(until),
                self._calls(line, f"+84922{next(number):06d}", until),
            ]
        await asyncio.gather(*talks)
        await self._client.aclose()

    async def _texts(self, line: TwilioLine, phone: str, until: float) -> None:
        async def say(text: str) -> None:
            sid = f"SM{uuid.uuid4().hex}"
            await self._deliver(line.sms(phone, text, message_sid=sid))
            self._note(f"sms:{phone}", sid)

        await _talk(say, until)

    async def _chats_on_zalo(self, oa: ZaloAccount, user: str, until: float) -> None:
        async def say(text: str) -> None:
            message_id = uuid.uuid4().hex
            await self._deliver(oa.text(user, text, message_id=message_id))
            self._note(f"zalo:{user}", message_id)

        await _talk(say, until)

    async def _chats_on_web(self, until: float) -> None:
        session = (await self._persist("POST", f"{self.house.url}/channels/web/session")).json()
        headers = {"Authorization": f"Bearer {session['token']}", "Content-Type": "application/json"}

        async def say(text: str) -> None:
            client_id = str(uuid.uuid4())
            body = json.dumps({"client_id": client_id, "text": text}).encode()
            await self._persist("POST", f"{self.house.url}/channels/web/messages", headers=headers, content=body)
            self._note(f"web:{session['thread']}", client_id)

        await _talk(say, until)

    async def _calls(self, line: TwilioLine, phone: str, until: float) -> None:
        while time.monotonic() < until:
            await self._call(line, phone, until)

    async def _call(self, line: TwilioLine, phone: str, until: float) -> None:
        sid = f"CA{uuid.uuid4().hex}"
        answer = await self._deliver(line.call(phone, sid))
        self._note(f"voice:{sid}", f"{sid}:0")
        if IS_SAFE_ANSWER in answer.text:
            self.perhaps.add(f"{sid}:0")
        for turn in range(1, 5):
            url = _next_turn(answer.text)
            if url is None or time.monotonic() > until:
                break
            await asyncio.sleep(random.uniform(*PAUSE_S))
            answer = await self._deliver(line.turn(phone, sid, url, speech=random.choice(SAID)))
            assert "<Response>" in answer.text, answer.text
            self._note(f"voice:{sid}", f"{sid}:{turn}")
            if IS_SAFE_ANSWER in answer.text:
                self.perhaps.add(f"{sid}:{turn}")
        await self._deliver(line.call_status(phone, sid))

    def _note(self, thread: str, event_id: str) -> None:
        self.accepted.setdefault(thread, []).append(event_id)

    async def _deliver(self, request: SignedRequest) -> httpx.Response:
        return await self._persist("POST", request.url, headers=dict(request.headers), content=request.body)

    async def _persist(
        self, method: str, url: str, *, headers: dict[str, str] | None = None, content: bytes = b""
    ) -> httpx.Response:
        """The same request until it is accepted, as a provider's retries."""
        for _ in range(MOST_TRIES):
            try:
                answer = await self._client.request(method, url, headers=headers, content=content)
                if answer.status_code < 500 and answer.status_code != 429:
                    answer.raise_for_status()
                    return answer
            except httpx.TransportError:
                pass
            self.retries += 1
            await asyncio.sleep(RETRY_S)
        raise AssertionError(f"not accepted after {MOST_TRIES} tries: {url}")


async def _talk(say: Callable[[str], Awaitable[None]], until: float) -> None:
    while time.monotonic() < until:
        await say(random.choice(SAID))
        await asyncio.sleep(random.uniform(*PAUSE_S))


def _next_turn(twiml: str) -> str | None:
    match = TURN_URL.search(twiml)
    return match.group(1).replace("&amp;", "&") if match else None
