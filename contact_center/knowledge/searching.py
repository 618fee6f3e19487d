"""Who is asked: the search server where the installation has one, the index in PostgreSQL where it has none or the
server does not answer. What PostgreSQL says in the server's place is marked as degraded, and never stale.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from elasticsearch import AsyncElasticsearch
from sqlalchemy import exists, select

from contact_center.db import Transaction
from contact_center.knowledge import synonyms
from contact_center.knowledge.indexing import BEHIND
from contact_center.knowledge.models import IndexTask
from contact_center.settings import Settings
from kb.breaker import Breaker
from kb.elastic import ElasticsearchStore, Memory, connect
from kb.postgres_store import PostgresSearch
from kb.store import Audience, Found, Query, SearchStore, SearchUnavailable, Suggestion
from kb.synonyms import SynonymTable

log = logging.getLogger(__name__)


class SearchServer:
    """The connection of one process; stores made from it share what they learn of the server's health."""

    def __init__(self, url: str, name: str, *, api_key: str | None = None, ca_certs: str | None = None) -> None:
        self._client: AsyncElasticsearch = connect(url, api_key=api_key, ca_certs=ca_certs)
        self._name = name
        self._breaker = Breaker()
        self._memory = Memory()

    @classmethod
    def of(cls, settings: Settings) -> "SearchServer":
        """The server of an installation that has one."""
        return cls(
            settings.elasticsearch_url,
            settings.elasticsearch_index,
            api_key=settings.elasticsearch_api_key.get_secret_value() or None,
            ca_certs=settings.elasticsearch_ca_certs or None,
        )

    def store(self, table: SynonymTable | None = None) -> ElasticsearchStore:
        return ElasticsearchStore(self._client, self._name, synonyms=table, breaker=self._breaker, memory=self._memory)

    async def close(self) -> None:
        await self._client.close()


_server: SearchServer | None = None


def use(server: SearchServer | None) -> None:
    """What this process asks from now on; called once, when it is put together."""
    global _server  # noqa: PLW0603 - one process speaks to one server, and services are plain functions
    _server = server


@dataclass(frozen=True, slots=True)
class Outcome:
    """``degraded``: there is a search server, and it did not answer."""

    found: Sequence[Found]
    degraded: bool


async def find(tx: Transaction, query: Query) -> Outcome:
    table = await synonyms.table(tx)
    if _server is not None and not await is_behind(tx):
        try:
            return Outcome(await _server.store(table).search(query), degraded=False)
        except SearchUnavailable:
            log.warning("search_degraded")
    return Outcome(await PostgresSearch(tx.session, synonyms=table).search(query), degraded=_server is not None)


async def suggest(tx: Transaction, prefix: str, audience: Audience, at: date, *, limit: int) -> list[Suggestion]:
    return await (await _asked(tx)).suggest(prefix, audience, at, limit=limit)


async def did_you_mean(tx: Transaction, text: str) -> str | None:
    return await (await _asked(tx)).did_you_mean(text)


async def _asked(tx: Transaction) -> SearchStore:
    """PostgreSQL is good enough for what people type, and knows every word that was just published."""
    return PostgresSearch(tx.session, synonyms=await synonyms.table(tx))


async def is_behind(tx: Transaction) -> bool:
    """Whether the server has missed something for so long that its answers may be stale."""
    return bool(await tx.session.scalar(select(exists().where(IndexTask.created_at <= tx.now - BEHIND))))
