"""Small things pages share: where to go after a form, and what the form said."""

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from contact_center.web.templates import wants_fragment


def safe_path(wanted: str, fallback: str) -> str:
    """A path on this site. Anything a browser could read as another host falls back."""
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if local else fallback


def seen_by(request: Request) -> str:
    """The address a request came from; a proxy in front has to be named to uvicorn to be believed."""
    return request.client.host if request.client else "unknown"


def done(request: Request, address: str) -> Response:
    """After a change: htmx goes on with the page it has (live pieces look again), a plain form sees it afresh."""
    if wants_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(address, status_code=303)


def go(request: Request, address: str) -> Response:
    """After a change that leads to another page."""
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
