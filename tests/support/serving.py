"""An application behind a real port, for browsers and for parts that ask it over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from tests.support.waiting import eventually


def bound_socket() -> tuple[socket.socket, str]:
    """A port taken before the application is made, so that its settings can name its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def served(app: FastAPI, listener: socket.socket, *, lifespan: bool = False) -> AsyncIterator[None]:
    config = uvicorn.Config(app, log_level="warning", lifespan="on" if lifespan else "off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    job = asyncio.create_task(server.serve(sockets=[listener]))

    async def listens() -> bool:
        return server.started

    await eventually(listens, what="the server listens")
    try:
        yield
    finally:
        server.should_exit = True
        await job
