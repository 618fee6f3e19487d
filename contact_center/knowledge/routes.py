"""Public articles over JSON, for anybody who wants to show them elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Query

from contact_center.clock import local
from contact_center.knowledge import browsing, service
from contact_center.knowledge.models import Article
from contact_center.knowledge.schemas import ArticlePage, ArticleRead
from contact_center.web.deps import Db

router = APIRouter(prefix="/api/v1", tags=["articles"])


@router.get("/articles", summary="Public articles in force: all of them by slug, or those that answer a question")
async def list_articles(
    database: Db,
    q: Annotated[str, Query(max_length=200, description="a question, with or without accents")] = "",
    after: Annotated[
        str, Query(max_length=200, description="without a question: the last slug of the page before")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ArticlePage:
    async with database.transaction() as tx:
        today = local(tx.now).date()
        if q.strip():
            looked = await service.look(tx, q, at=today, limit=limit)
            found = [read(hit.article) for hit in looked.hits]
            return ArticlePage(articles=found, total=len(found), degraded=looked.degraded)
        articles, total = await browsing.page_of(tx, at=today, after=after, limit=limit)
        full = len(articles) == limit
        return ArticlePage(
            articles=[read(one) for one in articles], total=total, next=articles[-1].slug if full else None
        )


@router.get("/articles/{slug}", summary="One article", responses={404: {"description": "not_found"}})
async def read_article(slug: str, database: Db) -> ArticleRead:
    async with database.transaction() as tx:
        return read(await service.by_slug(tx, slug, at=local(tx.now).date()))


def read(article: Article) -> ArticleRead:
    return ArticleRead.model_validate(article).model_copy(update={"link": service.link_of(article)})
