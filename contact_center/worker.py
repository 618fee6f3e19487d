"""The worker processes: one answers what is in the inbox, one empties the outbox and sweeps up what was lost."""

import argparse
import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import uvloop
from sqlalchemy.exc import SQLAlchemyError

from contact_center.bot import sweeps as bot_sweeps
from contact_center.conversations.clerk import ReceiptClerk
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.senders import OutboxSender, mark_lost
from contact_center.conversations.wake import INBOX, OUTBOX, Waker, wake_ups
from contact_center.db import Database, Transaction
from contact_center.knowledge import editing as knowledge_editing
from contact_center.knowledge import gaps as knowledge_gaps
from contact_center.knowledge import transfer as knowledge_transfer
from contact_center.knowledge.indexing import INDEX
from contact_center.knowledge.sync import IndexSync, check_every_night
from contact_center.learning.shadow import Shadow
from contact_center.logs import configure_logging
from contact_center.media import fetching
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.portal import drafts
from contact_center.settings import Settings, get_settings
from contact_center.tickets import sweeps as ticket_sweeps
from contact_center.wiring import Core, build_core, build_senders
from nlu.models import model_root

log = logging.getLogger(__name__)

# A wake-up can be lost, a retry falls due, a process dies: at the latest after this long somebody looks.
LOOK_EVERY_S = 1.0
SWEEP_EVERY_S = 15.0

Sweep = Callable[[Transaction], Awaitable[int]]
SWEEPS: dict[str, Sweep] = {
    "outbox": mark_lost,
    "talks": bot_sweeps.sweep,
    "tickets": ticket_sweeps.sweep,
    "articles": knowledge_editing.sweep,
    "imports": knowledge_transfer.sweep,
    "unanswered": knowledge_gaps.sweep,
    "drafts": drafts.sweep,
}


class Part(StrEnum):
    """What a worker process does. Answering citizens and everything else are apart, so that a hundred messages on their
    way out never make the next citizen wait; one process can do both."""

    ANSWERING = "answering"  # the inbox
    SENDING = "sending"  # the outbox, receipts, photos, the search index, sweeps


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs that run until they are cancelled, and whom to wake by name."""

    jobs: dict[str, Coroutine[Any, Any, None]]
    wakes: dict[str, Callable[[int], None]]


async def run(settings: Settings, parts: Collection[Part] = frozenset(Part)) -> None:
    """Work until SIGTERM or SIGINT; what is in hand is finished or rolled back, never half done."""
    core = build_core(settings, pool_size=20, pre_ping=False, understands=Part.ANSWERING in parts)
    work = [_PARTS[part](core) for part in parts]
    wakes = {name: wake for one in work for name, wake in one.wakes.items()}
    wakers = _tell_the_others(core.database, wakes)
    jobs = {name: job for one in work for name, job in one.jobs.items()}
    jobs["listen"] = _listen(core.database.conninfo, wakes)
    stop = _stop_on_signal()
    tasks = [asyncio.create_task(job, name=name) for name, job in jobs.items()]
    # What was loaded stays for ever: looking through it for garbage would make somebody wait a tenth of a second.
    gc.freeze()
    log.info("worker_ready")
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, stopping]:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for waker in wakers:
        await waker.close()
    await core.close()
    for task in done - {stopping}:
        task.result()


def _answering(core: Core) -> Work:
    dispatcher = Dispatcher(core.database, core.bot)
    following = {"model": core.follower.run()} if core.follower is not None else {}
    return Work({"dispatcher": dispatcher.run(), **following}, {INBOX: dispatcher.wake})


def _sending(core: Core) -> Work:
    sender = OutboxSender(core.database, build_senders(core.settings, core.database))
    storage = MediaStorage(core.settings.media_dir)
    sweeps: dict[str, Sweep] = {
        "uploads": partial(media.sweep_unattached, storage=storage),
        "shadow": Shadow(model_root()).sweep,
    }
    indexing = _indexing(core)
    return Work(
        {
            "sender": sender.run(),
            "receipts": ReceiptClerk(core.database).run(),
            "media": fetching.MediaFetcher(core.database, core.settings).run(),
            "sweep": _sweep(core.database, SWEEPS | sweeps),
            **indexing.jobs,
        },
        {OUTBOX: sender.wake, **indexing.wakes},
    )


def _indexing(core: Core) -> Work:
    """What keeps a search server true to the articles, where there is one."""
    if core.search is None:
        return Work({}, {})
    store = core.search.store()
    index = IndexSync(core.database, store)
    return Work({"index": index.run(), "index_check": check_every_night(core.database, store)}, {INDEX: index.wake})


_PARTS: dict[Part, Callable[[Core], Work]] = {Part.ANSWERING: _answering, Part.SENDING: _sending}


def _tell_the_others(database: Database, ours: Mapping[str, Callable[[int], None]]) -> list[Waker]:
    """What a transaction of this process wakes: one of us directly, somebody in another process by a notice."""
    others = [Waker(database, name) for name in (INBOX, OUTBOX, INDEX) if name not in ours]
    for name, wake in ours.items():
        database.on_wake(name, partial(wake, 1))
    for waker in others:
        database.on_wake(waker.name, waker.wake)
    return others


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _listen(conninfo: str, wakes: Mapping[str, Callable[[int], None]]) -> None:
    async for name, pieces in wake_ups(conninfo, tuple(wakes), every_s=LOOK_EVERY_S):
        wakes[name](pieces)


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
    """``contact-center worker [answering | sending]``; without a word it does both."""
    parser = argparse.ArgumentParser(prog="contact-center worker", description=__doc__)
    parser.add_argument("part", nargs="?", type=Part, choices=list(Part), help="only this part of the work")
    part: Part | None = parser.parse_args().part
    settings = get_settings()
    configure_logging(settings.log_level)
    uvloop.run(run(settings, [part] if part else list(Part)))


if __name__ == "__main__":
    main()
