"""People who write and read articles."""

from tests.support.web import web

__all__ = ["web"]
