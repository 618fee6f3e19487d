"""The four channels in one application, reached as their providers reach them."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from channels.simulator.accounts import Accounts
from channels.simulator.citizen import TwilioLine, ZaloAccount
from tests.support.channel_peers import House, Provider, RememberingIntake, ScriptedCalls, accounts_at

BASE_URL = "https://1022.example.vn"


@pytest.fixture
def accounts() -> Accounts:
    return accounts_at(BASE_URL)


@pytest.fixture
def house(accounts: Accounts) -> House:
    return House(accounts)


@pytest.fixture
def intake(house: House) -> RememberingIntake:
    return house.intake


@pytest.fixture
def calls(house: House) -> ScriptedCalls:
    return house.calls


@pytest.fixture
def line(accounts: Accounts) -> TwilioLine:
    return accounts.line


@pytest.fixture
def account(accounts: Accounts) -> ZaloAccount:
    return accounts.zalo


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app()), base_url=BASE_URL) as client:
        yield client


@pytest.fixture
def provider(client: httpx.AsyncClient) -> Provider:
    return Provider(client)
