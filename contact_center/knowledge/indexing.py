"""Keeping the indexes true to the articles.

The PostgreSQL index changes in the article's own transaction. The search server is told afterwards: the same
transaction leaves a task, and a worker carries it out, as often as needed.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from contact_center.db import Transaction
from contact_center.knowledge.models import Article, IndexTask
from contact_center.knowledge.passages import absent_ids, passages_of
from kb.postgres_store import PostgresSearch

INDEX = "knowledge"
"""The name under which the worker is woken."""


BEHIND = timedelta(seconds=10)
"""A task older than this means that the server is not told any more: PostgreSQL knows better."""


async def index(tx: Transaction, articles: Sequence[Article]) -> None:
    """After any change a searcher could see. Gives each article its next version."""
    if not articles:
        return
    for article in articles:
        article.version += 1
        article.updated_at = tx.now
    await tx.session.flush()
    store = PostgresSearch(tx.session)
    await store.put([passage for article in articles for passage in passages_of(article)])
    for version, ids in _absent(articles).items():
        await store.remove(ids, version)
    await leave_tasks(tx, articles)


async def leave_tasks(tx: Transaction, articles: Sequence[Article], *, late: bool = False) -> None:
    """The search server is to be brought to these articles as they are now. ``late``: it should have been already, so
    nobody asks it until that is done."""
    if not articles:
        return
    since = tx.now - BEHIND if late else tx.now
    statement = insert(IndexTask).values(
        [
            {"article_id": article.id, "version": article.version, "available_at": tx.now, "created_at": since}
            for article in articles
        ]
    )
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=[IndexTask.article_id],
            set_={
                "version": statement.excluded.version,
                "available_at": statement.excluded.available_at,
                "created_at": func.least(IndexTask.created_at, statement.excluded.created_at),
            },
        )
    )
    tx.wake(INDEX)


def _absent(articles: Sequence[Article]) -> dict[int, list[str]]:
    """By version, the ids of sections that an earlier version may have had; a first version leaves nothing behind."""
    by_version: dict[int, list[str]] = {}
    for article in articles:
        if article.version > 1:
            by_version.setdefault(article.version, []).extend(absent_ids(article))
    return by_version
