"""What nothing answered: kept masked, answered by agents, and made articles of by editors."""

import re
import uuid
from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from channels.contracts import EventKind, InboundEvent
from contact_center.actors import BOT
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.knowledge import editing, gaps
from contact_center.knowledge import service as knowledge
from contact_center.knowledge.editing import Instruction
from contact_center.knowledge.models import Article, ArticleVersion, UnansweredQuestion
from contact_center.knowledge.service import Listener
from contact_center.knowledge.workflow import Step
from contact_center.staff.models import AuditEntry
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action, NewTicket
from tests.integration.knowledge.people import CONTENT, published, saying
from tests.integration.knowledge.test_pages import FORM, revision_on, written
from tests.support.web import MY_THO, PHONE, Web, words_of

CROCODILE = "nuôi cá sấu có cần xin phép không"
SWIFTLET = "nhà yến mở loa ồn tới mấy giờ"


async def talk(tx: Transaction, peer: str = PHONE) -> Listener:
    event = InboundEvent("sms", str(uuid.uuid4()), EventKind.MESSAGE, peer, peer, "hỏi")
    conversation = await conversations.find_or_open(tx, event)
    await tx.session.flush()
    return Listener("sms", conversation.id, conversation.citizen_id)


async def ask(tx: Transaction, question: str, to: Listener | None = None, *offered: str) -> Listener:
    """Somebody asked this, and nothing answered."""
    to = to or await talk(tx)
    await knowledge.note_unanswered(
        tx, question, conversation_id=to.conversation_id, channel=to.channel, offered=offered
    )
    await tx.session.flush()
    return to


async def asked(web: Web, *questions: str) -> Listener:
    """One after the other, each a moment later."""
    async with web.database.transaction() as tx:
        to = await talk(tx)
    for question in questions:
        async with web.database.transaction() as tx:
            await ask(tx, question, to)
    return to


async def kept(tx: Transaction) -> list[UnansweredQuestion]:
    return list((await tx.session.scalars(select(UnansweredQuestion).order_by(UnansweredQuestion.id))).all())


async def ids_on(editor: AsyncClient, address: str = "/knowledge/unanswered") -> list[str]:
    """The questions the first form of the page is about."""
    form = re.search(r"<form.*?</form>", (await editor.get(address)).text.partition("<h1>")[2], flags=re.DOTALL)
    assert form is not None
    return re.findall(r'name="asked" value="([0-9a-f-]{36})"', form[0])


async def article_with(web: Web, unit: str = "", **changed: object) -> Article:
    """A published article, of the unit of that account."""
    writer, reviewer = await web.actor("giamsat"), await web.actor("quantri")
    owner = (await web.actor(unit)).unit_id if unit else None
    async with web.database.transaction() as tx:
        version = await published(tx, writer, reviewer, saying(**changed))
        article = await tx.session.get(Article, version.article_id)
        assert article is not None
        article.owner_unit_id = owner
    return article


async def under_way(web: Web, article: Article) -> ArticleVersion | None:
    async with web.database.transaction() as tx:
        return await tx.session.scalar(
            select(ArticleVersion).where(ArticleVersion.article_id == article.id, ArticleVersion.state == "draft")
        )


# --- what is kept -----------------------------------------------------------------------------------------------------


async def test_nothing_that_leads_to_a_person_is_kept(tx: Transaction) -> None:
    to = await talk(tx)
    await knowledge.note_unanswered(
        tx,
        "tôi tên Trần Thị Mít, số 0912 345 678, cccd 082199001234, gặp bà Sáu Hường hỏi nuôi cá sấu",
        conversation_id=to.conversation_id,
        channel="sms",
        names=("Sáu Hường",),
    )
    [row] = await kept(tx)
    assert not re.search(r"Mít|0912|082199|Hường", row.question)
    assert "nuôi cá sấu" in row.question


@pytest.mark.parametrize("question", ["0912 345 678", "dạ cảm ơn em", "Nguyễn Thị Mít", "", "😀"])
async def test_what_asks_nothing_is_not_kept(tx: Transaction, question: str) -> None:
    await ask(tx, question)
    assert await kept(tx) == []


async def test_a_question_without_end_is_kept_in_part(tx: Transaction) -> None:
    await ask(tx, "nuôi cá sấu " * 400)
    assert len((await kept(tx))[0].question) <= gaps.LONGEST


