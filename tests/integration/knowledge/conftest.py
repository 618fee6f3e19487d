"""People who write and read articles."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.serving import bound_socket
from tests.support.serving import served as serving
from tests.support.web import Web, web

__all__ = ["web"]


@pytest_asyncio.fixture
async def served(web: Web) -> AsyncIterator[str]:
    """The address of the application in this very process."""
    listener, address = bound_socket()
    async with serving(web.app, listener, lifespan=True):
        yield address
