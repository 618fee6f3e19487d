"""Security headers, cross-site request forgery, and how often somebody may ask.

A request that changes something and carries the staff session cookie must also carry the session's token, in the
``X-CSRF-Token`` header or the ``csrf_token`` field. Requests without that cookie act for nobody, so they need none; a
browser that says it comes from another site is refused either way.
"""

import hashlib
import hmac
import logging
import time
from collections import OrderedDict
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contact_center.errors import NotAllowed, TooManyRequests
from contact_center.settings import Settings

log = logging.getLogger(__name__)

SESSION_COOKIE = "cc_session"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:{tiles}; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
# Photos in one form.
MOST_FILES = 5
# Pages another site of the province may show in a frame.
EMBEDDABLE = ("/chat",)


def csrf_token(secret: str, session_token: str) -> str:
    return hmac.new(secret.encode(), b"csrf:" + session_token.encode(), hashlib.sha256).hexdigest()


async def verify_csrf(request: Request) -> None:
    """A dependency of every router with pages or APIs. Raises ``NotAllowed``."""
    if request.method in SAFE_METHODS:
        return
    if _from_elsewhere(request):
        raise NotAllowed(action="request", reason="cross_site")
    session_token = request.cookies.get(SESSION_COOKIE)
    if not session_token or request.headers.get("authorization", "").startswith("Bearer "):
        return
    given = request.headers.get("x-csrf-token") or await _token_in_form(request)
    secret = request.app.state.settings.secret_key.get_secret_value()
    if not hmac.compare_digest(given.encode(), csrf_token(secret, session_token).encode()):
        raise NotAllowed(action="request", reason="csrf")


def _from_elsewhere(request: Request) -> bool:
    """What the browser itself says about where the request comes from; programs say nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def _token_in_form(request: Request) -> str:
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    value = (await request.form()).get("csrf_token", "")
    return value if isinstance(value, str) else ""


class SecurityHeaders:
    """Adds the headers to every answer. Written as plain ASGI so that streams are not held back."""

    def __init__(self, app: ASGIApp, *, tile_host: str, secure: bool) -> None:
        self._app = app
        self._tiles = f" {tile_host}" if tile_host else ""
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        embeddable = scope["path"].startswith(EMBEDDABLE)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), embeddable=embeddable)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, *, embeddable: bool) -> None:
        headers.setdefault(
            "Content-Security-Policy",
            CONTENT_SECURITY_POLICY.format(tiles=self._tiles, ancestors="*" if embeddable else "'none'"),
        )
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        if not embeddable:
            headers.setdefault("X-Frame-Options", "DENY")
        if self._secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class BodyLimit:
    """Refuses bodies nobody sends in earnest, before they fill memory. Webhooks have a limit of their own."""

    def __init__(self, app: ASGIApp, *, plain: int, with_files: int) -> None:
        self._app = app
        self._plain = plain
        self._with_files = with_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/channels/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = self._with_files if headers.get("content-type", "").startswith("multipart/") else self._plain
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await PlainTextResponse("too_large", status_code=413)(scope, receive, send)
            return
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413)
            return message

        await self._app(scope, count, send)


class RateLimiter:
    """So many requests in a window, counted in Redis for all processes together.

    Without Redis each process counts for itself, in bounded memory: less exact, never open. Key by session, phone or
    chat rather than by address alone: whole districts share one address behind a mobile carrier.
    """

    LOCAL_KEYS = 10_000

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._local: OrderedDict[str, int] = OrderedDict()

    async def check(self, subject: str, *, most: int, window_s: int) -> None:
        """Count one request of ``subject``. Raises ``TooManyRequests``."""
        bucket = int(time.time()) // window_s
        key = f"rate:{hashlib.sha256(subject.encode()).hexdigest()[:24]}:{window_s}:{bucket}"
        count = await self._count(key, window_s)
        if count > most:
            raise TooManyRequests(retry_after_s=window_s - int(time.time()) % window_s)

    async def _count(self, key: str, window_s: int) -> int:
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.expire(key, window_s * 2)
                count, _ = await pipe.execute()
                return int(count)
        except (RedisError, OSError) as error:
            log.warning("rate_limit_counts_alone", extra={"error": type(error).__name__})
            self._local[key] = self._local.pop(key, 0) + 1
            while len(self._local) > self.LOCAL_KEYS:
                self._local.popitem(last=False)
            return self._local[key]


def install(app: FastAPI, settings: Settings) -> None:
    tile_host = "/".join(settings.map_tile_url.split("/")[:3]) if settings.map_tile_url else ""
    with_files = settings.upload_limit * MOST_FILES + settings.webhook_body_limit
    app.add_middleware(BodyLimit, plain=settings.webhook_body_limit, with_files=with_files)
    app.add_middleware(SecurityHeaders, tile_host=tile_host, secure=settings.secure_cookies)
    app.state.rate_limiter = RateLimiter(app.state.redis)
