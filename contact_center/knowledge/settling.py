"""What editors make of a question nothing answered: an article gets it, one is written for it, or none is wanted."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from contact_center.actors import Actor
from contact_center.db import Transaction
from contact_center.errors import Conflict, InvalidInput, NotFound
from contact_center.knowledge import editing, repository
from contact_center.knowledge.gaps import LONGEST, MOST_LISTED, State
from contact_center.knowledge.models import Article, UnansweredQuestion
from contact_center.knowledge.workflow import State as VersionState
from contact_center.staff import service as staff
from nlu.text import fold

LONGEST_REASON = 300


async def add_to_article(
    tx: Transaction, actor: Actor, ids: Sequence[uuid.UUID], article_id: uuid.UUID | None, question: str, why: str
) -> Article:
    """The question joins those people ask of an article, in a draft that is reviewed as every other; ``why`` is noted
    with a new draft.

    Raises ``NotFound``, ``Conflict`` when somebody settled the questions first, ``InvalidInput`` without an article or
    a question, and while a version of the article is in review.
    """
    question = " ".join(question.split())
    _refuse(article="" if article_id else "required", question=_problem_of(question, LONGEST))
    questions = await _lock_open(tx, ids)
    article = await repository.lock_editable(tx, actor, article_id) if article_id else None
    if article is None:
        raise NotFound(what="article")
    await _ask_of(tx, actor, article, question, why)
    await _settle(tx, actor, questions, State.ADDED, article_id=article.id)
    return article


async def _ask_of(tx: Transaction, actor: Actor, article: Article, question: str, why: str) -> None:
    version = await repository.version_under_way(tx, article.id)
    if version is not None and version.state != VersionState.DRAFT:
        raise InvalidInput(article="in_review")
    content = editing.content_now(article, version)
    if fold(question) in {fold(one) for one in content.questions}:
        return
    asked = replace(content, questions=(*content.questions, question))
    # A draft under way has its own reason.
    revision, why = (version.revision, "") if version is not None else (0, why)
    await editing.edit(tx, actor, article.id, asked, revision=revision, why=why)


async def note_written(tx: Transaction, actor: Actor, ids: Sequence[uuid.UUID], article_id: uuid.UUID) -> None:
    """An article was begun for these. What somebody settled meanwhile stays as they settled it."""
    await _settle(tx, actor, await _locked(tx, ids), State.WRITTEN, article_id=article_id)


async def ignore(tx: Transaction, actor: Actor, ids: Sequence[uuid.UUID], reason: str) -> None:
    """No article will answer these. Raises ``Conflict`` when somebody settled them first, ``InvalidInput`` without a
    reason."""
    reason = " ".join(reason.split())
    _refuse(reason=_problem_of(reason, LONGEST_REASON))
    await _settle(tx, actor, await _lock_open(tx, ids), State.IGNORED, words=reason)


def _problem_of(text: str, longest: int) -> str:
    if not text:
        return "required"
    return "too_long" if len(text) > longest else ""


def _refuse(**problems: str) -> None:
    wrong = {name: problem for name, problem in problems.items() if problem}
    if wrong:
        raise InvalidInput(**wrong)


async def _lock_open(tx: Transaction, ids: Sequence[uuid.UUID]) -> Sequence[UnansweredQuestion]:
    questions = await _locked(tx, ids)
    if not questions:
        raise Conflict(what="question", reason="already_closed")
    return questions


async def _locked(tx: Transaction, ids: Sequence[uuid.UUID]) -> Sequence[UnansweredQuestion]:
    """Those of them that are still open."""
    return (
        await tx.session.scalars(
            select(UnansweredQuestion)
            .where(UnansweredQuestion.id.in_(ids[:MOST_LISTED]), UnansweredQuestion.state == State.OPEN.value)
            .order_by(UnansweredQuestion.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()


async def _settle(
    tx: Transaction,
    actor: Actor,
    questions: Sequence[UnansweredQuestion],
    state: State,
    *,
    article_id: uuid.UUID | None = None,
    words: str = "",
) -> None:
    for question in questions:
        question.state = state.value
        question.settled_at, question.settled_by = tx.now, actor.id
        question.settled_article_id, question.settled_words = article_id, words
    for question in questions[:1]:
        await staff.audit(
            tx,
            actor,
            action=f"questions_{state.value}",
            subject_kind="unanswered_question",
            subject_id=question.id,
            questions=len(questions),
            article_id=str(article_id or ""),
        )
