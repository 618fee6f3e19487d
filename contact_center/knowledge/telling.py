"""What was told to whom, whether it helped, and who came back: counted, never guessed."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, and_, exists, func, literal, select
from sqlalchemy.orm import aliased

from contact_center.actors import Actor
from contact_center.db import Transaction, new_id
from contact_center.knowledge import gaps
from contact_center.knowledge.answers import Answer
from contact_center.knowledge.models import AnswerTold, Article

SAME_THING = timedelta(days=1)
"""Whoever asks about the same article within this time, in another talk, was not helped the first time."""

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told, and where."""

    channel: str
    conversation_id: uuid.UUID
    citizen_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Deflection:
    """Talks of the last thirty days in which the machine answered a question. ``confirmed`` said it helped,
    ``refused`` said it did not, the others said nothing; ``returned`` asked about the same article again within a day,
    whatever they had said. ``by_agents`` are talks in which an agent used an article."""

    answered: int
    confirmed: int
    refused: int
    returned: int
    by_agents: int

    @property
    def silent(self) -> int:
        return self.answered - self.confirmed - self.refused


async def note_told(tx: Transaction, answer: Answer, listener: Listener) -> None:
    """The machine told this."""
    tx.session.add(_row(tx, answer.article, listener, told_by="bot", part=answer.part))


async def note_used(tx: Transaction, actor: Actor, article: Article, listener: Listener) -> None:
    """An agent put this into their own words: it answers what the machine could not."""
    tx.session.add(_row(tx, article, listener, told_by="agent", account_id=actor.id))
    await gaps.note_article(tx, listener.conversation_id, article)


def _row(
    tx: Transaction,
    article: Article,
    listener: Listener,
    *,
    told_by: str,
    part: str = "",
    account_id: uuid.UUID | None = None,
) -> AnswerTold:
    return AnswerTold(
        id=new_id(),
        at=tx.now,
        article_id=article.id,
        version=article.version,
        part=part,
        told_by=told_by,
        account_id=account_id,
        channel=listener.channel,
        conversation_id=listener.conversation_id,
        citizen_id=listener.citizen_id,
    )


async def note_helped(tx: Transaction, conversation_id: uuid.UUID, *, helped: bool) -> None:
    """What they said of what the machine told last in this talk; nothing when it told nothing."""
    told = await tx.session.scalar(
        select(AnswerTold)
        .where(AnswerTold.conversation_id == conversation_id, AnswerTold.told_by == "bot")
        .order_by(AnswerTold.at.desc(), AnswerTold.id.desc())
        .limit(1)
    )
    if told is not None:
        told.helped = helped


async def deflection(tx: Transaction) -> Deflection:
    """A talk counts once, by the last word said about an answer in it."""
    since = tx.now - LOOKED_BACK
    talks = (
        select(
            AnswerTold.conversation_id,
            func.bool_or(AnswerTold.helped).label("confirmed"),
            func.bool_or(~AnswerTold.helped).label("refused"),
            func.bool_or(_came_back()).label("returned"),
        )
        .where(AnswerTold.told_by == "bot", AnswerTold.at >= since)
        .group_by(AnswerTold.conversation_id)
        .subquery()
    )
    row = (
        await tx.session.execute(
            select(
                func.count(),
                func.count().filter(talks.c.confirmed.is_(True), talks.c.refused.is_not(True)),
                func.count().filter(talks.c.refused.is_(True)),
                func.count().filter(talks.c.returned),
            ).select_from(talks)
        )
    ).one()
    return Deflection(*row, by_agents=await _by_agents(tx, since))


async def _by_agents(tx: Transaction, since: datetime) -> int:
    talks = func.count(func.distinct(AnswerTold.conversation_id))
    return await tx.session.scalar(select(talks).where(AnswerTold.told_by == "agent", AnswerTold.at >= since)) or 0


def _came_back() -> ColumnElement[bool]:
    """They were told the same article again, in another talk and within a day, by whomever."""
    again = aliased(AnswerTold)
    return exists().where(
        and_(
            again.citizen_id == AnswerTold.citizen_id,
            again.article_id == AnswerTold.article_id,
            again.conversation_id != AnswerTold.conversation_id,
            again.at > AnswerTold.at,
            again.at <= AnswerTold.at + literal(SAME_THING, Interval()),
        )
    )
