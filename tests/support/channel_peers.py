"""The channels' counterparts in tests: an intake that remembers, scripted calls, a chat in memory, and providers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI

from channels.contracts import Acceptance, CallReply, InboundEvent, Say
from channels.simulator.accounts import Accounts
from channels.simulator.citizen import SignedRequest
from channels.sms import routes as sms
from channels.voice import routes as voice
from channels.webchat import routes as webchat
from channels.webchat.reader import ChatLine, ChatPage
from channels.zalo import routes as zalo

BODY_LIMIT = 200_000
CALLER = "+84912345678"
ZALO_USER = "3000000000000000001"
CHAT_SECRET = "a-secret-for-tests"


def accounts_at(public_base_url: str) -> Accounts:
    return Accounts(
        public_base_url=public_base_url,
        account_sid="AC" + "0" * 32,
        auth_token="a-token-for-tests",
        app_id="1000000000000001022",
        app_secret="an-app-secret-for-tests",
        oa_id="2000000000000001022",
        oa_secret_key="test-oa-secret-key-1022",
        access_token="the-first-access-token",
        refresh_token="the-first-refresh-token",
    )


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
        assert len(self.events) == 1, f"{len(self.events)} events"
        return self.events[0]


@dataclass(slots=True)
class ScriptedCalls:
    """Answers each turn with the next reply of a script, the same one for the same event."""

    intake: RememberingIntake
    replies: list[CallReply] = field(default_factory=list)
    given: dict[str, CallReply] = field(default_factory=dict)
    failure: BaseException | None = None

    async def turn(self, event: InboundEvent, *, deadline_s: float) -> CallReply:
        await self.intake.accept(event)
        if self.failure is not None:
            raise self.failure
        if event.event_id not in self.given:
            self.given[event.event_id] = self.replies.pop(0) if self.replies else CallReply(says=(Say("Dạ."),))
        return self.given[event.event_id]


@dataclass(slots=True)
class ChatInMemory:
    """A reader that shows a thread's own words back."""

    intake: RememberingIntake

    async def after(self, thread: str, seq: int, *, limit: int) -> ChatPage:
        said = [event for event in self.intake.events if event.thread == thread]
        lines = [
            ChatLine(
                number, "citizen", event.text, datetime(2026, 11, 22, tzinfo=UTC), client_id=event.data["client_id"]
            )
            for number, event in enumerate(said, start=1)
        ]
        return ChatPage(tuple(line for line in lines if line.seq > seq)[:limit])


@dataclass(slots=True)
class PatientLimiter:
    """Says to wait as often as it was told to."""

    waits: dict[str, int] = field(default_factory=dict)

    async def wait_s(self, action: str, key: str) -> int:
        return self.waits.get(action, 0)


@dataclass(slots=True)
class House:
    """The four channels in one application around one intake."""

    accounts: Accounts
    intake: RememberingIntake = field(default_factory=RememberingIntake)
    limiter: PatientLimiter = field(default_factory=PatientLimiter)
    calls: ScriptedCalls = field(init=False)

    def __post_init__(self) -> None:
        self.calls = ScriptedCalls(self.intake)

    def app(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), deadline_s: float = 8.0) -> FastAPI:
        app, accounts = FastAPI(), self.accounts
        token, base = accounts.auth_token, accounts.public_base_url
        limit = BODY_LIMIT
        app.include_router(sms.router(self.intake, auth_token=token, public_base_url=base, body_limit=limit))
        app.include_router(
            voice.router(
                self.calls,
                self.intake,
                auth_token=token,
                public_base_url=base,
                body_limit=limit,
                deadline_s=deadline_s,
            )
        )
        app.include_router(
            zalo.router(
                self.intake,
                app_id=accounts.app_id,
                oa_id=accounts.oa_id,
                oa_secret_key=accounts.oa_secret_key,
                body_limit=limit,
                now=now,
            )
        )
        reader = ChatInMemory(self.intake)
        app.include_router(
            webchat.router(self.intake, reader, secret=CHAT_SECRET, limiter=self.limiter, body_limit=limit, now=now)
        )
        return app


@dataclass(slots=True)
class Provider:
    """Delivers signed requests."""

    client: httpx.AsyncClient

    async def deliver(self, request: SignedRequest, **headers: str) -> httpx.Response:
        """Keyword arguments replace headers: ``content_type="text/plain"``."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return await self.client.post(request.url, content=request.body, headers={**request.headers, **named})