async def test_what_was_asked_long_ago_is_forgotten(tx: Transaction) -> None:
    await ask(tx, CROCODILE)
    await ask(tx, SWIFTLET)
    old, recent = await kept(tx)
    old.at = tx.now - gaps.KEPT_FOR - timedelta(hours=1)
    recent.at = tx.now - gaps.KEPT_FOR + timedelta(hours=1)
    await tx.session.flush()
    assert await gaps.sweep(tx) == 1
    assert [row.question for row in await kept(tx)] == [SWIFTLET]


async def test_nothing_is_kept_of_a_talk_whose_matter_was_taken_back(tx: Transaction) -> None:
    to, other = await talk(tx), await talk(tx, "+84912000111")
    await ask(tx, CROCODILE, to)
    await ask(tx, SWIFTLET, other)
    ticket = await open_ticket(tx, to)
    await tickets.act(tx, BOT, ticket, Action.WITHDRAW, version=1, text="thôi khỏi")
    assert [row.question for row in await kept(tx)] == [SWIFTLET]


async def test_nothing_is_kept_of_a_talk_that_turns_out_to_be_a_denunciation(tx: Transaction) -> None:
    to = await talk(tx)
    await ask(tx, CROCODILE, to)
    await open_ticket(tx, to, category_code="CB-02", case_type="to_cao")
    assert await kept(tx) == []


async def test_nothing_is_kept_of_a_talk_whose_ticket_is_sealed_later(web: Web) -> None:
    dispatcher = await web.actor("dieuphoi")
    async with web.database.transaction() as tx:
        to = await ask(tx, CROCODILE)
        ticket = await open_ticket(tx, to)
        await tickets.act(
            tx, dispatcher, ticket, Action.CORRECT_CATEGORY, version=1, category_code="CB-02", reason="tố cáo"
        )
        assert await kept(tx) == []


async def open_ticket(
    tx: Transaction, to: Listener, *, category_code: str = "HT-01", case_type: str = "phan_anh"
) -> uuid.UUID:
    new = NewTicket(
        description="Đèn đường tắt ba đêm",
        channel="sms",
        case_type=case_type,
        category_code=category_code,
        commune_code=MY_THO,
        citizen_id=to.citizen_id,
        conversation_id=to.conversation_id,
    )
    return (await tickets.open_ticket(tx, BOT, new)).id


# --- what agents answered with ----------------------------------------------------------------------------------------


async def test_the_article_an_agent_used_stands_with_the_question_last_left_open(web: Web) -> None:
    agent = await web.actor("tongdai")
    async with web.database.transaction() as tx:
        to = await ask(tx, CROCODILE)
        await ask(tx, SWIFTLET, to)
        await ask(tx, "của người khác thì sao", await talk(tx, "+84912000111"))
        first, second = (await tx.session.scalars(select(Article).order_by(Article.slug).limit(2))).all()
        await knowledge.note_used(tx, agent, first, to)
        await knowledge.note_used(tx, agent, second, to)
        await knowledge.note_used(tx, agent, second, to)
        assert [row.used_article_id for row in await kept(tx)] == [second.id, first.id, None]


# --- what editors see -------------------------------------------------------------------------------------------------


async def test_the_same_question_in_other_words_is_one_and_the_newest_stands_first(tx: Transaction) -> None:
    for question in (CROCODILE, SWIFTLET, "xin phep nuoi ca sau o dau", "Nuôi cá sấu có cần xin phép không?"):
        await ask(tx, question)
    first, second = await gaps.listed(tx)
    assert len(first.questions) == 3
    assert first.wordings == ("Nuôi cá sấu có cần xin phép không?", "xin phep nuoi ca sau o dau", CROCODILE)
    assert second.wordings == (SWIFTLET,)


async def test_a_page_without_questions_says_why(web: Web) -> None:
    page = words_of(await (await web.sign_in("giamsat")).get("/knowledge/unanswered"))
    assert "Không có câu nào đang chờ" in page
    assert "0 câu đang chờ, 0 câu đã đưa vào bài, 0 câu bỏ qua" in page


async def test_only_those_who_write_articles_see_the_questions(web: Web) -> None:
    await asked(web, CROCODILE)
    for username, status in (("giamsat", 200), ("quantri", 200), ("so-xd", 200), ("tongdai", 403), ("dieuphoi", 403)):
        page = await (await web.sign_in(username)).get("/knowledge/unanswered")
        assert page.status_code == status, username
        assert (CROCODILE in words_of(page)) == (status == 200), username


