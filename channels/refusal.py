"""How an endpoint of a channel says no: ``{code, message, details}``, never a stack trace."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.responses import Response


class Refusal(Exception):
    """Answer with ``status`` and nothing more. ``code`` is stable ASCII; no personal data in ``details``."""

    def __init__(self, status: int, code: str, message: str, **details: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def response(self) -> JSONResponse:
        body = {"code": self.code, "message": self.message, "details": self.details}
        headers = {"Retry-After": str(self.details["retry_after_s"])} if "retry_after_s" in self.details else None
        return JSONResponse(body, status_code=self.status, headers=headers)


class RefusingRoute(APIRoute):
    """A route whose handler may raise ``Refusal``, whatever application the router is put into."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_refuse(request: Request) -> Response:
            try:
                return await handle(request)
            except Refusal as refusal:
                return refusal.response()

        return handle_or_refuse
