"""The migrations and the models say the same."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from contact_center.db import Database
from contact_center.db.database import as_psycopg_url
from contact_center.db.migrate import upgrade
from contact_center.db.tables import metadata
from tests.support.databases import clone, drop
from tests.support.servers import ServerAddress


def test_a_migrated_database_has_exactly_the_tables_of_the_models(empty_database_url: str) -> None:
    engine = create_engine(as_psycopg_url(empty_database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)  # type: ignore[arg-type]  # takes a list, as env.py gives
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    upgrade(empty_database_url)


def test_several_processes_may_migrate_at_once(postgres: ServerAddress) -> None:
    url = clone(postgres, None, "migrated_by_many")
    program = "import sys; from contact_center.db.migrate import upgrade; upgrade(sys.argv[1])"
    processes = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    drop(postgres, "migrated_by_many")


async def test_each_test_has_a_database_of_its_own(empty_database: Database) -> None:
    async with empty_database.transaction() as tx:
        name = await tx.session.scalar(text("select current_database()"))
        await tx.session.execute(text("create table only_here (id int)"))
    assert str(name).startswith("test_")


async def test_no_other_test_sees_it(empty_database: Database) -> None:
    async with empty_database.transaction() as tx:
        assert await tx.session.scalar(text("select to_regclass('only_here')")) is None
