"""Words and steps the tests of editing share."""

import uuid
from dataclasses import replace
from datetime import date

from contact_center.actors import Actor
from contact_center.clock import local
from contact_center.db import Database, Transaction
from contact_center.knowledge import editing
from contact_center.knowledge.content import Content
from contact_center.knowledge.editing import Instruction
from contact_center.knowledge.models import Article, ArticleVersion
from contact_center.knowledge.workflow import Step

CONTENT = Content(
    kind="procedure",
    title="Cấp phép nuôi kỳ đà",
    questions=("nuôi kỳ đà có cần xin phép không", "nuoi ky da xin phep o dau"),
    answer="Nuôi kỳ đà phải đăng ký với kiểm lâm. Lệ phí đang chờ xác nhận.",
    spoken="Nuôi kỳ đà phải đăng ký với kiểm lâm.",
    sms="Nuoi ky da phai dang ky voi kiem lam.",
    papers=("đơn đăng ký",),
    fees="Chưa thu",
    source="Viết để thử",
    valid_from=date(2026, 1, 1),
)


def today(tx: Transaction) -> date:
    """The day on the wall, as forms and sweeps see it: an article written at midnight begins on the new day."""
    return local(tx.now).date()


def saying(**changed: object) -> Content:
    return replace(CONTENT, **changed)  # type: ignore[arg-type]


async def published(
    tx: Transaction, writer: Actor, reviewer: Actor, content: Content = CONTENT, *, owner: uuid.UUID | None = None
) -> ArticleVersion:
    """A new article that went the whole way."""
    version = await editing.create(tx, writer, content, owner_unit_id=owner)
    return await through_review(tx, writer, reviewer, version)


async def through_review(tx: Transaction, writer: Actor, reviewer: Actor, version: ArticleVersion) -> ArticleVersion:
    version = await editing.step(tx, writer, version.article_id, Instruction(Step.SUBMIT, version.revision))
    return await editing.step(tx, reviewer, version.article_id, Instruction(Step.APPROVE, version.revision))


async def article_of(database: Database, article_id: uuid.UUID) -> Article:
    async with database.transaction() as tx:
        article = await tx.session.get(Article, article_id)
    assert article is not None
    return article
