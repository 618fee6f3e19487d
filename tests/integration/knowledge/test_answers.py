"""Questions as people put them, against the sample articles in PostgreSQL."""

from datetime import date
from typing import Any

import pytest

from contact_center.db import Transaction
from contact_center.knowledge import indexing, synonyms
from contact_center.knowledge import service as knowledge
from contact_center.knowledge.models import Article
from contact_center.knowledge.service import Answer, Asking, Between

TODAY = date(2026, 11, 22)

ASKED = [
    ("cho em hỏi làm giấy khai sinh cho con ở mô", "dang-ky-khai-sinh"),
    ("lam giay khai sinh cho con can gi vay", "dang-ky-khai-sinh"),
    ("mat cccd lam lai o dau", "cap-doi-can-cuoc"),
    ("má tui 76 tuổi không có lương có được lãnh tiền gì không", "tro-cap-75-tuoi"),
    ("xin giay doc than lam o dau", "xac-nhan-doc-than"),
    ("sáp nhập rồi có cần đổi căn cước không", "sap-nhap-doi-giay-to"),
    ("có người gọi điện tự xưng công an đòi chuyển tiền", "lua-dao-156"),
    ("thứ bảy ủy ban phường có làm không", "gio-lam-viec"),
    ("bị chó nhà hàng xóm cắn thì làm gì", "cho-can"),
    ("con em 6 tuổi tạm trú có vô lớp 1 được không", "tuyen-sinh-lop-1"),
]
NOT_KNOWN = [
    "giá vàng hôm nay bao nhiêu",
    "xổ số hôm nay con gì",
    "thủ tục đăng ký bản quyền bài hát",
    "đổi tiền rách ở đâu",
    "",
    "😀",
]


def asking(text: str, **known: Any) -> Asking:
    return Asking(text, at=TODAY, **known)


@pytest.mark.parametrize(("question", "slug"), ASKED)
async def test_a_question_in_their_words_finds_its_article(tx: Transaction, question: str, slug: str) -> None:
    found = await knowledge.answer(tx, asking(question))
    assert slug in ([found.article.slug] if isinstance(found, Answer) else slugs(found))


@pytest.mark.parametrize("question", NOT_KNOWN)
async def test_what_no_article_covers_is_not_answered(tx: Transaction, question: str) -> None:
    assert not isinstance(await knowledge.answer(tx, asking(question)), Answer)


def slugs(found: Between | None) -> list[str]:
    return [choice.slug for choice in found.choices] if found else []


async def test_a_follow_up_gets_the_papers_of_the_article_told_last(tx: Transaction) -> None:
    answer = await knowledge.answer(tx, asking("cần giấy tờ gì", about="dang-ky-ket-hon"))
    assert isinstance(answer, Answer)
    assert "tờ khai đăng ký kết hôn" in answer.text
    assert answer.part == "papers"


async def test_an_article_out_of_force_answers_nothing(tx: Transaction) -> None:
    hits = await knowledge.search(tx, "lịch cúp điện", at=TODAY)
    hits[0].article.valid_to = date(2026, 1, 31)
    await tx.session.flush()
    again = await knowledge.search(tx, "lịch cúp điện", at=TODAY)
    assert hits[0].article.slug not in [hit.article.slug for hit in again]


async def test_loading_the_same_files_again_changes_nothing(tx: Transaction) -> None:
    assert await knowledge.load_articles(tx) == 0


async def test_the_words_to_begin_with_come_once_and_are_then_what_people_make_of_them(tx: Transaction) -> None:
    groups = await synonyms.listed(tx)
    assert ["cúp điện", "mất điện", "cắt điện", "ngưng điện"] in [group.words for group in groups]
    await tx.session.delete(groups[0])
    await tx.session.flush()
    await knowledge.load_articles(tx)
    assert len(await synonyms.listed(tx)) == len(groups) - 1


async def test_a_changed_article_is_found_by_its_new_words_in_the_same_transaction(tx: Transaction) -> None:
    hit = (await knowledge.search(tx, "1022 là gì", at=TODAY))[0]
    article: Article = hit.article
    article.title = "Kỳ lân bay qua sông Tiền"
    await indexing.index(tx, [article])
    found = await knowledge.search(tx, "kỳ lân bay", at=TODAY)
    assert found[0].article.slug == article.slug
