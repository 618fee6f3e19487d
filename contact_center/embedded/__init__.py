"""PostgreSQL and Valkey from wheels, for a start with nothing but Python and for tests.

Only the programs are taken from the wheels; keeping them running is ours. ``DATABASE_URL`` and ``REDIS_URL`` replace
them with real servers.
"""

from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.postgres import PostgresServer
from contact_center.embedded.server import EmbeddedServer
from contact_center.embedded.valkey import ValkeyServer

__all__ = ["EmbeddedServer", "EmbeddedServerError", "PostgresServer", "ValkeyServer"]
