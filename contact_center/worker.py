"""The worker process: handles the inbox, empties the outbox, sweeps up what was lost."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from contact_center.bot import sweeps as bot_sweeps
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.senders import OutboxSender, mark_lost
from contact_center.conversations.wake import INBOX, OUTBOX, wake_ups
from contact_center.db import Database, Transaction
from contact_center.logs import configure_logging
from contact_center.media import fetching
from contact_center.media import service as media
from contact_center.portal import drafts
from contact_center.settings import Settings, get_settings
from contact_center.tickets import sweeps as ticket_sweeps
from contact_center.wiring import build_core, build_senders

log = logging.getLogger(__name__)

# A wake-up can be lost, a retry falls due, a process dies: at the latest after this long somebody looks.
LOOK_EVERY_S = 1.0
SWEEP_EVERY_S = 15.0

Sweep = Callable[[Transaction], Awaitable[int]]
SWEEPS: dict[str, Sweep] = {
    "outbox": mark_lost,
    "talks": bot_sweeps.sweep,
    "tickets": ticket_sweeps.sweep,
    "uploads": media.sweep_unattached,
    "drafts": drafts.sweep,
}


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is in hand is finished or rolled back, never half done."""
    core = build_core(settings, pool_size=20, pre_ping=False)
    dispatcher = Dispatcher(core.database, core.bot)
    sender = OutboxSender(core.database, build_senders(settings, core.database))
    core.database.on_wake(INBOX, dispatcher.wake)
    core.database.on_wake(OUTBOX, sender.wake)
    fetcher = fetching.MediaFetcher(core.database, settings)
    stop = _stop_on_signal()
    tasks = [
        asyncio.create_task(job, name=name)
        for name, job in {
            "dispatcher": dispatcher.run(),
            "sender": sender.run(),
            "media": fetcher.run(),
            "listen": _listen(settings.database_url, {INBOX: dispatcher.wake, OUTBOX: sender.wake}),
            "sweep": _sweep(core.database, SWEEPS),
        }.items()
    ]
    log.info("worker_ready")
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, stopping]:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await core.close()
    for task in done - {stopping}:
        task.result()


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _listen(database_url: str, wakes: dict[str, Callable[[], None]]) -> None:
    conninfo = database_url.replace("postgresql+psycopg://", "postgresql://")
    async for name in wake_ups(conninfo, tuple(wakes), every_s=LOOK_EVERY_S):
        wakes[name]()


async def _sweep(database: Database, sweeps: dict[str, Sweep]) -> None:
    while True:
        for name, sweep in sweeps.items():
            try:
                async with database.transaction() as tx:
                    found = await sweep(tx)
                if found:
                    log.info("swept", extra={"sweep": name, "found": found})
            except (SQLAlchemyError, OSError) as error:
                log.warning("sweep_failed", extra={"sweep": name, "error": type(error).__name__})
        await asyncio.sleep(SWEEP_EVERY_S)


def main() -> None:
    settings = get_settings()
    configure_logging(settings.log_level)
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
