"""Telling the search server what changed, comparing it with the articles, and building it anew.

The server is somebody else's process: it may be away for hours. Every task stays until it is carried out, versions
decide which of two writes is newer, and a nightly comparison finds what was lost all the same.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, select, tuple_
from sqlalchemy.exc import SQLAlchemyError

from contact_center.clock import local
from contact_center.conversations.workers import WorkSignal
from contact_center.db import Database, Transaction, new_id
from contact_center.knowledge import indexing, repository
from contact_center.knowledge.models import Article, IndexCheck, IndexTask
from contact_center.knowledge.passages import absent_ids, passages_of
from kb.store import Passage, SearchStore, SearchUnavailable

log = logging.getLogger(__name__)

BATCH = 50
LONGEST_PAUSE_S = 60.0
CHECK_HOUR = 2  # at night, by the province's clock
LOOK_EVERY_S = 600.0
NO_ARTICLE = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Report:
    """Passages there should be, passages there are, and how they differ. What differed has been put right or left as a
    task."""

    expected: int
    found: int
    missing: int
    outdated: int
    unwanted: int


class ServerStore(SearchStore, Protocol):
    """A store that is a server of its own, and may have to be given its index first."""

    async def ready(self) -> None: ...


class IndexSync:
    """Carries out the tasks that changed articles leave behind."""

    def __init__(self, database: Database, store: ServerStore) -> None:
        self._database = database
        self._store = store
        self._met = False
        self._signal = WorkSignal()
        self.wake: Callable[[int], None] = self._signal.wake

    async def run(self) -> None:
        """For ever; a database or a server that is away is waited for."""
        while True:
            try:
                busy = await self.step()
            except (SQLAlchemyError, OSError) as error:
                log.warning("index_database_away", extra={"error": type(error).__name__})
                busy = False
            if not busy:
                await self._signal.rest()

    async def step(self) -> bool:
        """One batch; False when nothing is due, or the server does not answer."""
        async with self._database.transaction() as tx:
            articles = await due_articles(tx, limit=BATCH)
        try:
            await self._meet()
            await send(self._store, articles)
        except SearchUnavailable as error:
            log.warning("index_server_away", extra={"waiting": len(articles)})
            self._met = False
            await self._later(articles, error)
            return False
        async with self._database.transaction() as tx:
            await forget(tx, articles)
        return bool(articles)

    async def _meet(self) -> None:
        """At the start and after every absence: whatever became of the server meanwhile, it is brought up to date."""
        if not self._met:
            await self._store.ready()
            _tell(await reconcile(self._database, self._store))
            self._met = True

    async def _later(self, articles: Sequence[Article], error: SearchUnavailable) -> None:
        async with self._database.transaction() as tx:
            tasks = await tx.session.scalars(
                select(IndexTask).where(IndexTask.article_id.in_([article.id for article in articles]))
            )
            for task in tasks:
                task.available_at = tx.now + timedelta(seconds=pause_s(task.attempts))
                task.attempts += 1
                task.error_code = error.code


def pause_s(attempts: int) -> float:
    """1, 2, 4 … seconds, a minute at most: an hour's outage is over for us a minute after it ends."""
    return float(min(LONGEST_PAUSE_S, 2.0 ** min(attempts, 10)))


async def due_articles(tx: Transaction, *, limit: int) -> Sequence[Article]:
    rows = await tx.session.scalars(
        select(Article)
        .join(IndexTask, IndexTask.article_id == Article.id)
        .where(IndexTask.available_at <= tx.now)
        .order_by(IndexTask.available_at)
        .limit(limit)
    )
    return rows.all()


async def send(store: SearchStore, articles: Sequence[Article]) -> None:
    """Bring the server to these articles as they are. Raises ``SearchUnavailable``."""
    passages = [passage for article in articles for passage in passages_of(article)]
    if passages:
        await store.put(passages)
    by_version: dict[int, list[str]] = {}
    for article in articles:
        by_version.setdefault(article.version, []).extend(absent_ids(article))
    for version, ids in by_version.items():
        await store.remove(ids, version)


async def forget(tx: Transaction, articles: Sequence[Article]) -> None:
    """Tasks carried out are gone; an article that changed meanwhile keeps its newer one."""
    await tx.session.execute(
        delete(IndexTask).where(
            tuple_(IndexTask.article_id, IndexTask.version).in_([(article.id, article.version) for article in articles])
        )
    )


# --- comparing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of passages; ``unwanted`` with the version they have there."""

    missing: frozenset[str]
    outdated: frozenset[str]
    unwanted: Mapping[str, int]


