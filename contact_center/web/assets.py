"""Static files: our own under ``/static``, the browser libraries of two wheels under ``/static/lib``.

Every address carries a digest of the content, so a browser may keep a file for a year and still sees a change at once.
"""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

OWN = Path(__file__).parent / "static"
FEATURES = Path(__file__).parent.parent

# Library name -> (package whose folder holds it, folder inside the package). The packages are never imported.
LIBRARIES = {
    "htmx": ("django_htmx", "static/django_htmx"),
    "leaflet": ("leaflet", "static/leaflet"),
}
A_YEAR_S = 31_536_000


class AssetMissing(RuntimeError):
    """A wheel that carries a browser library is not installed."""


class CachedFiles(StaticFiles):
    """Files that may be kept: their address changes when they do."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope.get("query_string"):
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
        return response


def library_folder(name: str) -> Path:
    """Where a browser library lies on this machine. Raises ``AssetMissing``."""
    package, folder = LIBRARIES[name]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise AssetMissing(f"{package} is not installed: its static files are needed for the pages")
    return Path(next(iter(spec.submodule_search_locations))) / folder


@cache
def own_folders() -> dict[str, Path]:
    """Each feature's static folder by the name in its address: ``/static/<feature>/``; ``web`` is the shared one."""
    return {path.parent.name: path for path in sorted(FEATURES.glob("*/static")) if path.is_dir()}


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_url(address: str) -> str:
    """``web/app.css`` or ``lib/htmx/htmx-4.min.js`` -> its address with digest. A missing file is an error at once."""
    top, _, rest = address.partition("/")
    if top == "lib":
        library, _, name = rest.partition("/")
        path = library_folder(library) / name
    else:
        path = own_folders()[top] / rest
    return f"/static/{address}?v={_digest(path)}"


def mount(app: FastAPI) -> None:
    for name in LIBRARIES:
        app.mount(f"/static/lib/{name}", CachedFiles(directory=library_folder(name)), name=f"lib-{name}")
    for feature, folder in own_folders().items():
        app.mount(f"/static/{feature}", CachedFiles(directory=folder), name=f"static-{feature}")
