""" "This answer is wrong": said by a citizen or an agent, a task for whoever answers for the article."""

import uuid
from collections.abc import Sequence

from contact_center.actors import Actor
from contact_center.clock import local
from contact_center.db import Transaction, new_id
from contact_center.errors import Conflict, InvalidInput, NotFound
from contact_center.knowledge import repository
from contact_center.knowledge.models import Article, WrongAnswer
from contact_center.staff import service as staff
from kb.store import Audience

LONGEST = 1000


async def say_wrong(
    tx: Transaction,
    actor: Actor,
    slug: str,
    *,
    words: str = "",
    question: str = "",
    conversation_id: uuid.UUID | None = None,
) -> WrongAnswer:
    """Open a task for the owner. Citizens can only say it of what citizens see.

    Raises ``NotFound`` when the article is not in force, ``InvalidInput`` when the words are too long.
    """
    if len(words) > LONGEST or len(question) > LONGEST:
        raise InvalidInput(words="too_long")
    audience: Audience = "internal" if actor.kind == "staff" else "public"
    article = await repository.valid_by_slug(tx, slug, at=local(tx.now).date(), audience=audience)
    if article is None:
        raise NotFound(what="article")
    task = WrongAnswer(
        id=new_id(),
        article_id=article.id,
        version=article.version,
        said_by="staff" if actor.kind == "staff" else "citizen",
        account_id=actor.id if actor.kind == "staff" else None,
        channel=actor.channel,
        conversation_id=conversation_id,
        question=question.strip(),
        words=words.strip(),
        created_at=tx.now,
    )
    tx.session.add(task)
    await tx.session.flush()
    await staff.audit(
        tx, actor, action="answer_called_wrong", subject_kind="article", subject_id=article.id, task_id=str(task.id)
    )
    return task


async def listed(
    tx: Transaction, actor: Actor, *, closed: bool = False, article_id: uuid.UUID | None = None, limit: int = 100
) -> Sequence[tuple[WrongAnswer, Article]]:
    """The tasks of the articles somebody edits."""
    return await repository.wrong_answers(tx, actor, closed=closed, article_id=article_id, limit=limit)


async def close(tx: Transaction, actor: Actor, task_id: uuid.UUID, *, words: str) -> WrongAnswer:
    """Done with, in a word: what was put right, or why it is right as it is.

    Raises ``NotFound``, ``Conflict`` when somebody closed it before, ``InvalidInput`` without a word.
    """
    task = await repository.lock_wrong_answer(tx, actor, task_id)
    if task is None:
        raise NotFound(what="wrong_answer")
    if task.closed_at is not None:
        raise Conflict(what="wrong_answer", reason="already_closed")
    if not words.strip():
        raise InvalidInput(words="required")
    task.closed_at, task.closed_by, task.closing_words = tx.now, actor.id, words.strip()[:LONGEST]
    await staff.audit(
        tx,
        actor,
        action="wrong_answer_closed",
        subject_kind="article",
        subject_id=task.article_id,
        task_id=str(task.id),
    )
    return task
