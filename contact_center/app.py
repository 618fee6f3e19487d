"""The web process: channels, pages and APIs around one core."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from channels.sms import routes as sms
from channels.voice import routes as voice
from channels.webchat import routes as webchat
from channels.zalo import routes as zalo
from contact_center import health
from contact_center.conversations import routes as conversation_routes
from contact_center.conversations.calls import InlineCallHandler
from contact_center.conversations.wake import INBOX, OUTBOX, Waker
from contact_center.desk import pages as desk_pages
from contact_center.knowledge import pages as knowledge_pages
from contact_center.knowledge import routes as knowledge_routes
from contact_center.learning import pages as learning_pages
from contact_center.live import stream as live
from contact_center.live.hub import reader as live_reader
from contact_center.logs import configure_logging
from contact_center.media import routes as media
from contact_center.portal import pages as portal_pages
from contact_center.portal.chat_reader import PortalChatReader
from contact_center.settings import Settings, get_settings
from contact_center.simulator import pages as simulator_pages
from contact_center.staff import pages as staff_pages
from contact_center.staff import routes as staff_routes
from contact_center.taxonomy import routes as taxonomy_routes
from contact_center.tickets import pages as ticket_pages
from contact_center.tickets import routes as ticket_routes
from contact_center.units import routes as unit_routes
from contact_center.web import api_docs, assets, errors, security
from contact_center.web.chat_limits import ChatRateLimiter
from contact_center.web.security import RateLimiter
from contact_center.wiring import Core, build_core

FEATURES: tuple[APIRouter, ...] = (
    health.router,
    api_docs.router,
    conversation_routes.router,
    staff_pages.router,
    staff_routes.router,
    desk_pages.router,
    ticket_pages.router,
    ticket_routes.router,
    knowledge_pages.router,
    knowledge_routes.router,
    learning_pages.router,
    taxonomy_routes.router,
    unit_routes.router,
    media.router,
    live.router,
    portal_pages.router,
)


def create_app(settings: Settings | None = None, core: Core | None = None) -> FastAPI:
    """The ASGI application. ``core`` is given by tests; otherwise it is built from the environment."""
    settings = settings or get_settings()
    configure_logging(settings.log_level)
    if core is None:
        core = build_core(settings)
        # What was loaded stays for ever: looking through it for garbage would make somebody wait a tenth of a second.
        gc.freeze()
    app = FastAPI(
        title="Tổng đài 1022",
        version="1",
        description="One citizen, four channels, one ticket. Errors are `{code, message, details}`.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.core = core
    app.state.settings = settings
    app.state.database = core.database
    app.state.redis = core.redis
    app.state.engine = core.engine
    errors.install(app)
    security.install(app, settings)
    assets.mount(app)
    # Routers are tried in turn: the webhooks, which everything waits for, come first.
    for router in (*_channel_routers(settings, core, app.state.rate_limiter), *FEATURES):
        app.include_router(router)
    if settings.simulator_url:
        app.include_router(simulator_pages.router)
    return app


def _channel_routers(settings: Settings, core: Core, limiter: RateLimiter) -> list[APIRouter]:
    calls = InlineCallHandler(core.database, core.intake, core.bot)
    routers = [
        webchat.router(
            core.intake,
            PortalChatReader(core.database),
            secret=settings.secret_key.get_secret_value(),
            limiter=ChatRateLimiter(limiter),
        )
    ]
    if settings.twilio.configured:
        token = settings.twilio.auth_token.get_secret_value()
        base, limit = settings.public_base_url, settings.webhook_body_limit
        routers.append(sms.router(core.intake, auth_token=token, public_base_url=base, body_limit=limit))
        routers.append(voice.router(calls, core.intake, auth_token=token, public_base_url=base, body_limit=limit))
    if settings.zalo.configured:
        routers.append(
            zalo.router(
                core.intake,
                app_id=settings.zalo.app_id,
                oa_id=settings.zalo.oa_id,
                oa_secret_key=settings.zalo.oa_secret_key.get_secret_value(),
                body_limit=settings.webhook_body_limit,
            )
        )
    return routers


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    wakers = [Waker(app.state.database, name) for name in (INBOX, OUTBOX)]
    for waker in wakers:
        app.state.database.on_wake(waker.name, waker.wake)
    core: Core = app.state.core
    following = asyncio.create_task(core.follower.run()) if core.follower is not None else None
    async with live_reader(app.state.redis) as hub:
        app.state.live = hub
        yield
    if following is not None:
        following.cancel()
    for waker in wakers:
        await waker.close()
    await app.state.core.close()
