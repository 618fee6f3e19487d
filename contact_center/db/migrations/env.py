"""Alembic's entry: one advisory lock, a bounded wait for table locks, our metadata."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from contact_center.db.tables import metadata

# Any number will do as long as it stays the same: it names the lock "someone is migrating".
MIGRATION_LOCK = 10_22_2026


def run() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            connection.execute(text("set local lock_timeout = '5s'"))
            context.run_migrations()
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


run()
