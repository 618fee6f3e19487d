"""The workbench: every press is a signed request to the real endpoints, and what our senders send comes back."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Page, expect
from redis.asyncio import Redis
from sqlalchemy import select

from channels.simulator.accounts import Accounts
from channels.simulator.app import create_app
from channels.sms import routes as sms
from channels.voice import routes as voice
from channels.zalo import routes as zalo
from contact_center.conversations.calls import InlineCallHandler
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.models import Message
from contact_center.conversations.senders import OutboxSender
from contact_center.conversations.workers import drain
from contact_center.db import Database
from contact_center.media.fetching import MediaFetcher
from contact_center.media.models import MediaFile
from contact_center.settings import Settings, TwilioSettings, ZaloSettings
from contact_center.simulator import pages
from contact_center.web import assets, errors
from contact_center.web.security import RateLimiter
from contact_center.wiring import build_senders
from tests.integration.conversations.people import Echo
from tests.support.pictures import photo
from tests.support.serving import bound_socket, served

USER = "7461234567890123456"


@dataclass
class Bench:
    client: httpx.AsyncClient
    database: Database
    settings: Settings

    async def press(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/simulator{path}", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def work(self) -> None:
        """What the worker does with what is waiting."""
        await drain(Dispatcher(self.database, Echo()).handle_next)
        sender = OutboxSender(self.database, build_senders(self.settings, self.database))
        await drain(sender.send_next)

    async def on_the_wire(self) -> list[dict[str, Any]]:
        log = (await self.client.get("/simulator/log")).json()
        entries: list[dict[str, Any]] = log["entries"]
        return entries

    async def said(self) -> list[str]:
        async with self.database.transaction() as tx:
            rows = await tx.session.scalars(select(Message).where(Message.author == "citizen").order_by(Message.seq))
            return [message.text for message in rows]


def settings_for(web: str, stand_in: str, folder: Path) -> Settings:
    return Settings(
        CONTACT_CENTER_DATA=folder,
        public_base_url=web,
        simulator_url=stand_in,
        twilio=TwilioSettings(
            account_sid="AC" + secrets.token_hex(16), auth_token=secrets.token_hex(16), api_base=stand_in
        ),
        zalo=ZaloSettings(
            app_id="4318657068771012",
            app_secret=secrets.token_hex(10),
            oa_id="579745863508352884",
            oa_secret_key=secrets.token_hex(10),
            access_token=secrets.token_hex(20),
            refresh_token=secrets.token_hex(20),
            api_base=stand_in,
            oauth_base=stand_in,
        ),
    )


def accounts_of(settings: Settings) -> Accounts:
    twilio, account = settings.twilio, settings.zalo
    return Accounts(
        public_base_url=settings.public_base_url,
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token.get_secret_value(),
        app_id=account.app_id,
        app_secret=account.app_secret.get_secret_value(),
        oa_id=account.oa_id,
        oa_secret_key=account.oa_secret_key.get_secret_value(),
        access_token=account.access_token.get_secret_value(),
        refresh_token=account.refresh_token.get_secret_value(),
    )


def web_app(settings: Settings, database: Database, redis: Redis) -> FastAPI:
    app, intake = FastAPI(), DatabaseIntake(database)
    app.state.settings, app.state.database, app.state.rate_limiter = settings, database, RateLimiter(redis)
    errors.install(app)
    assets.mount(app)
    app.include_router(pages.router)
    token, base = settings.twilio.auth_token.get_secret_value(), settings.public_base_url
    calls = InlineCallHandler(database, intake, Echo())
    app.include_router(sms.router(intake, auth_token=token, public_base_url=base))
    app.include_router(voice.router(calls, intake, auth_token=token, public_base_url=base))
    account = settings.zalo
    app.include_router(
        zalo.router(
            intake,
            app_id=account.app_id,
            oa_id=account.oa_id,
            oa_secret_key=account.oa_secret_key.get_secret_value(),
        )
    )
    return app


@pytest_asyncio.fixture
async def bench(empty_database: Database, redis: Redis, tmp_path: Path) -> AsyncIterator[Bench]:
    (web, web_url), (stand_in, stand_in_url) = bound_socket(), bound_socket()
    settings = settings_for(web_url, stand_in_url, tmp_path)
    async with (
        served(create_app(accounts_of(settings)), stand_in, lifespan=True),
        served(web_app(settings, empty_database, redis), web),
        httpx.AsyncClient(base_url=web_url, trust_env=False, timeout=30) as client,
    ):
        yield Bench(client, empty_database, settings)


async def test_an_sms_goes_in_signed_and_the_answer_comes_out_on_the_wire(bench: Bench) -> None:
    told = await bench.press("/sms", phone="0912 345 678", text="đèn đường hư")
    assert told["statuses"] == [200]
    await bench.work()
    [entry] = await bench.on_the_wire()
    assert (entry["provider"], entry["to"], entry["taken"]) == ("twilio", "+84912345678", 1)
    assert "den duong hu" in entry["text"] or "đèn đường hư" in entry["text"]


async def test_a_message_delivered_twice_is_one_message(bench: Bench) -> None:
    told = await bench.press("/sms", phone="0912345678", text="hai lần", how={"twice": True})
    assert told["statuses"] == [200, 200]
    await bench.press("/zalo", user=USER, text="hai lần nữa", how={"twice": True})
    await bench.work()
    assert sorted(await bench.said()) == ["hai lần", "hai lần nữa"]
    assert [entry["taken"] for entry in await bench.on_the_wire()] == [1, 1]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sms", {"phone": "0912345678", "text": "giả"}),
        ("/zalo", {"user": USER, "text": "giả"}),
        ("/call", {"phone": "0912345678"}),
    ],
)
async def test_a_forged_signature_is_turned_away(bench: Bench, path: str, body: dict[str, str]) -> None:
    told = await bench.press(path, **body, how={"forged": True})
    assert told["statuses"][0] in {401, 403}
    await bench.work()
    assert await bench.said() == []


async def test_a_photo_lies_at_the_stand_in_until_it_is_fetched(bench: Bench) -> None:
    answer = await bench.client.post(
        "/simulator/zalo/photo", files={"photo": ("a.jpg", photo(), "image/jpeg")}, data={"user": USER}
    )
    assert answer.json()["statuses"] == [200]
    await bench.work()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert await MediaFetcher(bench.database, bench.settings).fetch_next(client)
    async with bench.database.transaction() as tx:
        kept = (await tx.session.scalars(select(MediaFile))).one()
    assert kept.state == "stored"


async def test_a_call_is_heard_in_sentences_and_goes_on_where_our_answer_says(bench: Bench) -> None:
    told = await bench.press("/call", phone="0912345678")
    assert told["heard"]["answer_url"].startswith(bench.settings.public_base_url)
    turn = await bench.press(
        "/call/turn", phone="0912345678", call=told["call"], url=told["heard"]["answer_url"], speech="ống nước bể"
    )
    assert "ống nước bể" in turn["heard"]["says"][0]
    ended = await bench.press("/call/end", phone="0912345678", call=told["call"])
    assert ended["statuses"] == [204]


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://127.0.0.1:1/channels/voice/turn", "/media/upload", "/channels/zalo"]
)
async def test_nothing_but_the_voice_endpoint_is_signed_for_a_turn(bench: Bench, url: str) -> None:
    body = {"phone": "0912345678", "call": "CA" + "0" * 32, "url": url}
    assert (await bench.client.post("/simulator/call/turn", json=body)).status_code == 422


async def test_a_provider_that_refuses_is_seen_on_the_wire(bench: Bench) -> None:
    assert (await bench.client.put("/simulator/behaviour", json={"fate": "refused"})).status_code == 200
    await bench.press("/zalo", user=USER, text="alo")
    await bench.work()
    assert [entry["outcome"] for entry in await bench.on_the_wire()] == ["refused"]


@pytest.mark.parametrize(("path", "body"), [("/sms", {"phone": "abc"}), ("/zalo", {"user": "x'; drop"})])
async def test_what_is_no_address_is_refused(bench: Bench, path: str, body: dict[str, str]) -> None:
    assert (await bench.client.post(f"/simulator{path}", json={**body, "text": "x"})).status_code == 422


async def test_another_site_cannot_press_the_buttons(bench: Bench) -> None:
    answer = await bench.client.post(
        "/simulator/sms", json={"phone": "0912345678", "text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


async def test_the_page_plays_a_phone_an_sms_screen_and_a_chat(bench: Bench, page: Page, artefacts: Path) -> None:
    await page.goto(f"{bench.settings.public_base_url}/simulator")
    await expect(page.locator(".stamp")).to_have_text("Mô phỏng")
    await page.fill("#sms-text", "den duong hu")
    await page.press("#sms-text", "Enter")
    await page.fill("#zalo-text", "rác đầu hẻm")
    await page.press("#zalo-text", "Enter")
    await expect(page.locator(".bubble.me small")).to_have_text(["tổng đài đã nhận (200)"] * 2)
    await bench.work()
    await expect(page.locator("[data-text=sms] .bubble:not(.me)")).to_contain_text("den duong hu")
    await expect(page.locator("[data-text=zalo] .bubble:not(.me)")).to_contain_text("rác đầu hẻm")
    await page.click("[data-dial]")
    await expect(page.locator("#speech")).to_be_enabled()
    await page.fill("#speech", "ống nước bể")
    await page.press("#speech", "Enter")
    await expect(page.locator("[data-heard]")).to_contain_text("đã nghe: ống nước bể")
    await page.screenshot(path=artefacts / "simulator.png")
    await page.click("[data-hang]")
    await expect(page.locator("[data-call-state]")).to_have_text("Cuộc gọi đã kết thúc")
