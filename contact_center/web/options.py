"""Options of a long list that the server filters while somebody types (``web/js/picker.js``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from fastapi import Request
from starlette.responses import Response

from contact_center.web.templates import render

MOST_OPTIONS = 12


@dataclass(frozen=True, slots=True)
class Option:
    """``value`` is sent, ``words`` are chosen, ``hint`` tells two of the same words apart."""

    value: str
    words: str
    hint: str = ""


def render_options(request: Request, options: Iterable[Option]) -> Response:
    """The first of them."""
    return render(request, "web/options.html", options=list(islice(options, MOST_OPTIONS)))
