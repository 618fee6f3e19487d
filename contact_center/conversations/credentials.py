"""Zalo's token pair, renewed by one process at a time.

A refresh token works once and a new pair kills the old one, so two refreshes at once would cut the province off until
somebody authorises the account again. Hence: lock the row, read again, refresh only if nobody else has, and commit the
new pair before anyone uses it.
"""

import base64
import hashlib
from datetime import timedelta

from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from channels.contracts import SendRefused
from channels.zalo.oauth import ZaloOAuth
from contact_center.conversations.models import ChannelCredential
from contact_center.db import Database, Transaction
from contact_center.settings import Settings

NAME = "zalo"


class DatabaseTokenStore:
    """Implements ``channels.zalo.client.TokenStore``; tokens are encrypted at rest with a key from ``SECRET_KEY``."""

    def __init__(self, database: Database, oauth: ZaloOAuth, settings: Settings) -> None:
        self._database = database
        self._oauth = oauth
        self._zalo = settings.zalo
        digest = hashlib.sha256(b"channel-credentials:" + settings.secret_key.get_secret_value().encode()).digest()
        self._cipher = Fernet(base64.urlsafe_b64encode(digest))

    async def current(self) -> str:
        """The access token to use now. Raises ``SendRefused`` when the account was never authorised."""
        async with self._database.transaction() as tx:
            return self._decrypt((await self._locked(tx)).access_token)

    async def refresh(self, stale: str) -> str:
        """A token newer than ``stale``: the one somebody else just got, or a new one."""
        async with self._database.transaction() as tx:
            stored = await self._locked(tx)
            if self._decrypt(stored.access_token) != stale:
                return self._decrypt(stored.access_token)
            pair = await self._oauth.refresh(self._decrypt(stored.refresh_token))
            stored.access_token = self._encrypt(pair.access_token)
            stored.refresh_token = self._encrypt(pair.refresh_token)
            stored.expires_at = tx.now + timedelta(seconds=pair.expires_in_s)
            stored.refreshed_at = tx.now
        return pair.access_token

    async def _locked(self, tx: Transaction) -> ChannelCredential:
        await self._plant(tx)
        return (
            await tx.session.scalars(select(ChannelCredential).where(ChannelCredential.name == NAME).with_for_update())
        ).one()

    async def _plant(self, tx: Transaction) -> None:
        """The first pair comes from the environment; from then on the database has the newer one."""
        access = self._zalo.access_token.get_secret_value()
        refresh = self._zalo.refresh_token.get_secret_value()
        if not refresh:
            raise SendRefused("zalo_not_authorised")
        await tx.session.execute(
            insert(ChannelCredential)
            .values(
                name=NAME,
                access_token=self._encrypt(access),
                refresh_token=self._encrypt(refresh),
                expires_at=tx.now,
                refreshed_at=tx.now,
            )
            .on_conflict_do_nothing(index_elements=["name"])
        )

    def _encrypt(self, value: str) -> str:
        return self._cipher.encrypt(value.encode()).decode("ascii")

    def _decrypt(self, value: str) -> str:
        return self._cipher.decrypt(value.encode("ascii")).decode()
