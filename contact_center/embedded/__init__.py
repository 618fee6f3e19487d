"""PostgreSQL and Valkey from wheels, for a start with nothing but Python and for tests; Elasticsearch where Java is.

Only the programs come from elsewhere; keeping them running is ours. ``DATABASE_URL``, ``REDIS_URL`` and
``ELASTICSEARCH_URL`` replace them with real servers.
"""

from contact_center.embedded.elasticsearch import ElasticsearchServer
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.postgres import PostgresServer
from contact_center.embedded.server import EmbeddedServer
from contact_center.embedded.valkey import ValkeyServer

__all__ = ["ElasticsearchServer", "EmbeddedServer", "EmbeddedServerError", "PostgresServer", "ValkeyServer"]
