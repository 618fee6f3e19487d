"""What people asked that nothing answered: kept for those who write articles, masked, and no longer than it is of use.

The machine says that it does not know and hands over. What an agent then answers with is kept beside the question, so
that an editor can give the question to that article, or write the one that is missing.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from textwrap import shorten

from sqlalchemy import delete, func, or_, select, update

from contact_center.db import Transaction, new_id
from contact_center.errors import NotFound
from contact_center.knowledge.models import Article, UnansweredQuestion
from contact_center.knowledge.parts import says_something
from contact_center.learning.masking import HIDDEN, mask
from kb import analysis
from nlu.text import fold

KEPT_FOR = timedelta(days=90)
"""Long enough for a rare question to come a second time."""

LONGEST = 500
MOST_LISTED = 200
"""Questions an editor sees at once; together with grouping them this stays within a few milliseconds."""

MOST_SWEPT = 500

ALIKE = 0.65
"""Dice's coefficient of two questions' words, from which they are taken for the same question: a little less, and the
copyright of a song would be that of a program."""


class State(StrEnum):
    OPEN = "open"
    ADDED = "added"  # to the questions of an article there was
    WRITTEN = "written"  # an article was begun for it
    IGNORED = "ignored"


# --- noting -----------------------------------------------------------------------------------------------------------


async def note_unanswered(
    tx: Transaction,
    question: str,
    *,
    conversation_id: uuid.UUID,
    channel: str,
    offered: Sequence[str] = (),
    names: Iterable[str] = (),
) -> None:
    """The machine had no answer, or the articles it ``offered`` (slugs) were not what they meant. ``names`` are those
    known of the asker. What says nothing once it is masked is not kept."""
    masked = shorten(mask(" ".join(question.split()), names=names), LONGEST, placeholder="")
    if not says_something(masked.replace(HIDDEN, " ")):
        return
    tx.session.add(
        UnansweredQuestion(
            id=new_id(),
            at=tx.now,
            channel=channel,
            conversation_id=conversation_id,
            question=masked,
            offered=list(offered),
        )
    )


async def note_article(tx: Transaction, conversation_id: uuid.UUID, article: Article) -> None:
    """An agent used an article in this talk: the first they use answers what the machine last had no answer to."""
    newest = (
        select(UnansweredQuestion.id)
        .where(UnansweredQuestion.conversation_id == conversation_id, UnansweredQuestion.used_article_id.is_(None))
        .order_by(UnansweredQuestion.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    await tx.session.execute(
        update(UnansweredQuestion).where(UnansweredQuestion.id == newest).values(used_article_id=article.id)
    )


async def forget_unanswered(tx: Transaction, conversation_ids: Collection[uuid.UUID]) -> None:
    """Nothing asked in these talks is kept: their matter was sealed, or taken back."""
    if conversation_ids:
        await tx.session.execute(
            delete(UnansweredQuestion).where(UnansweredQuestion.conversation_id.in_(conversation_ids))
        )


async def sweep(tx: Transaction) -> int:
    """Forget what was asked too long ago; returns how many questions."""
    old = (
        select(UnansweredQuestion.id)
        .where(UnansweredQuestion.at < tx.now - KEPT_FOR)
        .order_by(UnansweredQuestion.at)
        .limit(MOST_SWEPT)
    )
    gone = await tx.session.scalars(
        delete(UnansweredQuestion).where(UnansweredQuestion.id.in_(old)).returning(UnansweredQuestion.id)
    )
    return len(gone.all())


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Questions so alike that one article answers them all, the newest first."""

    questions: tuple[UnansweredQuestion, ...]

    @property
    def newest(self) -> UnansweredQuestion:
        return self.questions[0]

    @property
    def wordings(self) -> tuple[str, ...]:
        """What was asked, each wording once."""
        return tuple({fold(one.question): one.question for one in reversed(self.questions)}.values())[::-1]

    @property
    def used_article_id(self) -> uuid.UUID | None:
        """What an agent answered the newest of them with that an agent answered with an article."""
        return next((one.used_article_id for one in self.questions if one.used_article_id), None)

    @property
    def offered(self) -> tuple[str, ...]:
        """Slugs of the articles that were offered in vain."""
        return tuple(dict.fromkeys(slug for one in self.questions for slug in one.offered))


@dataclass(frozen=True, slots=True)
class Counted:
    """Questions of the last ``KEPT_FOR``, by what became of them."""

    open: int
    in_articles: int
    ignored: int


async def listed(tx: Transaction) -> list[Group]:
    """What waits for an editor, grouped; the group with the newest question first."""
    return grouped(await _newest(tx, (State.OPEN,)))


async def settled(tx: Transaction) -> Sequence[UnansweredQuestion]:
    """What editors are done with, the newest questions first."""
    return await _newest(tx, (State.ADDED, State.WRITTEN, State.IGNORED))


async def alike_to(tx: Transaction, question_id: uuid.UUID) -> Group:
    """The group one open question belongs to. Raises ``NotFound`` for what is settled or forgotten."""
    found = (group for group in await listed(tx) if any(one.id == question_id for one in group.questions))
    group = next(found, None)
    if group is None:
        raise NotFound(what="question")
    return group


async def counted(tx: Transaction) -> Counted:
    statement = select(UnansweredQuestion.state, func.count()).group_by(UnansweredQuestion.state)
    counts = {State(row[0]): row[1] for row in await tx.session.execute(statement)}
    return Counted(
        open=counts.get(State.OPEN, 0),
        in_articles=counts.get(State.ADDED, 0) + counts.get(State.WRITTEN, 0),
        ignored=counts.get(State.IGNORED, 0),
    )


async def articles_of(tx: Transaction, groups: Iterable[Group]) -> dict[str, Article]:
    """Articles that were offered or used, by slug and by id, in one query."""
    known = list(groups)
    slugs = {slug for group in known for slug in group.offered}
    return await articles_by(tx, {group.used_article_id for group in known if group.used_article_id}, slugs)


async def articles_by(tx: Transaction, ids: Collection[uuid.UUID], slugs: Collection[str] = ()) -> dict[str, Article]:
    """In whatever state they are by now; each by its slug and by its id."""
    if not (ids or slugs):
        return {}
    rows = (await tx.session.scalars(select(Article).where(or_(Article.id.in_(ids), Article.slug.in_(slugs))))).all()
    return {article.slug: article for article in rows} | {str(article.id): article for article in rows}


async def _newest(tx: Transaction, states: Sequence[State]) -> Sequence[UnansweredQuestion]:
    return (
        await tx.session.scalars(
            select(UnansweredQuestion)
            .where(UnansweredQuestion.state.in_([state.value for state in states]))
            .order_by(UnansweredQuestion.at.desc(), UnansweredQuestion.id.desc())
            .limit(MOST_LISTED)
        )
    ).all()


def grouped(questions: Iterable[UnansweredQuestion]) -> list[Group]:
    """Each question with the first group whose newest question says the same; order is kept."""
    groups: list[tuple[frozenset[str], list[UnansweredQuestion]]] = []
    for question in questions:
        words = analysis.matter_of(question.question)
        group = next((members for said, members in groups if analysis.shared(said, words) >= ALIKE), None)
        if group is None:
            groups.append((words, [question]))
        else:
            group.append(question)
    return [Group(tuple(members)) for _, members in groups]
