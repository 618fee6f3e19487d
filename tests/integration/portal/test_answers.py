"""Questions and answers for citizens, over HTTP, with the sample articles."""

import json
import re
from datetime import date

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from contact_center.clock import local
from contact_center.db import Database
from contact_center.knowledge import routes
from contact_center.knowledge.models import Article, WrongAnswer
from contact_center.portal.answer_reading import excerpt
from kb.store import Span
from tests.integration.portal.conftest import MY_THO, Portal

SLUG = "dang-ky-khai-sinh"


def api(app: FastAPI) -> None:
    app.include_router(routes.router)


@pytest.mark.parametrize("query", ["khai sinh cho con", "khai sinh cho con mới đẻ", "lam giay khai sinh"])
async def test_a_question_finds_its_article_with_or_without_accents(portal: Portal, query: str) -> None:
    page = (await portal.client.get("/hoi-dap", params={"q": query})).text
    assert f'href="/hoi-dap/{SLUG}"' in page
    assert "<mark>" in page


async def test_a_mistyped_question_is_proposed_as_it_was_meant(portal: Portal) -> None:
    page = (await portal.client.get("/hoi-dap", params={"q": "dang ki khai sinhh"})).text
    assert "khai sinh" in page


async def test_what_nothing_answers_leads_to_a_person(portal: Portal) -> None:
    page = (await portal.client.get("/hoi-dap", params={"q": "zzzz"})).text
    assert "Chưa có bài trả lời" in page
    assert 'href="/chat"' in page


async def test_suggestions_come_while_one_is_still_typing(portal: Portal) -> None:
    fragment = (await portal.client.get("/hoi-dap/goi-y", params={"q": "khai si"})).text
    assert "khai sinh" in fragment.lower()


async def test_every_field_leads_to_its_articles(portal: Portal) -> None:
    page = (await portal.client.get("/hoi-dap")).text
    assert 'href="/hoi-dap?field=HC"' in page
    of_field = (await portal.client.get("/hoi-dap", params={"field": "HC"})).text
    assert f'href="/hoi-dap/{SLUG}"' in of_field


async def test_an_unknown_field_shows_the_fields(portal: Portal) -> None:
    assert 'href="/hoi-dap?field=HC"' in (await portal.client.get("/hoi-dap", params={"field": "??"})).text


async def test_an_article_says_where_it_comes_from_and_that_it_is_a_sample(portal: Portal) -> None:
    page = (await portal.client.get(f"/hoi-dap/{SLUG}")).text
    for words in ("giấy chứng sinh", "Luật Hộ tịch 2014", "từ 01/01/2026", "Bài mẫu", "Việc gần giống"):
        assert words in page


async def test_every_kind_of_article_with_everything_it_may_say_has_a_page(portal: Portal) -> None:
    async with portal.database.transaction() as tx:
        article = await tx.session.scalar(select(Article).where(Article.slug == SLUG))
        assert article is not None
        for name in ("where", "days", "fees", "who", "code", "facts_from"):
            setattr(article, name, f"điều ghi ở {name}")
        article.online, article.forms, article.legal_basis = "partial", ["Mẫu 01"], ["Luật A", "Nghị định B"]
        article.places, article.valid_to = [MY_THO], date(2099, 12, 31)
    page = (await portal.client.get(f"/hoi-dap/{SLUG}")).text
    for words in (
        "điều ghi ở fees",
        "điều ghi ở facts_from",
        "Nộp một phần",
        "Mẫu 01",
        "Luật A; Nghị định B",
        "Mỹ Tho",
    ):
        assert words in page
    assert "đến hết 31/12/2099" in page


async def test_an_article_is_readable_by_programs(portal: Portal) -> None:
    page = (await portal.client.get(f"/hoi-dap/{SLUG}")).text
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', page)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "HowTo"
    assert {"@type": "HowToSupply", "name": "giấy chứng sinh"} in data["supply"]


async def test_words_of_an_article_never_end_its_data(portal: Portal) -> None:
    async with portal.database.transaction() as tx:
        article = await tx.session.scalar(select(Article).where(Article.slug == SLUG))
        assert article is not None
        article.answer = "</script><script>alert(1)</script>"
    page = (await portal.client.get(f"/hoi-dap/{SLUG}")).text
    assert "<script>alert" not in page


async def test_a_guide_for_agents_is_no_page_of_citizens(portal: Portal) -> None:
    assert (await portal.client.get("/hoi-dap/huong-dan-dien-tap")).status_code == 404


async def test_whoever_says_an_answer_is_wrong_opens_a_task_for_its_owner(portal: Portal) -> None:
    answer = await portal.client.post(f"/hoi-dap/{SLUG}/sai", data={"words": "Chỗ tôi vẫn thu phí"})
    assert answer.status_code == 303
    assert "Cảm ơn anh/chị" in (await portal.client.get(answer.headers["location"])).text
    async with portal.database.transaction() as tx:
        task = await tx.session.scalar(select(WrongAnswer))
    assert task is not None
    assert (task.said_by, task.channel, task.words) == ("citizen", "web", "Chỗ tôi vẫn thu phí")


async def slugs_of(client: AsyncClient, **params: str | int) -> tuple[list[str], str | None]:
    page = (await client.get("/api/v1/articles", params=params)).json()
    return [one["slug"] for one in page["articles"]], page["next"]


async def test_every_public_article_of_today_is_in_the_api_once(portal: Portal, database: Database) -> None:
    api(portal.app)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        slugs, after = await slugs_of(portal.client, after=after, limit=100)
        seen += slugs
    async with database.transaction() as tx:
        public = (await tx.session.scalars(select(Article).where(Article.audience == "public"))).all()
        today = local(tx.now).date()
    assert sorted(seen) == sorted(one.slug for one in public if one.valid_to is None or one.valid_to >= today)


async def test_the_api_answers_a_question(portal: Portal) -> None:
    api(portal.app)
    slugs, _ = await slugs_of(portal.client, q="lam giay khai sinh cho con", limit=3)
    assert SLUG in slugs
    one = (await portal.client.get(f"/api/v1/articles/{SLUG}")).json()
    assert one["link"].endswith(f"/hoi-dap/{SLUG}")
    assert one["sample"] is True


def test_an_excerpt_begins_at_a_word_before_what_was_found() -> None:
    text = "một hai ba bốn " * 12 + "khai sinh ở đâu"
    start = text.index("khai")
    pieces = list(excerpt(text, [Span(start, start + 4), Span(start + 5, start + 9)]))
    assert [piece.text for piece in pieces if piece.found] == ["khai", "sinh"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… ")
    assert text.endswith(shown.removeprefix("… "))
