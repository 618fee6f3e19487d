"""Putting the house together: settings in, ready objects out. The only place that knows every part."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis.asyncio import Redis

from channels.contracts import Sender
from channels.sms.client import TwilioSmsSender
from channels.zalo.client import ZaloSender
from channels.zalo.oauth import ZaloOAuth
from contact_center.bot.service import Bot
from contact_center.conversations.credentials import DatabaseTokenStore
from contact_center.conversations.intake import DatabaseIntake
from contact_center.db import Database
from contact_center.errors import NotConfigured
from contact_center.knowledge import searching
from contact_center.knowledge.searching import SearchServer
from contact_center.learning.serving import ModelFollower, ServingEngine
from contact_center.live.bell import GatheringBell, RedisBell
from contact_center.rasa.service import RasaEngine, engine_of
from contact_center.settings import Settings
from nlu.engine import EmbeddedEngine, Engine
from nlu.understanding import Channel, Understanding

REDIS_TIMEOUT_S = 1.0


@dataclass(slots=True)
class Core:
    """What every process of the contact centre needs."""

    settings: Settings
    database: Database
    redis: Redis
    engine: Engine
    intake: DatabaseIntake
    bot: Bot
    bell: GatheringBell | None = None
    search: SearchServer | None = None
    follower: ModelFollower | None = None  # runs where citizens are answered, so that a promoted model answers them

    async def close(self) -> None:
        if isinstance(self.engine, RasaEngine):
            self.engine.close()
        await self.intake.close()
        if self.search is not None:
            searching.use(None)
            await self.search.close()
        if self.bell is not None:
            await self.bell.close()
        await self.redis.aclose()
        await self.database.close()


class NoEngine:
    """Stands in a process that answers nobody, where the models would take a quarter of a gigabyte for nothing."""

    def understand(self, text: str, channel: Channel) -> Understanding:
        raise RuntimeError("this process understands nobody")


def build_core(settings: Settings, *, pool_size: int = 10, pre_ping: bool = True, understands: bool = True) -> Core:
    """Connects nothing yet: the first query does. Raises ``NotConfigured`` naming the variable that is missing.

    ``understands`` False leaves out the models, for a process that neither answers citizens nor shows pages.
    """
    if not settings.database_url:
        raise NotConfigured(name="DATABASE_URL")
    if not settings.redis_url:
        raise NotConfigured(name="REDIS_URL")
    redis = Redis.from_url(settings.redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
    bell = GatheringBell(RedisBell(redis))
    database = Database(settings.database_url, bell=bell, pool_size=pool_size, pre_ping=pre_ping)
    models = ServingEngine(EmbeddedEngine.load()) if understands else None
    engine: Engine = engine_of(settings, models) if models else NoEngine()
    search = SearchServer.of(settings) if settings.elasticsearch_url else None
    searching.use(search)
    return Core(
        settings=settings,
        database=database,
        redis=redis,
        engine=engine,
        intake=DatabaseIntake(database),
        bot=Bot(engine, threshold=models.abstain_below if models else 0.0),
        search=search,
        bell=bell,
        follower=ModelFollower(database, models) if models else None,
    )


def build_senders(settings: Settings, database: Database) -> Mapping[str, Sender]:
    """A sender for each channel whose account is configured."""
    senders: dict[str, Sender] = {}
    if settings.twilio.configured:
        senders["sms"] = TwilioSmsSender(
            account_sid=settings.twilio.account_sid,
            auth_token=settings.twilio.auth_token.get_secret_value(),
            from_number=settings.twilio.sms_from,
            public_base_url=settings.public_base_url,
            api_base=settings.twilio.api_base,
        )
    if settings.zalo.configured:
        oauth = ZaloOAuth(
            app_id=settings.zalo.app_id,
            app_secret=settings.zalo.app_secret.get_secret_value(),
            oauth_base=settings.zalo.oauth_base,
        )
        tokens = DatabaseTokenStore(database, oauth, settings)
        senders["zalo"] = ZaloSender(tokens=tokens, api_base=settings.zalo.api_base)
    return senders