async def test_editors_see_how_often_it_was_asked_what_was_offered_and_what_an_agent_answered(web: Web) -> None:
    agent = await web.actor("tongdai")
    article = await article_with(web)
    async with web.database.transaction() as tx:
        to = await talk(tx)
        await ask(tx, CROCODILE, to, "dang-ky-khai-sinh", "dang-ky-ket-hon")
        await ask(tx, "xin phep nuoi ca sau o dau", await talk(tx, "+84912000111"))
        await knowledge.note_used(tx, agent, article, to)
    page = await (await web.sign_in("giamsat")).get("/knowledge/unanswered")
    words = words_of(page)
    assert "Hỏi 2 lần" in words
    assert "Hỏi cách khác (1)" in words
    assert f"Tổng đài viên đã trả lời bằng bài: {CONTENT.title}" in words
    assert re.search(r"Máy đưa ra mà không phải: [^;]*khai sinh[^;]*; [^;]*kết hôn", words)
    assert f'name="article_id" value="{article.id}"' in page.text
    assert "Chưa có lời đáp 2" in words


# --- what editors make of it ------------------------------------------------------------------------------------------


async def test_a_question_joins_an_article_in_a_draft_that_somebody_else_approves(web: Web) -> None:
    editor, reviewer, article = await web.sign_in("giamsat"), await web.sign_in("quantri"), await article_with(web)
    await asked(web, CROCODILE, "xin phep nuoi ca sau o dau", SWIFTLET)
    newest, *_ = await ids_on(editor)
    ids = [one for one in await all_ids(web) if one != newest]
    form = {"asked": ids, "article_id": str(article.id), "question": f" {CROCODILE} "}
    done = await editor.post("/knowledge/unanswered/add", data=form)
    assert done.headers["location"] == f"/knowledge/unanswered?done=added&article={article.id}"

    draft = await under_way(web, article)
    assert draft is not None
    assert draft.content["questions"] == [*CONTENT.questions, CROCODILE]
    page = words_of(await editor.get("/knowledge/unanswered"))
    assert "1 câu đang chờ, 2 câu đã đưa vào bài" in page
    assert CROCODILE not in page
    settled = words_of(await editor.get("/knowledge/unanswered/settled"))
    assert f"Thêm vào bài: {CONTENT.title}" in settled
    address = f"/knowledge/{article.id}"
    for somebody, step in ((editor, "submit"), (reviewer, "approve")):
        revision = await revision_on(somebody, address)
        await somebody.post(f"{address}/steps/{step}", data={"revision": revision})
    assert CROCODILE in words_of(await editor.get(address))
    async with web.database.transaction() as tx:
        [line] = (await tx.session.scalars(select(AuditEntry).where(AuditEntry.action == "questions_added"))).all()
    assert line.details["questions"] == 2
    assert CROCODILE not in str(line.details)


async def all_ids(web: Web) -> list[str]:
    async with web.database.transaction() as tx:
        return [str(row.id) for row in await kept(tx)]


