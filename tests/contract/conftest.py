"""Our senders, the provider stand-in and our webhooks, each over real HTTP on this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from channels.contracts import Button, ChannelName, OutboundMessage
from channels.simulator.app import create_app
from channels.sms.client import TwilioSmsSender
from channels.zalo.client import ZaloSender
from channels.zalo.oauth import ZaloOAuth
from tests.support.channel_peers import House, accounts_at

HOST = "127.0.0.1"
# Long enough for an answer on a busy machine, short enough to wait for one that never comes.
SENDER_TIMEOUT_S = 1.5


@asynccontextmanager
async def served(app: FastAPI, listener: socket.socket) -> AsyncIterator[str]:
    """``app`` behind a real server; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def listening() -> socket.socket:
    """A socket that already takes connections, so that nobody has to wait for its server."""
    listener = socket.socket()
    listener.bind((HOST, 0))
    listener.listen()
    return listener


@dataclass(slots=True)
class StandInAddress:
    url: str
    http: httpx.AsyncClient

    async def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = (await self.http.get(f"{self.url}/log")).json()["entries"]
        return entries

    async def counts(self) -> dict[str, int]:
        counts: dict[str, int] = (await self.http.get(f"{self.url}/counts")).json()
        return counts

    async def tokens(self) -> dict[str, int]:
        tokens: dict[str, int] = (await self.http.get(f"{self.url}/tokens")).json()
        return tokens

    async def behave(self, **switches: Any) -> None:
        (await self.http.put(f"{self.url}/behaviour", json=switches)).raise_for_status()


class TokensInMemory:
    """A token store for one process: what the core does with a row lock, done with a lock."""

    def __init__(self, oauth: ZaloOAuth, access_token: str, refresh_token: str) -> None:
        self._oauth = oauth
        self._pair = (access_token, refresh_token)
        self._lock = asyncio.Lock()

    async def current(self) -> str:
        return self._pair[0]

    async def refresh(self, stale: str) -> str:
        async with self._lock:
            if self._pair[0] == stale:
                pair = await self._oauth.refresh(self._pair[1])
                self._pair = (pair.access_token, pair.refresh_token)
            return self._pair[0]


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    """Our webhooks, served, so that receipts can come back."""
    listener = listening()
    house = House(accounts_at(f"http://{HOST}:{listener.getsockname()[1]}"))
    async with served(house.app(), listener):
        yield house


@pytest_asyncio.fixture
async def stand_in(house: House) -> AsyncIterator[StandInAddress]:
    async with served(create_app(house.accounts), listening()) as url, httpx.AsyncClient() as http:
        stand_in = StandInAddress(url, http)
        await stand_in.behave(receipt_delay_s=0.0)
        yield stand_in


def sms_sender(house: House, api_base: str, *, auth_token: str = "") -> TwilioSmsSender:
    return TwilioSmsSender(
        account_sid=house.accounts.account_sid,
        auth_token=auth_token or house.accounts.auth_token,
        from_number="1022",
        public_base_url=house.accounts.public_base_url,
        api_base=api_base,
        timeout_s=SENDER_TIMEOUT_S,
    )


@pytest_asyncio.fixture
async def sms(house: House, stand_in: StandInAddress) -> AsyncIterator[TwilioSmsSender]:
    sender = sms_sender(house, stand_in.url)
    yield sender
    await sender.aclose()


@pytest_asyncio.fixture
async def tokens(house: House, stand_in: StandInAddress) -> AsyncIterator[TokensInMemory]:
    accounts = house.accounts
    oauth = ZaloOAuth(app_id=accounts.app_id, app_secret=accounts.app_secret, oauth_base=stand_in.url)
    yield TokensInMemory(oauth, accounts.access_token, accounts.refresh_token)
    await oauth.aclose()


@pytest_asyncio.fixture
async def zalo(stand_in: StandInAddress, tokens: TokensInMemory) -> AsyncIterator[ZaloSender]:
    sender = ZaloSender(tokens=tokens, api_base=stand_in.url, timeout_s=SENDER_TIMEOUT_S)
    yield sender
    await sender.aclose()


@pytest.fixture
def closed_port() -> str:
    """An address nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return f"http://{HOST}:{probe.getsockname()[1]}"


def outbound(
    channel: ChannelName,
    to: str,
    text: str = "Dạ, tổng đài đã nhận phản ánh.",
    *,
    reference: str = "0197f3a2-c1d8-7b7e-9a41-3c5d7e9f1a2b",
    buttons: tuple[Button, ...] = (),
    image_urls: tuple[str, ...] = (),
) -> OutboundMessage:
    return OutboundMessage(reference, channel, to, text, buttons=buttons, image_urls=image_urls)
