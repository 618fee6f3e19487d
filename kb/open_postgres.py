"""A named PostgreSQL index of its own, for measuring: a schema beside the core's tables."""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from kb.postgres_memory import Memory
from kb.postgres_store import PostgresSearch
from kb.postgres_tables import metadata
from kb.store import Passage, Progress
from kb.synonyms import SynonymTable


class CommittingSearch(PostgresSearch):
    """A rebuild is in force when it is through; for whoever has no transaction of their own."""

    async def rebuild(self, passages: AsyncIterable[Passage], progress: Progress = lambda done: None) -> int:
        count = await super().rebuild(passages, progress)
        await self._session.commit()
        return count


@asynccontextmanager
async def postgres_store(
    url: str, name: str, synonyms: SynonymTable | None = None, *, memory: Memory | None = None
) -> AsyncIterator[PostgresSearch]:
    """The index ``name`` in the database at ``url``, made where there is none. ``memory`` is shared by the stores of
    one index that are open at the same time."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    schema = f"kb_{name}"
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f'create schema if not exists "{schema}"'))
            await connection.execute(text(f'set search_path to "{schema}"'))
            await connection.run_sync(metadata.create_all)
            await connection.commit()
            async with AsyncSession(connection) as session:
                yield CommittingSearch(session, synonyms=synonyms, memory=memory)
    finally:
        await engine.dispose()
