"""The search server told of every change, over its absence, its loss and its mistakes. A real Elasticsearch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from contact_center.db import Database
from contact_center.knowledge import editing, searching, sync
from contact_center.knowledge import service as knowledge
from contact_center.knowledge.indexing import BEHIND, INDEX
from contact_center.knowledge.models import Article, IndexCheck, IndexTask
from contact_center.knowledge.searching import SearchServer
from contact_center.knowledge.sync import IndexSync
from contact_center.staff import service as staff
from contact_center.staff.models import Account
from kb.store import Query
from tests.integration.knowledge.people import CONTENT, published, saying, through_review, today
from tests.support.waiting import eventually

NOWHERE = "http://127.0.0.1:9"
ASKED = "nuôi kỳ đà có cần xin phép không"


@pytest_asyncio.fixture
async def server(elasticsearch_url: str, index_name: str) -> AsyncIterator[SearchServer]:
    """An index of the test's own, which the house asks."""
    server = SearchServer(elasticsearch_url, index_name)
    searching.use(server)
    yield server
    searching.use(None)
    await server.store().drop()
    await server.close()


@pytest_asyncio.fixture
async def away() -> AsyncIterator[SearchServer]:
    """A server nobody answers at, which the house asks."""
    server = SearchServer(NOWHERE, "nothing")
    searching.use(server)
    yield server
    searching.use(None)
    await server.close()


async def written(database: Database) -> Article:
    """A published article about something no other one is about."""
    async with database.transaction() as tx:
        people = {account.username: staff.actor_from(account) for account in await tx.session.scalars(select(Account))}
        version = await published(tx, people["giamsat"], people["quantri"])
        article = await tx.session.get(Article, version.article_id)
    assert article is not None
    return article


async def changed(database: Database, article: Article, answer: str) -> None:
    async with database.transaction() as tx:
        people = {account.username: staff.actor_from(account) for account in await tx.session.scalars(select(Account))}
        version = await editing.edit(tx, people["giamsat"], article.id, saying(answer=answer, papers=()), revision=0)
        await through_review(tx, people["giamsat"], people["quantri"], version)


async def withdrawn(database: Database, article: Article) -> None:
    async with database.transaction() as tx:
        account = await tx.session.scalar(select(Account).where(Account.username == "giamsat"))
        assert account is not None
        await editing.withdraw(tx, staff.actor_from(account), article.id, words="Luật mới")


async def waiting(database: Database) -> int:
    async with database.transaction() as tx:
        return await tx.session.scalar(select(func.count()).select_from(IndexTask)) or 0


async def all_done(database: Database, index: IndexSync) -> None:
    async with database.transaction() as tx:
        await tx.session.execute(update(IndexTask).values(available_at=tx.now))
    while await index.step():
        pass


async def looked(database: Database) -> knowledge.Looked:
    async with database.transaction() as tx:
        return await knowledge.look(tx, ASKED, at=today(tx))


async def in_the_index(server: SearchServer, article: Article) -> set[str]:
    """Sections of the article the server has."""
    mine = {key async for key, _ in server.store().inventory() if key.startswith(str(article.id))}
    return {key.partition(":")[2] for key in mine}


async def test_what_is_published_changed_and_withdrawn_reaches_the_server(
    database: Database, server: SearchServer
) -> None:
    index = IndexSync(database, server.store())
    article = await written(database)
    await all_done(database, index)
    assert await waiting(database) == 0
    assert await in_the_index(server, article) == {"answer", "papers", "fees"}
    seen = await looked(database)
    assert not seen.degraded
    assert seen.hits[0].article.slug == article.slug

    await changed(database, article, "Nay nuôi kỳ đà thì miễn đăng ký.")
    await all_done(database, index)
    assert await in_the_index(server, article) == {"answer", "fees"}

    await withdrawn(database, article)
    await all_done(database, index)
    assert await in_the_index(server, article) == set()


async def test_a_commit_wakes_the_worker_and_cancelling_ends_it(database: Database, server: SearchServer) -> None:
    index = IndexSync(database, server.store())
    await all_done(database, index)
    database.on_wake(INDEX, partial(index.wake, 1))
    working = asyncio.create_task(index.run())
    article = await written(database)

    async def told() -> bool:
        return await waiting(database) == 0

    await eventually(told, what="the server is told")
    assert await in_the_index(server, article) == {"answer", "papers", "fees"}
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def test_while_the_server_is_away_postgresql_answers_and_says_so(database: Database, away: SearchServer) -> None:
    index = IndexSync(database, away.store())
    article = await written(database)
    before = await waiting(database)
    assert not await index.step()
    assert await waiting(database) == before, "nothing is lost"
    seen = await looked(database)
    assert seen.degraded
    assert seen.hits[0].article.slug == article.slug


