"""The search server dies while people write and citizens search: nothing is lost, nothing is stale, no page breaks."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import func, select

from contact_center.actors import Actor
from contact_center.embedded import ElasticsearchServer
from contact_center.knowledge import editing, searching, sync
from contact_center.knowledge.indexing import INDEX
from contact_center.knowledge.models import IndexTask
from contact_center.knowledge.searching import SearchServer
from contact_center.knowledge.sync import IndexSync
from tests.integration.knowledge.people import CONTENT, published, through_review
from tests.support.waiting import eventually
from tests.support.web import Web, web

__all__ = ["web"]

ANIMALS = ("kỳ đà", "đà điểu", "cá sấu", "nhím", "hươu sao", "chồn hương")
SETTLE_S = 90.0  # the breaker tries again after ten seconds, a task of many failures after a minute


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ElasticsearchServer]:
    """A server of the test's own, because it is killed."""
    server = ElasticsearchServer(tmp_path / "elasticsearch", port=23600)
    server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture
async def search(web: Web, server: ElasticsearchServer) -> AsyncIterator[SearchServer]:
    """The house asks this server, and a worker tells it what changes."""
    search = SearchServer(server.url, "articles")
    searching.use(search)
    index = IndexSync(web.database, search.store())
    web.database.on_wake(INDEX, partial(index.wake, 1))
    working = asyncio.create_task(_looking_again(index))
    yield search
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    searching.use(None)
    await search.close()


async def _looking_again(index: IndexSync) -> None:
    """The worker, with the look every second that it is woken for in its process."""
    working = asyncio.create_task(index.run())
    try:
        while True:
            await asyncio.sleep(1)
            index.wake(1)
    finally:
        working.cancel()


@dataclass
class Desk:
    """Writes one article after another; knows what each of them says now, None for what was withdrawn."""

    web: Web
    writer: Actor
    reviewer: Actor
    says: dict[str, str | None] = field(default_factory=dict)
    ids: dict[str, uuid.UUID] = field(default_factory=dict)

    async def publish(self, animal: str) -> None:
        content = replace(
            CONTENT, title=f"Cấp phép nuôi {animal}", questions=(f"nuôi {animal} xin phép ở đâu",), fees="Chưa thu"
        )
        async with self.web.database.transaction() as tx:
            version = await published(tx, self.writer, self.reviewer, content)
        self.says[animal], self.ids[animal] = content.answer, version.article_id

    async def change(self, animal: str, answer: str) -> None:
        content = replace(CONTENT, title=f"Cấp phép nuôi {animal}", answer=answer)
        async with self.web.database.transaction() as tx:
            version = await editing.edit(tx, self.writer, self.ids[animal], content, revision=0)
            await through_review(tx, self.writer, self.reviewer, version)
        self.says[animal] = answer

    async def withdraw(self, animal: str) -> None:
        async with self.web.database.transaction() as tx:
            await editing.withdraw(tx, self.writer, self.ids[animal], words="Luật mới")
        self.says[animal] = None


async def found(browser: AsyncClient, animal: str) -> tuple[str, bool]:
    """What the first article found says (empty: not about this animal), and whether the search is degraded."""
    answer = await browser.get("/api/v1/articles", params={"q": f"nuôi {animal} xin phép ở đâu"})
    assert answer.status_code == 200, answer.status_code
    page = answer.json()
    about = [one for one in page["articles"] if one["title"] == f"Cấp phép nuôi {animal}"]
    return (about[0]["answer"] if about else ""), page["degraded"]


async def citizens_search(web: Web, seen: list[bool]) -> None:
    """On and on; no page may fail, whatever happens to the server."""
    browser = web.browser()
    while True:
        for animal in ANIMALS:
            page = await browser.get("/hoi-dap", params={"q": f"nuoi {animal}"})
            assert page.status_code == 200, page.status_code
            seen.append((await found(browser, animal))[1])


async def is_settled(web: Web, browser: AsyncClient) -> bool:
    async with web.database.transaction() as tx:
        waiting = await tx.session.scalar(select(func.count()).select_from(IndexTask))
    return waiting == 0 and not (await found(browser, ANIMALS[0]))[1]


async def test_a_server_killed_while_articles_are_published_and_searched(
    web: Web, search: SearchServer, server: ElasticsearchServer
) -> None:
    desk = Desk(web, await web.actor("giamsat"), await web.actor("quantri"))
    browser = web.browser()
    for animal in ANIMALS[:3]:
        await desk.publish(animal)
    await eventually(partial(is_settled, web, browser), what="the server knows everything", timeout_s=SETTLE_S)

    degraded: list[bool] = []
    searching_on = asyncio.create_task(citizens_search(web, degraded))
    await desk.change(ANIMALS[0], "Nuôi kỳ đà phải đăng ký ở xã.")
    server.kill()  # the change may be on its way just now
    await desk.change(ANIMALS[0], "Nuôi kỳ đà thì miễn đăng ký.")
    await desk.withdraw(ANIMALS[1])
    for animal in ANIMALS[3:]:
        await desk.publish(animal)
    for animal, says in desk.says.items():  # PostgreSQL answers, and knows what was just published
        assert await found(browser, animal) == (says or "", True)

    await asyncio.to_thread(server.start)
    await eventually(partial(is_settled, web, browser), what="the server caught up", timeout_s=SETTLE_S)
    for animal, says in desk.says.items():
        assert await found(browser, animal) == (says or "", False)
    report = await sync.reconcile(web.database, search.store())
    assert (report.missing, report.outdated, report.unwanted) == (0, 0, 0)
    assert report.expected == report.found > 0
    assert not searching_on.done(), searching_on.exception()
    assert {True, False} <= set(degraded)
    searching_on.cancel()
