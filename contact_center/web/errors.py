"""What a refused request looks like: JSON for programs, a sentence for people, never a stack trace."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contact_center.db import new_id
from contact_center.errors import DomainError, InvalidInput, NotFound, NotSignedIn
from contact_center.i18n import has_message, translate
from contact_center.web.templates import locale_of, render, wants_fragment

log = logging.getLogger(__name__)

# Addresses programs speak to; everything else is a page.
PROGRAMS = ("/api/", "/channels/", "/health/", "/live", "/media/upload")
HTTP_CODES: dict[int, str] = {HTTPStatus.NOT_FOUND: NotFound.code, HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large"}


def message_of(code: str, locale: str, details: dict[str, Any]) -> str:
    """The sentence for an error: the more exact one (``error.conflict.taken``) when there is one."""
    reason = details.get("reason")
    for key in (f"error.{code}.{reason}", f"error.{code}"):
        if has_message(key):
            return translate(key, locale)
    return translate("error.refused", locale)


def error_body(code: str, locale: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "message": message_of(code, locale, details), "details": details}


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _refused)  # type: ignore[arg-type]  # starlette types handlers loosely
    app.add_exception_handler(RequestValidationError, _malformed)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_middleware(CatchUnexpected)


class CatchUnexpected:
    """The last net, inside the security headers: a page with a reference, the trace only in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if begun:
                raise
            response = _unexpected(Request(scope), error)
            await response(scope, receive, send)


async def _refused(request: Request, error: DomainError) -> Response:
    if isinstance(error, NotSignedIn) and not _is_program(request):
        return _to_sign_in(request)
    return _answer(request, error.status, error.code, error.details)


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    fields = {".".join(str(part) for part in item["loc"][1:]) or "body": item["type"] for item in error.errors()}
    return _answer(request, InvalidInput.status, InvalidInput.code, {"fields": fields})


async def _http(request: Request, error: HTTPException) -> Response:
    return _answer(request, error.status_code, HTTP_CODES.get(error.status_code, "refused"), {})


def _unexpected(request: Request, error: Exception) -> Response:
    reference = str(new_id())
    log.error("request_failed", extra={"reference": reference, "path": request.url.path}, exc_info=error)
    return _answer(request, 500, "unexpected", {"reference": reference})


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(PROGRAMS)


def _to_sign_in(request: Request) -> Response:
    """Back here after signing in; an htmx request asks the whole page to go there."""
    target = request.headers.get("hx-current-url") if wants_fragment(request) else None
    path = request.url.path if target is None else "/" + target.split("/", 3)[-1]
    address = f"/sign-in?next={quote(path)}"
    if wants_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)


def _answer(request: Request, status: int, code: str, details: dict[str, Any]) -> Response:
    locale = locale_of(request)
    headers = {}
    if "retry_after_s" in details:
        headers["Retry-After"] = str(details["retry_after_s"])
    if _is_program(request):
        return JSONResponse(error_body(code, locale, details), status_code=status, headers=headers)
    template = "web/error_fragment.html" if wants_fragment(request) else "web/error.html"
    message = message_of(code, locale, details)
    response = render(request, template, status=status, message=message, code=code, details=details)
    response.headers.update(headers)
    if wants_fragment(request):
        # The form stays as it is; the sentence goes to the page's one place for notices.
        response.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
    return response
