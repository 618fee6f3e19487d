"""Fetches what a provider keeps for us for a while, before it is gone.

The address comes from outside, so it is asked only over HTTPS, only from hosts the installation names, without
following redirects, with a bound on time and size.
"""

import asyncio
import logging
import uuid
from datetime import timedelta

import httpx
from sqlalchemy.exc import SQLAlchemyError

from contact_center.conversations import service as conversations
from contact_center.db import Database, Transaction
from contact_center.errors import InvalidInput
from contact_center.media import service
from contact_center.media.storage import MediaStorage
from contact_center.settings import Settings

log = logging.getLogger(__name__)

TIMEOUT_S = 15.0
# A host that sends a byte now and then must not hold the fetcher for ever; below the lease.
WHOLE_FILE_S = 45.0
LEASE = timedelta(seconds=60)
MOST_TRIES = 5
LOOK_EVERY_S = 2.0


class NotFetchable(Exception):
    """Final: a host we do not ask, or a file we do not take."""


def allowed(url: str, hosts: list[str], *, stand_in: str = "") -> bool:
    """Whether ``url`` may be asked: HTTPS on a named host or below it, or the stand-in of a trial installation."""
    try:
        parts = httpx.URL(url)  # read by the library that will ask, so that both see the same host
    except httpx.InvalidURL:
        return False
    if stand_in and _origin(parts) == _origin(httpx.URL(stand_in)):
        return True
    host = parts.host.lower()
    return (
        parts.scheme == "https"
        and not parts.userinfo
        and parts.port is None  # httpx leaves out the scheme's own
        and any(host == name or host.endswith("." + name) for name in hosts)
    )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


class MediaFetcher:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._storage = MediaStorage(settings.media_dir)
        self._hosts = settings.zalo.media_hosts
        self._stand_in = settings.simulator_url

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False) as client:
            while True:
                try:
                    busy = await self.fetch_next(client)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("fetcher_database_away", extra={"error": type(error).__name__})
                    busy = False
                if not busy:
                    await asyncio.sleep(LOOK_EVERY_S)

    async def fetch_next(self, client: httpx.AsyncClient) -> bool:
        """Fetch one file; False when none waits. A failed try comes up again when its lease ends."""
        async with self._database.transaction() as tx:
            media = await service.claim_pending(tx, lease=LEASE)
        if media is None:
            return False
        try:
            async with asyncio.timeout(WHOLE_FILE_S):
                data = await self._download(client, media.source_url or "")
            async with self._database.transaction() as tx:
                await service.fetched(tx, self._storage, media.id, data)
                await _show(tx, media.message_id)
        except (NotFetchable, InvalidInput) as error:
            await self._give_up(media.id, type(error).__name__)
        except (httpx.HTTPError, TimeoutError) as error:
            if media.attempts >= MOST_TRIES:
                await self._give_up(media.id, type(error).__name__)
        return True

    async def _give_up(self, media_id: object, reason: str) -> None:
        log.warning("media_given_up", extra={"media_id": str(media_id), "reason": reason})
        async with self._database.transaction() as tx:
            await service.give_up(tx, media_id)  # type: ignore[arg-type]  # the id just read

    async def _download(self, client: httpx.AsyncClient, url: str) -> bytes:
        if not allowed(url, self._hosts, stand_in=self._stand_in):
            raise NotFetchable("host")
        chunks: list[bytes] = []
        size = 0
        async with client.stream("GET", url) as response:
            if response.is_redirect or response.is_client_error:
                raise NotFetchable(str(response.status_code))
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > service.LARGEST_UPLOAD:
                    raise NotFetchable("too_large")
                chunks.append(chunk)
        return b"".join(chunks)


async def _show(tx: Transaction, message_id: uuid.UUID | None) -> None:
    """Screens that show the message look again."""
    if message_id is not None:
        await conversations.ring_message(tx, message_id)
