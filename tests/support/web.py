"""The whole web application over a real database and Valkey, and people signed in to it."""

import html
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from redis.asyncio import Redis
from sqlalchemy import select

from channels.contracts import EventKind, InboundEvent
from contact_center.actors import BOT, Actor
from contact_center.app import create_app
from contact_center.bot.service import Bot
from contact_center.conversations import service as conversations
from contact_center.conversations.intake import DatabaseIntake
from contact_center.conversations.service import Conversation
from contact_center.db import Database
from contact_center.live.bell import RedisBell
from contact_center.province.accounts import SAMPLE_PASSWORD
from contact_center.settings import Settings
from contact_center.staff import service as staff
from contact_center.staff.models import Account
from contact_center.tickets import service as tickets
from contact_center.tickets.service import NewTicket, StaffTicket, Ticket
from contact_center.web.security import SESSION_COOKIE, csrf_token
from contact_center.wiring import Core
from nlu.understanding import Channel, Understanding

MY_THO = "28261"
PHONE = "+84912345678"


class Deaf:
    """An engine that understands nothing: staff pages do not ask it."""

    def understand(self, text: str, channel: Channel) -> Understanding:
        return Understanding(
            text=text,
            intent="khac",
            intents=(),
            case_type="phan_anh",
            case_types=(),
            category=None,
            categories=(),
            abstained=True,
            emergency=False,
            emergency_number=None,
            emergency_ask=False,
            urgency="thuong",
            legal_track="ordinary",
        )


@dataclass
class Web:
    """The application; ``sign_in`` gives a browser of a member of staff."""

    app: FastAPI
    database: Database
    settings: Settings
    browsers: list[AsyncClient] = field(default_factory=list)

    def browser(self, *, csrf: bool = True, token: str = "") -> AsyncClient:
        client = AsyncClient(transport=ASGITransport(self.app), base_url="http://test")
        if token:
            client.cookies.set(SESSION_COOKIE, token)
            if csrf:
                client.headers["X-CSRF-Token"] = csrf_token(self.settings.secret_key.get_secret_value(), token)
        self.browsers.append(client)
        return client

    async def sign_in(self, username: str, *, csrf: bool = True) -> AsyncClient:
        return self.browser(token=await self.token(username), csrf=csrf)

    async def token(self, username: str) -> str:
        async with self.database.transaction() as tx:
            signed = await staff.sign_in(
                tx, username=username, password=SAMPLE_PASSWORD, address="192.0.2.1", user_agent="test"
            )
        assert signed is not None
        return signed[0]

    async def actor(self, username: str) -> Actor:
        async with self.database.transaction() as tx:
            account = await tx.session.scalar(select(Account).where(Account.username == username))
        assert account is not None
        return staff.actor_from(account)

    async def waiting(
        self, text: str = "cho tôi gặp người", *, channel: str = "sms", peer: str = PHONE, reason: str = "asked"
    ) -> Conversation:
        """A citizen who asked for a person and waits."""
        event = InboundEvent(
            channel=channel,  # type: ignore[arg-type]
            event_id=str(uuid.uuid4()),
            kind=EventKind.MESSAGE,
            peer=peer,
            thread=peer,
            text=text,
        )
        async with self.database.transaction() as tx:
            conversation = await conversations.find_or_open(tx, event)
            await conversations.record_citizen_message(tx, conversation, event, inbox_seq=None)
            await conversations.hand_to_queue(tx, conversation, reason=reason)
        return conversation

    async def ticket(
        self,
        text: str = "Đèn đường tắt ba đêm",
        *,
        category: str = "HT-01",
        case_type: str = "phan_anh",
        commune: str | None = MY_THO,
    ) -> Ticket:
        """A street light in Mỹ Tho goes to ``chieusang`` at once; ``category="KH-00"`` waits for the dispatcher."""
        new = NewTicket(
            description=text,
            channel="web",
            case_type=case_type,
            category_code=category,
            place_text="hẻm 45 Nguyễn Huệ",
            commune_code=commune,
            contact_name="Lê Văn Út",
            contact_phone=PHONE,
        )
        async with self.database.transaction() as tx:
            return await tickets.open_ticket(tx, BOT, new)

    async def view(self, ticket: Ticket, username: str = "dieuphoi") -> StaffTicket:
        """The ticket as it is now."""
        actor = await self.actor(username)
        async with self.database.transaction() as tx:
            return await tickets.staff_view(tx, actor, await tickets.get_readable(tx, actor, ticket.id))


@pytest_asyncio.fixture
async def web(database_url: str, redis: Redis, tmp_path: Path) -> AsyncIterator[Web]:
    database = Database(database_url, bell=RedisBell(redis))
    settings = Settings(CONTACT_CENTER_DATA=tmp_path)
    engine = Deaf()
    core = Core(
        settings=settings,
        database=database,
        redis=redis,
        engine=engine,
        intake=DatabaseIntake(database),
        bot=Bot(engine),
    )
    web = Web(create_app(settings, core), database, settings)
    yield web
    for browser in web.browsers:
        await browser.aclose()
    await core.intake.close()
    await database.close()


def words_of(answer: Response) -> str:
    """The page as people read it."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))
