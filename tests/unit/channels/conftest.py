"""The four channels in one application around an intake that remembers, reached as their providers reach them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from channels.contracts import Acceptance, CallReply, InboundEvent, Say
from channels.simulator.citizen import SignedRequest, TwilioLine, ZaloAccount
from channels.sms import routes as sms
from channels.voice import routes as voice
from channels.zalo import routes as zalo

BASE_URL = "https://1022.example.vn"
BODY_LIMIT = 200_000
CALLER = "+84912345678"
ZALO_USER = "3000000000000000001"


@dataclass(slots=True)
class RememberingIntake:
    """Keeps the promise of ``Intake`` in memory: ``(channel, event_id)`` once."""

    events: list[InboundEvent] = field(default_factory=list)
    failure: Exception | None = None
    deliveries: int = 0

    async def accept(self, event: InboundEvent) -> Acceptance:
        if self.failure is not None:
            raise self.failure
        self.deliveries += 1
        if any((known.channel, known.event_id) == (event.channel, event.event_id) for known in self.events):
            return Acceptance.DUPLICATE
        self.events.append(event)
        return Acceptance.ACCEPTED

    @property
    def only(self) -> InboundEvent:
        assert len(self.events) == 1
        return self.events[0]


@dataclass(slots=True)
class ScriptedCalls:
    """Answers each turn with the next reply of a script."""

    replies: list[CallReply] = field(default_factory=list)
    events: list[InboundEvent] = field(default_factory=list)
    failure: Exception | None = None

    async def turn(self, event: InboundEvent, *, deadline_s: float) -> CallReply:
        self.events.append(event)
        if self.failure is not None:
            raise self.failure
        return self.replies.pop(0) if self.replies else CallReply(says=(Say("Dạ, em nghe."),))

    @property
    def last(self) -> InboundEvent:
        return self.events[-1]


@pytest.fixture
def intake() -> RememberingIntake:
    return RememberingIntake()


@pytest.fixture
def calls() -> ScriptedCalls:
    return ScriptedCalls()


@pytest.fixture
def twilio() -> TwilioLine:
    return TwilioLine(base_url=BASE_URL, account_sid="AC" + "0" * 32, auth_token="a-token-for-tests")


@pytest.fixture
def zalo_account() -> ZaloAccount:
    return ZaloAccount(
        base_url=BASE_URL,
        app_id="1000000000000001022",
        oa_id="2000000000000001022",
        oa_secret_key="test-oa-secret-key-1022",
    )


@pytest.fixture
def app(intake: RememberingIntake, calls: ScriptedCalls, twilio: TwilioLine, zalo_account: ZaloAccount) -> FastAPI:
    app = FastAPI()
    common = {"auth_token": twilio.auth_token, "public_base_url": BASE_URL}
    app.include_router(sms.router(intake, body_limit=BODY_LIMIT, **common))
    app.include_router(voice.router(calls, intake, body_limit=BODY_LIMIT, **common))
    app.include_router(
        zalo.router(
            intake,
            app_id=zalo_account.app_id,
            oa_id=zalo_account.oa_id,
            oa_secret_key=zalo_account.oa_secret_key,
            body_limit=BODY_LIMIT,
        )
    )
    return app


class Provider:
    """Delivers signed requests to the application."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def deliver(self, request: SignedRequest, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(request.url, content=request.body, headers={**request.headers, **named})


@pytest_asyncio.fixture
async def provider(app: FastAPI) -> AsyncIterator[Provider]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield Provider(client)
