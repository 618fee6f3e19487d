"""Every address is guarded or listed here as open to everybody; every door opens to its roles and to nobody else."""

import re
import uuid

import pytest
from fastapi.routing import iter_route_contexts

from tests.support.web import Web

# Open to everybody: the citizen's own, what providers call, and what has a check of its own inside.
OPEN = {
    "GET /",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-out",  # ends whatever session the cookie names
    "POST /api/v1/session",
    "GET /live",  # asks for each scope
    "POST /media/upload",  # a photo nobody sees until it is taken
    "GET /media/{media_id}",  # asks for each photo
    "GET /api/docs",
    "GET /api/openapi.json",
    "POST /api/v1/reports",
    "GET /api/v1/reports/{code}",
    "GET /api/v1/links/{token}",
    "POST /api/v1/links/{token}/actions",
    "GET /api/v1/taxonomy",
    "GET /api/v1/communes",
    "GET /api/v1/communes/nearest",
    "GET /api/v1/units",
    "GET /api/v1/calendar",
    "GET /api/v1/articles",
    "GET /api/v1/articles/{slug}",
}
OPEN_PAGES = ("/phan-anh", "/tra-cuu", "/p/", "/chat", "/hoi-dap", "/channels/", "/health/")

# Which roles may open which page; written by hand.
EVERYONE = {"tongdai", "dieuphoi", "giamsat", "chieusang", "quantri"}
HOTLINE = {"tongdai", "dieuphoi", "giamsat"}
DOORS: dict[str, set[str]] = {
    "/desk": HOTLINE,
    "/desk/queue": HOTLINE,
    "/dispatch": {"dieuphoi", "giamsat"},
    "/dispatch/rows": {"dieuphoi", "giamsat"},
    "/unit": {"chieusang"},
    "/unit/cards": {"chieusang"},
    "/tickets": HOTLINE | {"chieusang"},
    "/account": EVERYONE,
    "/pick/units": EVERYONE,
    "/pick/categories": EVERYONE,
    "/pick/communes": EVERYONE,
    "/admin/accounts": {"quantri"},
    "/admin/accounts/new": {"quantri"},
    "/admin/audit": {"quantri"},
    "/api/v1/me": EVERYONE,
    "/api/v1/accounts": {"quantri"},
    "/api/v1/tickets": HOTLINE | {"chieusang"},
    "/api/v1/tickets/dispatch": HOTLINE,
    "/api/v1/conversations/queue": HOTLINE,
    "/api/v1/conversations/mine": HOTLINE,
    "/api/v1/callbacks": HOTLINE,
}


def is_open(method: str, path: str) -> bool:
    return f"{method} {path}" in OPEN or path.startswith(OPEN_PAGES)


async def test_every_other_address_asks_who_is_there(web: Web) -> None:
    stranger = web.browser()
    guarded = 0
    for path, methods in _paths(web).items():
        address = path.replace("{action}", "note")
        address = re.sub(r"\{\w+\}", lambda _: str(uuid.uuid4()), address)
        for method in methods:
            if is_open(method, path):
                continue
            answer = await stranger.request(method, address)
            went = answer.headers.get("location", "")
            assert answer.status_code == 401 or (answer.status_code == 303 and went.startswith("/sign-in?next=")), (
                f"{method} {path} answers a stranger with {answer.status_code}: guard it, or list it as open"
            )
            guarded += 1
    assert guarded > 40


async def test_no_address_changes_anything_for_a_page_of_another_site(web: Web) -> None:
    """The browser sends the session's cookie along; the secret word of our own forms is missing."""
    browser = await web.sign_in("giamsat")
    tried = 0
    for path, methods in _paths(web).items():
        if path.startswith("/channels/"):
            continue  # providers sign what they send
        address = re.sub(r"\{\w+\}", lambda _: str(uuid.uuid4()), path.replace("{action}", "note"))
        for method in methods - {"GET", "OPTIONS"}:
            answer = await browser.request(method, address, headers={"x-csrf-token": "guessed"})
            assert answer.status_code == 403, f"{method} {path} asks for no word of ours"
            tried += 1
    assert tried > 40


def _paths(web: Web) -> dict[str, set[str]]:
    """Every address with its methods; mounts of static files have none."""
    found: dict[str, set[str]] = {}
    for context in iter_route_contexts(web.app.router.routes):
        if context.methods and context.path:
            found.setdefault(context.path, set()).update(set(context.methods) - {"HEAD"})
    return found


@pytest.mark.parametrize("username", sorted(EVERYONE))
async def test_doors_open_to_their_roles_only(web: Web, username: str) -> None:
    browser = await web.sign_in(username)
    found = {path: (await browser.get(path)).status_code for path in DOORS}
    assert found == {path: 200 if username in roles else 403 for path, roles in DOORS.items()}
