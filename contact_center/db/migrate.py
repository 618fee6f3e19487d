"""Bring a database to the newest schema, or say whether it is there already."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from contact_center.db.database import as_psycopg_url

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", as_psycopg_url(url).replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Run every migration not yet run. Safe to call by several processes at once: an advisory lock lets one through."""
    command.upgrade(alembic_config(url), "head")


def main() -> int:
    """``contact-center migrate``."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        sys.stderr.write("DATABASE_URL chưa đặt. / DATABASE_URL is not set.\n")
        return 2
    upgrade(url)
    return 0
