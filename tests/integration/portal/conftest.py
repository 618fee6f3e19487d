"""The citizen's side of the house over HTTP, on a real database; what the machine understands is the test's to say."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from redis.asyncio import Redis

from channels.webchat import routes as webchat
from contact_center.conversations.intake import DatabaseIntake
from contact_center.db import Database
from contact_center.media import routes as media_routes
from contact_center.portal import pages
from contact_center.portal.chat_reader import PortalChatReader
from contact_center.settings import Settings
from contact_center.tickets import service as tickets
from contact_center.web import assets, errors
from contact_center.web.chat_limits import ChatRateLimiter
from contact_center.web.security import RateLimiter
from nlu.understanding import Channel, PlaceMention, Ranked, Understanding
from tests.support.pictures import photo

MY_THO = "28261"
HEARD = Understanding(
    text="",
    intent="bao_su_viec",
    intents=(),
    case_type="phan_anh",
    case_types=(),
    category="HT-01",
    categories=(Ranked("HT-01", 0.8), Ranked("GT-02", 0.15)),
    abstained=False,
    emergency=False,
    emergency_number=None,
    emergency_ask=False,
    urgency="thuong",
    legal_track="ordinary",
    keywords=("đèn",),
)


@dataclass
class Listener:
    """An engine that understands everything in one way; a place is understood where its name is said."""

    heard: Understanding = HEARD
    places: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"chợ Mỹ Tho": (MY_THO,)})

    def understand(self, text: str, channel: Channel) -> Understanding:
        found = tuple(
            PlaceMention(
                text=name,
                start=text.index(name),
                end=text.index(name) + len(name),
                units=codes,
                score=0.9,
                kind="landmark",
            )
            for name, codes in self.places.items()
            if name in text
        )
        return replace(self.heard, text=text, places=found)


@dataclass
class Portal:
    client: AsyncClient
    database: Database
    listener: Listener
    app: FastAPI

    async def begin(self, text: str = "Đèn đường tắt ba đêm", *, picture: bytes | None = None) -> Response:
        """Send the first page; gives the redirect, or the page again."""
        files = {"photo": ("anh.jpg", picture, "image/jpeg")} if picture else None
        return await self.client.post("/phan-anh", data={"text": text}, files=files)

    async def written(self, text: str = "Đèn đường tắt ba đêm", *, phone: str = "", with_photo: bool = False) -> str:
        """A report up to its last page; gives the draft's address."""
        start = (await self.begin(text, picture=photo() if with_photo else None)).headers["location"]
        draft = start.rsplit("/", 1)[0]
        await self.client.post(f"{draft}/linh-vuc", data={"category": "HT-01"})
        await self.client.post(f"{draft}/dia-diem", data={"place": "trước chợ Mỹ Tho"})
        await self.client.post(f"{draft}/lien-he", data={"phone": phone})
        return draft

    async def sent(self, text: str = "Đèn đường tắt ba đêm", *, phone: str = "", with_photo: bool = False) -> str:
        """A whole report; gives the address of its ticket."""
        draft = await self.written(text, phone=phone, with_photo=with_photo)
        answer = await self.client.post(f"{draft}/xem-lai")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].split("?")[0]

    async def ticket(self, address: str) -> tickets.Ticket:
        async with self.database.transaction() as tx:
            found = await tickets.by_link(tx, address.rsplit("/", 1)[1])
        assert found is not None
        return found


def make_app(database: Database, redis: Redis, folder: Path, listener: Listener) -> FastAPI:
    app = FastAPI()
    settings = Settings(CONTACT_CENTER_DATA=folder)
    app.state.database, app.state.redis, app.state.engine = database, redis, listener
    app.state.settings, app.state.rate_limiter = settings, RateLimiter(redis)
    errors.install(app)
    assets.mount(app)
    app.include_router(pages.router)
    app.include_router(media_routes.router)
    secret = settings.secret_key.get_secret_value()
    limiter = ChatRateLimiter(app.state.rate_limiter)
    reader = PortalChatReader(database)
    app.include_router(webchat.router(DatabaseIntake(database), reader, secret=secret, limiter=limiter))
    return app


@pytest_asyncio.fixture
async def portal(database: Database, redis: Redis, tmp_path: Path) -> AsyncIterator[Portal]:
    listener = Listener()
    app = make_app(database, redis, tmp_path, listener)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield Portal(client, database, listener, app)


def words_of(answer: Response) -> str:
    """The page as people read it."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
