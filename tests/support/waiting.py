"""Waiting for something to become true, instead of for time to pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

POLL_S = 0.02
TIMEOUT_S = 20.0


def wait_until(is_true: Callable[[], object], *, what: str, timeout_s: float = TIMEOUT_S) -> None:
    """Look again and again; the test fails with ``what`` when it does not come true in time."""
    give_up_at = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > give_up_at:
            pytest.fail(f"still not true after {timeout_s:.0f} s: {what}")
        time.sleep(POLL_S)


async def eventually(is_true: Callable[[], Awaitable[object]], *, what: str, timeout_s: float = TIMEOUT_S) -> None:
    """The same for something that has to be awaited."""
    give_up_at = time.monotonic() + timeout_s
    while not await is_true():
        if time.monotonic() > give_up_at:
            pytest.fail(f"still not true after {timeout_s:.0f} s: {what}")
        await asyncio.sleep(POLL_S)