async def test_a_question_joins_the_draft_under_way_and_only_once(web: Web) -> None:
    editor, article = await web.sign_in("giamsat"), await article_with(web)
    for question in (CROCODILE, CROCODILE.upper()):
        await asked(web, question)
        form = {"asked": await ids_on(editor), "article_id": str(article.id), "question": question}
        assert (await editor.post("/knowledge/unanswered/add", data=form)).status_code == 303
    draft = await under_way(web, article)
    assert draft is not None
    assert draft.content["questions"] == [*CONTENT.questions, CROCODILE]
    assert draft.number == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"question": " "}, "Câu đưa vào bài: Xin điền mục này"),
        ({"question": "a" * 501}, "Câu đưa vào bài: Dài quá"),
        ({"article_id": ""}, "Bài nào trả lời câu này? Xin điền mục này"),
        ({"article_id": "khai sinh"}, "Bài nào trả lời câu này?"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(web: Web, changed: dict[str, str], words: str) -> None:
    editor, article = await web.sign_in("giamsat"), await article_with(web)
    await asked(web, CROCODILE)
    form = {
        "asked": await ids_on(editor),
        "article_id": str(article.id),
        "question": "nuôi sấu?",
        "article_words": "kỳ",
    }
    refused = await editor.post("/knowledge/unanswered/add", data=form | changed)
    assert refused.status_code == 422
    assert words in words_of(refused)
    assert changed.get("question", "nuôi sấu?").strip() in refused.text
    assert 'value="kỳ"' in refused.text


async def test_an_article_in_review_takes_no_question(web: Web) -> None:
    editor, article = await web.sign_in("giamsat"), await article_with(web)
    await asked(web, CROCODILE)
    async with web.database.transaction() as tx:
        writer = await web.actor("giamsat")
        version = await editing.edit(tx, writer, article.id, saying(fees="Khác"), revision=0)
        await editing.step(tx, writer, article.id, Instruction(Step.SUBMIT, version.revision))
    form = {"asked": await ids_on(editor), "article_id": str(article.id), "question": CROCODILE}
    refused = await editor.post("/knowledge/unanswered/add", data=form)
    assert refused.status_code == 422
    assert "Bài đang có bản chờ duyệt" in words_of(refused)


async def test_whoever_comes_second_is_told_so(web: Web) -> None:
    first, second = await web.sign_in("giamsat"), await web.sign_in("quantri")
    await asked(web, CROCODILE)
    form = {"asked": await ids_on(second), "reason": "hỏi thử"}
    assert (await first.post("/knowledge/unanswered/ignore", data=form)).status_code == 303
    refused = await second.post("/knowledge/unanswered/ignore", data=form)
    assert refused.status_code == 409
    assert "Người khác đã đóng việc này" in words_of(refused)


async def test_an_officer_gives_questions_to_articles_of_their_own_unit_only(web: Web) -> None:
    officer = await web.sign_in("so-xd")
    own = await article_with(web, "so-xd", title="Cấp phép nuôi cá sấu")
    theirs = await article_with(web, title="Nuôi cá sấu và kỳ đà")
    await asked(web, CROCODILE)
    found = (await officer.get("/knowledge/unanswered/articles?q=nuoi ca sau")).text
    assert str(own.id) in found
    assert str(theirs.id) not in found
    form = {"asked": await ids_on(officer), "question": CROCODILE}
    refused = await officer.post("/knowledge/unanswered/add", data=form | {"article_id": str(theirs.id)})
    assert refused.status_code == 404
    assert (await officer.post("/knowledge/unanswered/add", data=form | {"article_id": str(own.id)})).status_code == 303


async def test_an_article_is_written_for_a_question_and_for_those_like_it(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    await asked(web, SWIFTLET, CROCODILE, "xin phep nuoi ca sau o dau")
    ids = await ids_on(editor)
    blank = await editor.get(f"/knowledge/new?question={ids[0]}")
    assert f"xin phep nuoi ca sau o dau\n{CROCODILE}</textarea>" in blank.text
    assert SWIFTLET not in blank.text
    assert re.findall(r'name="asked" value="([0-9a-f-]{36})"', blank.text) == ids
    refused = await editor.post("/knowledge", data={**FORM, "asked": ids, "title": ""})
    assert refused.status_code == 422
    assert re.findall(r'name="asked" value="([0-9a-f-]{36})"', refused.text) == ids
    address = await written(editor, asked=ids)
    assert "1 câu đang chờ, 2 câu đã đưa vào bài" in words_of(await editor.get("/knowledge/unanswered"))
    assert f'href="{address}"' in (await editor.get("/knowledge/unanswered/settled")).text
    assert (await editor.get(f"/knowledge/new?question={ids[0]}")).status_code == 404


async def test_ignoring_needs_a_reason_that_others_can_read(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    await asked(web, CROCODILE)
    form = {"asked": await ids_on(editor), "reason": " "}
    refused = await editor.post("/knowledge/unanswered/ignore", data=form)
    assert refused.status_code == 422
    assert "Vì sao không cần bài? Xin điền mục này" in words_of(refused)
    await editor.post("/knowledge/unanswered/ignore", data=form | {"reason": "hỏi thử"})
    assert "0 câu đang chờ, 0 câu đã đưa vào bài, 1 câu bỏ qua" in words_of(await editor.get("/knowledge/unanswered"))
    settled = words_of(await (await web.sign_in("quantri")).get("/knowledge/unanswered/settled"))
    assert "Bỏ qua: hỏi thử" in settled
    async with web.database.transaction() as tx:
        assert await tx.session.scalar(select(func.count()).where(UnansweredQuestion.state == "open")) == 0