def compare(expected: Mapping[str, int], found: Mapping[str, int]) -> Difference:
    """A passage newer there than here changed while we looked: nothing is wrong with it."""
    return Difference(
        missing=frozenset(expected.keys() - found.keys()),
        outdated=frozenset(key for key, version in expected.items() if key in found and found[key] < version),
        unwanted={key: version for key, version in found.items() if key not in expected},
    )


async def reconcile(database: Database, store: SearchStore) -> Report:
    """Compare the server with the articles, leave a task for each that differs, remove what nobody knows.

    Raises ``SearchUnavailable``.
    """
    found = {key: version async for key, version in store.inventory()}
    expected = {passage.id: passage.version async for passage in every_passage(database)}
    difference = compare(expected, found)
    await _remove(store, difference.unwanted)
    async with database.transaction() as tx:
        await _leave_tasks(tx, difference.missing | difference.outdated | difference.unwanted.keys())
        report = Report(
            expected=len(expected),
            found=len(found),
            missing=len(difference.missing),
            outdated=len(difference.outdated),
            unwanted=len(difference.unwanted),
        )
        tx.session.add(_check(report, tx.now))
    return report


def _check(report: Report, now: datetime) -> IndexCheck:
    return IndexCheck(
        id=new_id(),
        at=now,
        expected=report.expected,
        found=report.found,
        missing=report.missing,
        outdated=report.outdated,
        unwanted=report.unwanted,
    )


async def _remove(store: SearchStore, unwanted: Mapping[str, int]) -> None:
    by_version: dict[int, list[str]] = {}
    for key, version in unwanted.items():
        by_version.setdefault(version, []).append(key)
    for version, ids in by_version.items():
        await store.remove(ids, version)


async def _leave_tasks(tx: Transaction, passage_ids: frozenset[str]) -> None:
    ids = {uuid.UUID(key.partition(":")[0]) for key in passage_ids if _is_ours(key)}
    rows = await tx.session.scalars(select(Article).where(Article.id.in_(ids)))
    await indexing.leave_tasks(tx, rows.all(), late=True)


def _is_ours(passage_id: str) -> bool:
    try:
        uuid.UUID(passage_id.partition(":")[0])
    except ValueError:
        return False
    return True


async def every_passage(database: Database) -> AsyncIterator[Passage]:
    """Of every published article, a batch of articles a transaction."""
    last = NO_ARTICLE
    while True:
        async with database.transaction() as tx:
            articles = await repository.published_after(tx, last, limit=BATCH)
        for article in articles:
            for passage in passages_of(article):
                yield passage
        if len(articles) < BATCH:
            return
        last = articles[-1].id


async def rebuild(database: Database, store: SearchStore, progress: Callable[[int], None] = lambda done: None) -> int:
    """Build the server's index anew without a gap in service; returns how many passages there are.

    What changed meanwhile is found by the comparison at the end. Raises ``SearchUnavailable``.
    """
    total = await store.rebuild(every_passage(database), progress)
    await reconcile(database, store)
    return total


# --- every night ------------------------------------------------------------------------------------------------------


def is_due(now: datetime, last: datetime | None) -> bool:
    """Once each night from two o'clock, and at once where nothing was ever compared."""
    if last is None:
        return True
    return local(now).hour >= CHECK_HOUR and local(last).date() < local(now).date()


async def last_check(tx: Transaction) -> IndexCheck | None:
    return await tx.session.scalar(select(IndexCheck).order_by(IndexCheck.at.desc()).limit(1))


async def waiting(tx: Transaction) -> Sequence[IndexTask]:
    """Tasks not carried out yet, oldest first; for the pages that tell how fresh the search is."""
    return (await tx.session.scalars(select(IndexTask).order_by(IndexTask.created_at).limit(BATCH))).all()


async def check_every_night(database: Database, store: ServerStore) -> None:
    """For ever; a server that is away is asked again ten minutes later."""
    while True:
        try:
            await check_if_due(database, store)
        except SearchUnavailable:
            log.warning("index_check_postponed")
        except (SQLAlchemyError, OSError) as error:
            log.warning("index_database_away", extra={"error": type(error).__name__})
        await asyncio.sleep(LOOK_EVERY_S)


async def check_if_due(database: Database, store: ServerStore) -> Report | None:
    """The report of a comparison, None where none was due: at night, and whenever the server has lost its index."""
    async with database.transaction() as tx:
        check = await last_check(tx)
        now = tx.now
    await store.ready()
    if not is_due(now, check.at if check else None) and not await _is_empty(store):
        return None
    report = await reconcile(database, store)
    _tell(report)
    return report


async def _is_empty(store: SearchStore) -> bool:
    async for _ in store.inventory():
        return False
    return True


def _tell(report: Report) -> None:
    log.info("index_compared", extra=asdict(report))
