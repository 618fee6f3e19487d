"""The citizen's pages: where to begin. Report, ticket, chat, questions and answers have files of their own."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contact_center.portal import answer_pages, chat_pages, report_pages, ticket_pages
from contact_center.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    return render(request, "portal/home.html")


router.include_router(answer_pages.router)
router.include_router(report_pages.router)
router.include_router(ticket_pages.router)
router.include_router(chat_pages.router)
