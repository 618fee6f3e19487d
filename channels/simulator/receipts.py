"""Delivery receipts, sent to the contact centre a little later, signed as the provider signs them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from channels.simulator.citizen import SignedRequest

log = logging.getLogger(__name__)

WAITING_AT_MOST = 10_000
HANDS = 4
TIMEOUT_S = 5.0
# The contact centre may be restarting.
TRY_AGAIN_AFTER_S = (1.0, 3.0, 9.0)


class ReceiptPost:
    """A bounded queue of receipts and a few hands that deliver them."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[float, SignedRequest]] = asyncio.Queue(WAITING_AT_MOST)

    def post(self, requests: Sequence[SignedRequest], *, delay_s: float) -> None:
        """Deliver these in this order, the first after ``delay_s``. When far too many wait, receipts are lost, as they
        are on a bad day of a real provider."""
        due = asyncio.get_running_loop().time() + delay_s
        for number, request in enumerate(requests):
            try:
                self._waiting.put_nowait((due + number * delay_s, request))
            except asyncio.QueueFull:
                log.warning("receipt_lost")

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as http:
            hands = [asyncio.create_task(self._deliver_for_ever(http)) for _ in range(HANDS)]
            try:
                yield
            finally:
                for hand in hands:
                    hand.cancel()
                await asyncio.gather(*hands, return_exceptions=True)

    async def _deliver_for_ever(self, http: httpx.AsyncClient) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due, request = await self._waiting.get()
            await asyncio.sleep(max(0.0, due - clock()))
            await _deliver(http, request)


async def _deliver(http: httpx.AsyncClient, request: SignedRequest) -> None:
    for pause_s in (*TRY_AGAIN_AFTER_S, None):
        try:
            answer = await http.post(request.url, content=request.body, headers=request.headers)
            if answer.status_code < 500:
                return
        except httpx.HTTPError as error:
            log.info("receipt_not_delivered", extra={"error": type(error).__name__})
        if pause_s is not None:
            await asyncio.sleep(pause_s)
