"""Databases by how much a test needs.

A clone of its own where it commits (``database``, ``empty_database``), a transaction that is rolled back where it does
not (``tx`` on the sample province, ``empty_tx``).
"""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from redis import Redis as SyncRedis
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from contact_center.clock import utc_now
from contact_center.db import Database, Transaction
from contact_center.db.database import as_psycopg_url
from contact_center.db.migrate import upgrade
from tests.support.servers import ServerAddress

_numbers = count(1)


def clone(postgres: ServerAddress, template: str | None, name: str) -> str:
    """Make the database ``name`` as a copy of ``template`` (which nobody may use meanwhile) and give its address."""
    with psycopg.connect(postgres.of("postgres"), autocommit=True) as admin:
        _drop(admin, name)
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + source)
    return postgres.of(name)


def drop(postgres: ServerAddress, name: str) -> None:
    with psycopg.connect(postgres.of("postgres"), autocommit=True) as admin:
        _drop(admin, name)


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    """Connections left open are ended. An autovacuum worker belongs to the superuser and may not be ended by us, but
    PostgreSQL sends it away itself from a database dropped without force."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        admin.execute(statement + sql.SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        admin.execute(statement)


@pytest.fixture(scope="session")
def migrated_template(postgres: ServerAddress) -> str:
    """The name of a database with the newest schema and nothing in it."""
    upgrade(clone(postgres, None, "template_migrated"))
    return "template_migrated"


@pytest.fixture(scope="session")
def seeded_template(postgres: ServerAddress, migrated_template: str) -> str:
    """The name of a database with the sample province in it, as ``make run`` loads it."""
    from contact_center.prepare import seed  # brings every feature; tests that need no province go without

    seed(clone(postgres, migrated_template, "template_seeded"))
    return "template_seeded"


def _clone_for_a_test(postgres: ServerAddress, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    yield clone(postgres, template, name)
    drop(postgres, name)


@pytest.fixture
def empty_database_url(postgres: ServerAddress, migrated_template: str) -> Iterator[str]:
    """A database of the test's own with the newest schema and nothing in it."""
    yield from _clone_for_a_test(postgres, migrated_template)


@pytest.fixture
def database_url(postgres: ServerAddress, seeded_template: str) -> Iterator[str]:
    """A database of the test's own with the sample province in it, for tests that commit or start processes."""
    yield from _clone_for_a_test(postgres, seeded_template)


@pytest_asyncio.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    """The core's way into a migrated, empty database of the test's own."""
    database = Database(empty_database_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The core's way into a database of the test's own with the sample province in it."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def shared_empty_url(postgres: ServerAddress, migrated_template: str) -> str:
    return clone(postgres, migrated_template, "shared_empty")


@pytest.fixture(scope="session")
def shared_url(postgres: ServerAddress, seeded_template: str) -> str:
    return clone(postgres, seeded_template, "shared_seeded")


async def _rolled_back(url: str) -> AsyncIterator[Transaction]:
    engine = create_async_engine(as_psycopg_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.begin()
        session = AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        async with session:
            yield Transaction(session=session, now=utc_now())
        await connection.rollback()
    await engine.dispose()


@pytest_asyncio.fixture
async def tx(shared_url: str) -> AsyncIterator[Transaction]:
    """A transaction on the sample province, rolled back afterwards: the fast way to test a service or repository."""
    async for transaction in _rolled_back(shared_url):
        yield transaction


@pytest_asyncio.fixture
async def empty_tx(shared_empty_url: str) -> AsyncIterator[Transaction]:
    """A transaction on an empty schema, rolled back afterwards."""
    async for transaction in _rolled_back(shared_empty_url):
        yield transaction


@pytest.fixture
def redis_url(valkey: ServerAddress, redis_databases: Iterator[int]) -> str:
    """A numbered Valkey database, emptied, that none of the tests around this one uses."""
    url = valkey.of(str(next(redis_databases)))
    with SyncRedis.from_url(url) as client:
        client.flushdb()
    return url


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()
