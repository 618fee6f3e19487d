"""Keeping the indexes true to the articles.

The PostgreSQL index changes in the article's own transaction. The search server is told afterwards: the same
transaction leaves a task, and a worker carries it out, as often as needed.
"""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from contact_center.db import Transaction
from contact_center.knowledge.models import Article, IndexTask
from kb.postgres import PostgresStore
from kb.store import Document

INDEX = "knowledge"
"""The name under which the worker is woken."""

TITLE_WEIGHT, QUESTION_WEIGHT, ANSWER_WEIGHT = 3, 2, 1


async def index(tx: Transaction, articles: Sequence[Article]) -> None:
    """After any change a searcher could see. Gives each article its next version."""
    if not articles:
        return
    for article in articles:
        article.version += 1
        article.updated_at = tx.now
    await tx.session.flush()
    store = PostgresStore(tx.session)
    await store.remove([str(article.id) for article in articles if article.state != "published"])
    await store.put([document_of(article) for article in articles if article.state == "published"])
    await leave_tasks(tx, articles)


async def leave_tasks(tx: Transaction, articles: Sequence[Article]) -> None:
    """The search server is to be brought to these articles as they are now."""
    if not articles:
        return
    statement = insert(IndexTask).values(
        [
            {"article_id": article.id, "version": article.version, "available_at": tx.now, "created_at": tx.now}
            for article in articles
        ]
    )
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=[IndexTask.article_id],
            set_={"version": statement.excluded.version, "available_at": statement.excluded.available_at},
        )
    )
    tx.wake(INDEX)


def document_of(article: Article) -> Document:
    return Document(
        id=str(article.id),
        fields=(
            (article.title, TITLE_WEIGHT),
            *((question, QUESTION_WEIGHT) for question in article.questions),
            (article.answer, ANSWER_WEIGHT),
            (" ".join([*article.papers, *article.steps]), ANSWER_WEIGHT),
        ),
        tags=tuple(article.category_codes),
    )
