"""The citizen's pages: where to begin, and answers to read. Report, ticket and chat have files of their own."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contact_center.clock import local
from contact_center.knowledge import service as knowledge
from contact_center.portal import chat_pages, report_pages, reporting, ticket_pages
from contact_center.web.deps import Db
from contact_center.web.templates import render

router = APIRouter(include_in_schema=False)

LONGEST_QUERY = 200
SHOWN_ANSWERS = 8


@router.get("/")
async def home(request: Request) -> Response:
    return render(request, "portal/home.html")


@router.get("/hoi-dap")
async def answers(request: Request, database: Db, q: str = "") -> Response:
    """Articles that answer a question; without one, all of them by title."""
    query = reporting.tidy(q, one_line=True)[:LONGEST_QUERY]
    async with database.transaction() as tx:
        today = local(tx.now).date()
        if query:
            articles = [hit.article for hit in await knowledge.search(tx, query, at=today, limit=SHOWN_ANSWERS)]
        else:
            articles = list(await knowledge.listed(tx, at=today))
    return render(request, "portal/answers.html", query=query, articles=articles)


@router.get("/hoi-dap/{slug}")
async def article(request: Request, slug: str, database: Db) -> Response:
    async with database.transaction() as tx:
        found = await knowledge.by_slug(tx, reporting.tidy(slug), at=local(tx.now).date())
    return render(request, "portal/article.html", article=found)


router.include_router(report_pages.router)
router.include_router(ticket_pages.router)
router.include_router(chat_pages.router)