async def test_after_hours_away_everything_is_as_if_it_had_been_there(
    database: Database, away: SearchServer, elasticsearch_url: str, index_name: str
) -> None:
    absent = IndexSync(database, away.store())
    article = await written(database)
    assert not await absent.step()
    await changed(database, article, "Nay nuôi kỳ đà thì miễn đăng ký.")
    assert not await absent.step()
    back = SearchServer(elasticsearch_url, index_name)
    try:
        searching.use(back)
        await all_done(database, IndexSync(database, back.store()))
        assert await in_the_index(back, article) == {"answer", "fees"}
        assert not (await looked(database)).degraded
        report = await sync.reconcile(database, back.store())
        assert (report.missing, report.outdated, report.unwanted) == (0, 0, 0)
        assert report.expected == report.found > 0
    finally:
        searching.use(None)
        await back.store().drop()
        await back.close()


async def test_a_server_that_missed_something_is_not_asked_until_it_knows(
    database: Database, server: SearchServer
) -> None:
    index = IndexSync(database, server.store())
    await all_done(database, index)
    article = await written(database)
    async with database.transaction() as tx:
        tx.now += 2 * BEHIND
        late = await knowledge.look(tx, ASKED, at=today(tx))
    assert late.degraded
    assert late.hits[0].article.slug == article.slug


async def test_a_late_older_write_does_not_bring_back_what_was_withdrawn(
    database: Database, server: SearchServer
) -> None:
    index = IndexSync(database, server.store())
    await written(database)
    async with database.transaction() as tx:
        old = [one for one in await sync.due_articles(tx, limit=1000) if one.title == CONTENT.title]
    await all_done(database, index)
    await withdrawn(database, old[0])
    await all_done(database, index)
    await sync.send(server.store(), old)
    assert await in_the_index(server, old[0]) == set()


async def test_the_nightly_comparison_counts_and_mends(database: Database, server: SearchServer) -> None:
    index = IndexSync(database, server.store())
    article = await written(database)
    await all_done(database, index)
    store = server.store()
    await store.remove([f"{article.id}:fees"], article.version)
    report = await sync.reconcile(database, store)
    assert (report.missing, report.outdated, report.unwanted) == (1, 0, 0)
    async with database.transaction() as tx:
        check = await sync.last_check(tx)
    assert isinstance(check, IndexCheck)
    assert (check.expected, check.missing) == (report.expected, 1)


async def test_a_rebuild_leaves_exactly_what_is_published(database: Database, server: SearchServer) -> None:
    article = await written(database)
    store = server.store()
    await store.ready()
    told: list[int] = []
    total = await sync.rebuild(database, store, told.append)
    expected = {passage.id async for passage in sync.every_passage(database)}
    assert total == len(expected)
    assert told[-1] == total
    assert {key async for key, _ in store.inventory()} == expected
    found = await store.search(Query(ASKED, at=CONTENT.valid_from))
    assert found[0].article_id == str(article.id)


@pytest.mark.parametrize(
    ("expected", "found", "missing", "outdated", "unwanted"),
    [
        ({"a": 1}, {"a": 1}, set(), set(), {}),
        ({"a": 2}, {"a": 1}, set(), {"a"}, {}),
        ({"a": 1}, {"a": 2}, set(), set(), {}),
        ({"a": 1}, {}, {"a"}, set(), {}),
        ({}, {"a": 3}, set(), set(), {"a": 3}),
    ],
)
def test_what_counts_as_a_difference(
    expected: dict[str, int], found: dict[str, int], missing: set[str], outdated: set[str], unwanted: dict[str, int]
) -> None:
    difference = sync.compare(expected, found)
    assert (set(difference.missing), set(difference.outdated), dict(difference.unwanted)) == (
        missing,
        outdated,
        unwanted,
    )


def test_pauses_grow_to_a_minute_and_no_further() -> None:
    assert [sync.pause_s(attempts) for attempts in (0, 1, 5, 6, 50)] == [1, 2, 32, 60, 60]
