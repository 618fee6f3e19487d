"""Articles with their versions, what is wrong with them, and what the search server still has to be told."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Codes, Id, Json


class Article(Base):
    """What is said today: the words of the published version, or of the first draft while nothing is published.

    The fields are those of ``content.Content``. ``version`` grows with every change a searcher could see, so that of
    two states of the index the newer one is known.
    """

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'expired', 'withdrawn')", name="state"),
        Index("ix_article_state_title", "state", "title"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    owner_unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    edited: Mapped[bool] = mapped_column(default=False)  # by people: a file never overwrites it again
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    kind: Mapped[str]  # procedure, question, notice, guide
    title: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(JSONB, default=list)  # as people really ask
    answer: Mapped[str]  # two to four sentences
    spoken: Mapped[str]  # what is read on the phone
    sms: Mapped[str]  # unaccented, at most 160 characters
    papers: Mapped[list[str]] = mapped_column(JSONB, default=list)
    steps: Mapped[list[str]] = mapped_column(JSONB, default=list)
    code: Mapped[str] = mapped_column(default="")  # in the national procedure catalogue
    level: Mapped[Codes]
    who: Mapped[str] = mapped_column(default="")
    where: Mapped[str] = mapped_column(default="")
    days: Mapped[str] = mapped_column(default="")
    fees: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[list[str]] = mapped_column(JSONB, default=list)
    forms: Mapped[list[str]] = mapped_column(JSONB, default=list)
    online: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="public")
    internal: Mapped[str] = mapped_column(default="")
    places: Mapped[Codes]  # communes; none: the whole province
    units: Mapped[Codes]  # who may see it; none: everybody of its audience
    category_codes: Mapped[Codes]
    source: Mapped[str]
    facts_from: Mapped[str] = mapped_column(default="")
    sample: Mapped[bool]  # to be confirmed by the owner unit
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    review_by: Mapped[date | None]


class ArticleVersion(Base):
    """One version on its way: draft, in review, waiting for its hour, published, then past. Past ones never change."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint(
            "state in ('draft', 'in_review', 'scheduled', 'published', 'superseded', 'expired', 'withdrawn',"
            " 'discarded')",
            name="state",
        ),
        # One version under way at a time: whoever comes second is told so.
        Index(
            "uq_article_version_under_way",
            "article_id",
            unique=True,
            postgresql_where=text("state in ('draft', 'in_review', 'scheduled')"),
        ),
        Index("uq_article_version_published", "article_id", unique=True, postgresql_where=text("state = 'published'")),
        Index("ix_article_version_publish_at", "publish_at", postgresql_where=text("state = 'scheduled'")),
    )

    id: Mapped[Id]
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    number: Mapped[int]
    state: Mapped[str]
    content: Mapped[Json]
    revision: Mapped[int] = mapped_column(default=1)  # of the draft: two editors do not overwrite one another
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))  # none: a file of the installation
    author_unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    why: Mapped[str] = mapped_column(default="")
    publish_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ArticleEvent(Base):
    """What happened to a version, who did it, and their words. Append-only."""

    __tablename__ = "article_event"

    id: Mapped[Id]
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    number: Mapped[int]
    action: Mapped[str]
    actor_kind: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class WrongAnswer(Base):
    """Somebody says an answer is wrong: a task for the unit that answers for the article."""

    __tablename__ = "wrong_answer"
    __table_args__ = (Index("ix_wrong_answer_open", "article_id", postgresql_where=text("closed_at is null")),)

    id: Mapped[Id]
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    version: Mapped[int]  # what the article was when they read it
    said_by: Mapped[str]  # citizen, staff
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[str | None]
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversation.id"))
    question: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    closing_words: Mapped[str] = mapped_column(default="")


class SynonymGroup(Base):
    """Words that mean the same to whoever asks: "cúp điện", "mất điện"."""

    __tablename__ = "synonym_group"

    id: Mapped[Id]
    words: Mapped[list[str]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class ArticleImport(Base):
    """The rows of a file somebody tried and has not brought in yet."""

    __tablename__ = "article_import"

    id: Mapped[Id]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(index=True)


class IndexTask(Base):
    """An article whose passages on the search server are to be brought to ``version``. One row an article, however
    often it changes meanwhile, so hours without the server never make a long queue."""

    __tablename__ = "index_task"
    __table_args__ = (Index("ix_index_task_available_at", "available_at"),)

    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    version: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None]
    available_at: Mapped[datetime]
    created_at: Mapped[datetime]


class IndexCheck(Base):
    """One comparison of the search server with the articles, with its counts."""

    __tablename__ = "index_check"

    id: Mapped[Id]
    at: Mapped[datetime]
    expected: Mapped[int]
    found: Mapped[int]
    missing: Mapped[int]
    outdated: Mapped[int]
    unwanted: Mapped[int]


class AnswerTold(Base):
    """An article somebody was told, by the machine or by an agent, and whether they said it helped. Append-only but
    for that word."""

    __tablename__ = "answer_told"
    __table_args__ = (
        CheckConstraint("told_by in ('bot', 'agent')", name="told_by"),
        Index("ix_answer_told_at", "at"),
        # Who came back about the same thing; and what a talk was told last.
        Index("ix_answer_told_citizen_id", "citizen_id", "article_id", "at"),
        Index("ix_answer_told_conversation_id", "conversation_id", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    version: Mapped[int]  # what the article was then
    part: Mapped[str] = mapped_column(default="")  # fees, papers...; empty: the whole
    told_by: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[str]
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id"))
    citizen_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("citizen.id"))
    helped: Mapped[bool | None]  # None: they were not asked, or did not say


class UnansweredQuestion(Base):
    """A question nothing answered, for those who write articles: without whatever leads to a person, and kept no longer
    than ``gaps.KEPT_FOR``. ``settled_at`` and what follows say what an editor made of it."""

    __tablename__ = "unanswered_question"
    __table_args__ = (
        CheckConstraint("state in ('open', 'added', 'written', 'ignored')", name="state"),
        # The editors' lists, newest first, and the figures above them; then the sweep.
        Index("ix_unanswered_question_state_at", "state", "at"),
        Index("ix_unanswered_question_at", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    channel: Mapped[str]
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    question: Mapped[str]
    offered: Mapped[Codes]  # slugs of the articles they were asked to choose from, and which they did not mean
    used_article_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("article.id"))  # by the agent who answered
    state: Mapped[str] = mapped_column(default="open")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    settled_article_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("article.id"))
    settled_words: Mapped[str] = mapped_column(default="")
