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
from contact_center.live.bell import RedisBell
from contact_center.rasa.service import RasaEngine, engine_of
from contact_center.settings import Settings
from nlu.engine import EmbeddedEngine, Engine

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

    async def close(self) -> None:
        if isinstance(self.engine, RasaEngine):
            self.engine.close()
        await self.intake.close()
        await self.redis.aclose()
        await self.database.close()


def build_core(settings: Settings, *, pool_size: int = 10, pre_ping: bool = True) -> Core:
    """Connects nothing yet: the first query does. Raises ``NotConfigured`` naming the variable that is missing."""
    if not settings.database_url:
        raise NotConfigured(name="DATABASE_URL")
    if not settings.redis_url:
        raise NotConfigured(name="REDIS_URL")
    redis = Redis.from_url(settings.redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
    database = Database(settings.database_url, bell=RedisBell(redis), pool_size=pool_size, pre_ping=pre_ping)
    embedded = EmbeddedEngine.load()
    engine = engine_of(settings, embedded)
    return Core(
        settings=settings,
        database=database,
        redis=redis,
        engine=engine,
        intake=DatabaseIntake(database),
        bot=Bot(engine, threshold=embedded.abstain_below),
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
