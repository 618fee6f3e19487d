"""The application served on a real port, for browsers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from functools import partial

import pytest_asyncio
import uvicorn

from tests.support.waiting import eventually
from tests.support.web import Web, web

__all__ = ["served", "web"]


async def _has_started(server: uvicorn.Server) -> bool:
    return server.started


@pytest_asyncio.fixture
async def served(web: Web) -> AsyncIterator[str]:
    """The address of the application in this very process."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(web.app, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await eventually(partial(_has_started, server), what="the application is served")
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving
