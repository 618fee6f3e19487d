"""Articles on their way from a draft to an answer, and out of use again."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from contact_center.actors import Actor
from contact_center.db import Transaction
from contact_center.errors import Conflict, InvalidInput, NotAllowed, NotFound
from contact_center.knowledge import editing, reading, wrong_answers
from contact_center.knowledge import service as knowledge
from contact_center.knowledge.content import copied
from contact_center.knowledge.editing import Instruction
from contact_center.knowledge.models import Article, ArticleVersion, IndexTask
from contact_center.knowledge.workflow import Step
from contact_center.staff import service as staff
from contact_center.staff.models import Account, AuditEntry
from tests.integration.knowledge.people import CONTENT, published, saying, through_review, today

ASKED = "nuôi kỳ đà có cần xin phép không"


@pytest_asyncio.fixture
async def people(tx: Transaction) -> dict[str, Actor]:
    """Everybody of the sample province by user name."""
    rows = await tx.session.scalars(select(Account))
    return {account.username: staff.actor_from(account) for account in rows}


async def said(tx: Transaction) -> str | None:
    answer = await knowledge.answer(tx, knowledge.Asking(ASKED, at=today(tx)))
    return answer.text if isinstance(answer, knowledge.Answer) else None


async def test_a_draft_answers_nobody_until_somebody_else_approved_it(
    tx: Transaction, people: dict[str, Actor]
) -> None:
    writer = people["giamsat"]
    version = await editing.create(tx, writer, CONTENT)
    assert await said(tx) is None
    version = await editing.step(tx, writer, version.article_id, Instruction(Step.SUBMIT, version.revision))
    with pytest.raises(NotAllowed):
        await editing.step(tx, writer, version.article_id, Instruction(Step.APPROVE, version.revision))
    await editing.step(tx, people["quantri"], version.article_id, Instruction(Step.APPROVE, version.revision))
    assert await said(tx) == CONTENT.answer


async def test_the_owner_unit_has_the_word_on_what_others_wrote_for_it(
    tx: Transaction, people: dict[str, Actor]
) -> None:
    officer = people["so-xd"]
    version = await editing.create(tx, people["giamsat"], CONTENT, owner_unit_id=officer.unit_id)
    version = await editing.step(tx, people["giamsat"], version.article_id, Instruction(Step.SUBMIT, version.revision))
    for somebody_else in (people["quantri"], people["giamsat"]):
        with pytest.raises(NotAllowed):
            await editing.step(tx, somebody_else, version.article_id, Instruction(Step.APPROVE, version.revision))
    version = await editing.step(tx, officer, version.article_id, Instruction(Step.APPROVE, version.revision))
    assert version.state == "published"


async def test_what_an_officer_wrote_for_their_own_unit_the_supervisor_reads(
    tx: Transaction, people: dict[str, Actor]
) -> None:
    officer = people["so-xd"]
    version = await published(tx, officer, people["giamsat"], owner=officer.unit_id)
    assert version.state == "published"


async def test_officers_neither_see_nor_change_drafts_of_other_units(tx: Transaction, people: dict[str, Actor]) -> None:
    version = await editing.create(tx, people["so-xd"], CONTENT, owner_unit_id=people["so-xd"].unit_id)
    with pytest.raises(NotFound):
        await reading.view(tx, people["capnuoc"], version.article_id)
    with pytest.raises(NotFound):
        await editing.edit(tx, people["capnuoc"], version.article_id, CONTENT, revision=1)
    with pytest.raises(NotAllowed):
        await editing.create(tx, people["capnuoc"], saying(title="Khác"), owner_unit_id=people["so-xd"].unit_id)
    with pytest.raises(NotAllowed):
        await editing.create(tx, people["tongdai"], saying(title="Khác nữa"))


async def test_a_new_version_replaces_the_old_one_and_the_old_one_is_kept(
    tx: Transaction, people: dict[str, Actor]
) -> None:
    first = await published(tx, people["giamsat"], people["quantri"])
    changed = saying(answer="Nuôi kỳ đà phải đăng ký với kiểm lâm. Lệ phí 20.000 đồng.")
    second = await editing.edit(tx, people["giamsat"], first.article_id, changed, revision=0)
    assert await said(tx) == CONTENT.answer, "a draft changes nothing yet"
    await through_review(tx, people["giamsat"], people["quantri"], second)
    assert await said(tx) == changed.answer
    versions = (
        await tx.session.scalars(
            select(ArticleVersion).where(ArticleVersion.article_id == first.article_id).order_by(ArticleVersion.number)
        )
    ).all()
    assert [version.state for version in versions] == ["superseded", "published"]
    assert versions[0].content["answer"] == CONTENT.answer
    _, _, changes = await reading.compared(tx, people["giamsat"], first.article_id, 2)
    assert [change.name for change in changes] == ["answer"]
    assert ("new", "20.000") in changes[0].pieces


async def test_who_saves_second_is_told_instead_of_overwriting(tx: Transaction, people: dict[str, Actor]) -> None:
    version = await editing.create(tx, people["giamsat"], CONTENT)
    await editing.edit(tx, people["quantri"], version.article_id, saying(fees="A"), revision=1)
    with pytest.raises(Conflict):
        await editing.edit(tx, people["giamsat"], version.article_id, saying(fees="B"), revision=1)


async def test_an_unfinished_draft_is_kept_but_not_submitted(tx: Transaction, people: dict[str, Actor]) -> None:
    version = await editing.create(tx, people["giamsat"], saying(sms="Có dấu", source="", category_codes=("XX-99",)))
    with pytest.raises(InvalidInput) as refused:
        await editing.step(tx, people["giamsat"], version.article_id, Instruction(Step.SUBMIT, version.revision))
    assert refused.value.details == {"sms": "accents", "source": "required", "category_codes": "unknown"}


async def test_a_version_published_at_an_hour_answers_from_that_hour(tx: Transaction, people: dict[str, Actor]) -> None:
    await editing.sweep(tx)  # sample articles whose last day has passed
    version = await editing.create(tx, people["giamsat"], CONTENT)
    version = await editing.step(tx, people["giamsat"], version.article_id, Instruction(Step.SUBMIT, version.revision))
    at = tx.now + timedelta(hours=3)
    version = await editing.step(
        tx, people["quantri"], version.article_id, Instruction(Step.APPROVE, version.revision, publish_at=at)
    )
    assert (version.state, await editing.sweep(tx), await said(tx)) == ("scheduled", 0, None)
    tx.now = at
    assert (await editing.sweep(tx), await said(tx)) == (1, CONTENT.answer)


async def test_an_article_past_its_last_day_expires(tx: Transaction, people: dict[str, Actor]) -> None:
    content = saying(valid_to=today(tx) + timedelta(days=400))
    version = await published(tx, people["giamsat"], people["quantri"], content)
    tx.now += timedelta(days=500)
    assert await editing.sweep(tx) >= 1
    article = await tx.session.get(Article, version.article_id)
    assert article is not None
    assert article.state == "expired"
    assert version.state == "expired"


async def test_withdrawing_needs_a_reason_and_works_at_once(tx: Transaction, people: dict[str, Actor]) -> None:
    version = await published(tx, people["giamsat"], people["quantri"])
    with pytest.raises(InvalidInput):
        await editing.withdraw(tx, people["giamsat"], version.article_id, words=" ")
    await editing.withdraw(tx, people["giamsat"], version.article_id, words="Luật mới")
    assert await said(tx) is None


async def test_whatever_searchers_could_see_leaves_one_task_for_the_search_server(
    tx: Transaction, people: dict[str, Actor]
) -> None:
    version = await published(tx, people["giamsat"], people["quantri"])
    await editing.withdraw(tx, people["giamsat"], version.article_id, words="Luật mới")
    article = await tx.session.get(Article, version.article_id)
    tasks = (await tx.session.scalars(select(IndexTask).where(IndexTask.article_id == version.article_id))).all()
    assert article is not None
    assert [task.version for task in tasks] == [article.version] == [2]


async def test_every_step_is_in_the_audit_log_without_its_words(tx: Transaction, people: dict[str, Actor]) -> None:
    version = await published(tx, people["giamsat"], people["quantri"])
    rows = (
        await tx.session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == str(version.article_id)).order_by(AuditEntry.id)
        )
    ).all()
    assert [row.action for row in rows] == ["article_save", "article_submit", "article_approve", "article_publish"]
    assert all(CONTENT.title not in str(row.details) for row in rows)


async def test_samples_somebody_took_over_are_never_overwritten(tx: Transaction, people: dict[str, Actor]) -> None:
    article = await tx.session.scalar(select(Article).where(Article.slug == "dang-ky-khai-sinh"))
    assert article is not None
    changed = replace(copied(article), answer="Câu trả lời mới.")
    version = await editing.edit(tx, people["giamsat"], article.id, changed, revision=0)
    await through_review(tx, people["giamsat"], people["quantri"], version)
    assert await knowledge.load_articles(tx) == 0
    assert article.answer == "Câu trả lời mới."


async def test_an_internal_guide_answers_agents_and_never_citizens(tx: Transaction, people: dict[str, Actor]) -> None:
    await published(tx, people["giamsat"], people["quantri"], saying(kind="guide", audience="internal"))
    assert await said(tx) is None
    hits = await knowledge.search(tx, ASKED, at=today(tx), audience="internal")
    assert hits[0].article.title == CONTENT.title


async def test_a_citizen_says_an_answer_is_wrong_and_its_owner_hears_of_it(
    tx: Transaction, people: dict[str, Actor]
) -> None:
    officer = people["so-xd"]
    version = await published(tx, officer, people["giamsat"], owner=officer.unit_id)
    article = await tx.session.get(Article, version.article_id)
    assert article is not None
    task = await wrong_answers.say_wrong(tx, Actor(kind="citizen", channel="web"), article.slug, words="Phí khác rồi")
    assert [one.id for one, _ in await wrong_answers.listed(tx, officer)] == [task.id]
    assert not await wrong_answers.listed(tx, people["capnuoc"])
    with pytest.raises(NotFound):
        await wrong_answers.close(tx, people["capnuoc"], task.id, words="Đã sửa")
    with pytest.raises(InvalidInput):
        await wrong_answers.close(tx, officer, task.id, words="")
    await wrong_answers.close(tx, officer, task.id, words="Đã sửa theo nghị quyết mới")
    assert not await wrong_answers.listed(tx, officer)
    with pytest.raises(Conflict):
        await wrong_answers.close(tx, officer, task.id, words="Lần nữa")


async def test_nobody_calls_wrong_what_they_cannot_see(tx: Transaction, people: dict[str, Actor]) -> None:
    await published(tx, people["giamsat"], people["quantri"], saying(kind="guide", audience="internal"))
    with pytest.raises(NotFound):
        await wrong_answers.say_wrong(tx, Actor(kind="citizen", channel="web"), "cap-phep-nuoi-ky-da", words="Sai")
