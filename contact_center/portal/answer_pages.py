"""Questions and answers for citizens: look around, search, read, print, and say what is wrong."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from contact_center.actors import citizen
from contact_center.clock import local
from contact_center.knowledge import service as knowledge
from contact_center.portal import answer_reading, reporting
from contact_center.web.deps import Db, Limiter
from contact_center.web.security import verify_csrf
from contact_center.web.templates import render

router = APIRouter(prefix="/hoi-dap", include_in_schema=False, dependencies=[Depends(verify_csrf)])

LONGEST_QUERY = 200
SUGGESTED = 6
SAID_PER_ADDRESS, WINDOW_S = 20, 600


def _query(typed: str) -> str:
    return reporting.tidy(typed, one_line=True)[:LONGEST_QUERY]


@router.get("")
async def answers(request: Request, database: Db, q: str = "", field: str = "") -> Response:
    """Articles that answer a question; without one, the fields, or the articles of one field."""
    async with database.transaction() as tx:
        shown = await answer_reading.answers(tx, _query(q), field, at=local(tx.now).date())
    return render(request, "portal/answers.html", shown=shown)


@router.get("/goi-y")
async def suggestions(request: Request, database: Db, q: str = "") -> Response:
    """Titles and questions for what was typed so far."""
    async with database.transaction() as tx:
        found = await knowledge.suggest(tx, _query(q), at=local(tx.now).date(), limit=SUGGESTED)
    return render(request, "portal/suggestions.html", found=found)


@router.get("/{slug}")
async def article(request: Request, slug: str, database: Db, said: bool = False) -> Response:
    async with database.transaction() as tx:
        seen = await answer_reading.reading(tx, reporting.tidy(slug), at=local(tx.now).date())
    return render(request, "portal/article.html", seen=seen, said=said)


@router.post("/{slug}/sai")
async def say_wrong(
    request: Request, slug: str, database: Db, limiter: Limiter, words: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """A task for whoever answers for the article. What is wrong may stay unsaid: that somebody thinks so is enough."""
    address = request.client.host if request.client else "unknown"
    await limiter.check(f"wrong:{address}", most=SAID_PER_ADDRESS, window_s=WINDOW_S)
    async with database.transaction() as tx:
        await knowledge.say_wrong(tx, citizen(None, "web"), slug, words=reporting.tidy(words))
    return RedirectResponse(f"/hoi-dap/{slug}?said=true#said", status_code=303)
