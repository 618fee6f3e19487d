"""Pages: Jinja templates with the words, the reader's language and who is signed in always at hand."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from contact_center.clock import local, utc_now
from contact_center.i18n import LOCALES, has_message, translate
from contact_center.staff.permissions import menu
from contact_center.web.assets import asset_url
from contact_center.web.duration import due_chip, how_long
from contact_center.web.security import SESSION_COOKIE, csrf_token

FEATURES = Path(__file__).parent.parent
LOCALE_COOKIE = "cc_lang"
# Sentences the scripts fill in by themselves.
SCRIPT_WORDS = {
    "left": "web.due.left",
    "late": "web.due.late",
    "days": "web.due.days",
    "hours": "web.due.hours",
    "minutes": "web.due.minutes",
    "new": "web.new_below",
    "offline": "web.offline",
    "retry": "web.retry",
    "dismiss": "web.dismiss",
    "signedOut": "web.signed_out",
    "signIn": "web.sign_in_again",
    "failed": "error.unexpected",
}


def local_time(moment: datetime | None, *, seconds: bool = False) -> str:
    """22/11/2026 14:05, as Vietnamese papers write it."""
    if moment is None:
        return ""
    return local(moment).strftime("%d/%m/%Y %H:%M:%S" if seconds else "%d/%m/%Y %H:%M")


def local_date(moment: datetime | None) -> str:
    return "" if moment is None else local(moment).strftime("%d/%m/%Y")


def phone_number(value: str | None) -> str:
    """+84912345678 -> 0912 345 678."""
    if not value:
        return ""
    national = "0" + value[3:] if value.startswith("+84") else value
    return f"{national[:4]} {national[4:7]} {national[7:]}".strip() if len(national) == 10 else national


def ticket_code(value: str) -> str:
    """123456789 -> 123 456 789."""
    return " ".join(value[start : start + 3] for start in range(0, len(value), 3))


@cache
def environment() -> Environment:
    folders = [str(path) for path in sorted(FEATURES.glob("*/templates"))]
    env = Environment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(local_time=local_time, local_date=local_date, phone=phone_number, code=ticket_code)
    env.globals.update(asset=asset_url, has_message=has_message, menu=menu, due_chip=due_chip, how_long=how_long)
    return env


def locale_of(request: Request) -> str:
    """``?lang=`` first, then the cookie, then Vietnamese."""
    wanted = request.query_params.get("lang") or request.cookies.get(LOCALE_COOKIE) or "vi"
    return wanted if wanted in LOCALES else "vi"


@cache
def script_words(locale: str) -> str:
    return json.dumps({name: translate(key, locale) for name, key in SCRIPT_WORDS.items()}, ensure_ascii=False)


def language_links(request: Request, locale: str) -> Markup:
    """A link to the same page in each other language."""
    links = []
    for other in LOCALES:
        if other != locale:
            address = request.url.include_query_params(lang=other)
            href = f"{address.path}?{address.query}"
            name = translate("web.language", other)
            links.append(
                Markup('<a class="lang" href="{}" hreflang="{}" lang="{}" title="{}">{}</a>').format(
                    href, other, other, name, other.upper()
                )
            )
    return Markup(" ").join(links)


def render_text(request: Request, name: str, **context: Any) -> str:
    locale = locale_of(request)
    settings = request.app.state.settings
    token = request.cookies.get(SESSION_COOKIE, "")

    def t(key: str, **blanks: object) -> str:
        return translate(key, locale, **blanks)

    return (
        environment()
        .get_template(name)
        .render(
            request=request,
            t=t,
            locale=locale,
            now=utc_now(),
            actor=getattr(request.state, "actor", None),
            csrf=csrf_token(settings.secret_key.get_secret_value(), token) if token else "",
            province=settings.province_name,
            words=script_words(locale),
            language=lambda: language_links(request, locale),
            settings=settings,
            **context,
        )
    )


def render(request: Request, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page or a fragment. ``name`` is ``<feature>/<page>.html``."""
    response = HTMLResponse(render_text(request, name, **context), status_code=status)
    response.headers["Cache-Control"] = "no-store"
    if request.query_params.get("lang") in LOCALES:
        response.set_cookie(
            LOCALE_COOKIE,
            locale_of(request),
            max_age=31_536_000,
            samesite="lax",
            secure=request.app.state.settings.secure_cookies,
        )
    return response


def wants_fragment(request: Request) -> bool:
    """htmx asked for a piece of the page, not for the page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"
