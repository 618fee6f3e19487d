"""What has to be true before the contact centre serves: the newest schema, and the sample province in an empty one.

``python -m contact_center.prepare`` does it for the database in ``DATABASE_URL``.
"""

import asyncio
import sys
from urllib.parse import urlsplit

from sqlalchemy.exc import OperationalError

from contact_center.db import Database
from contact_center.db.migrate import upgrade
from contact_center.province import load_sample
from contact_center.settings import get_settings


def seed(url: str) -> None:
    """Load the sample province; what is there already stays as it is."""
    asyncio.run(_seed(url))


async def _seed(url: str) -> None:
    database = Database(url)
    try:
        await load_sample(database)
    finally:
        await database.close()


def prepare(url: str) -> None:
    upgrade(url)
    seed(url)


def main() -> int:
    url = get_settings().database_url
    try:
        prepare(url)
    except OperationalError as error:
        place = urlsplit(url)
        where = f"{place.hostname}:{place.port or 5432}{place.path}"
        reason = str(error.orig).strip().splitlines()[0]
        sys.stderr.write(f"Không dùng được PostgreSQL ở {where} / PostgreSQL at {where} cannot be used: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
