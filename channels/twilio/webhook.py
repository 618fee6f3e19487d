"""A Twilio webhook as a form we may believe."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import ImmutableMultiDict

from channels.bodies import read_body
from channels.refusal import Refusal
from channels.twilio.signature import HEADER, is_signed

Form = ImmutableMultiDict[str, str]
FORM_TYPE = "application/x-www-form-urlencoded"
# Twilio sends about thirty and adds new ones without notice.
MOST_FIELDS = 500
# Far above any real id or number; what is longer would not fit into an index.
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class TwilioWebhooks:
    """``public_base_url`` is what Twilio was told, so it is what Twilio signs, whatever proxies stand between."""

    auth_token: str = field(repr=False)
    public_base_url: str
    body_limit: int

    async def form(self, request: Request) -> Form:
        """The parameters. Raises ``Refusal``: 413 too large, 403 not signed by Twilio, 415 and 400 not a form."""
        body = await read_body(request, self.body_limit)
        signature = request.headers.get(HEADER)
        if not signature:
            raise _not_signed()
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
            raise Refusal(415, "not_a_form", f"Expected {FORM_TYPE}")
        form = parse_form(body)
        if not is_signed(self.auth_token, self.address_of(request), form, signature):
            raise _not_signed()
        return form

    def address_of(self, request: Request) -> str:
        query = request.scope["query_string"].decode("latin-1")
        return self.address(request.url.path + (f"?{query}" if query else ""))

    def address(self, path: str) -> str:
        return self.public_base_url.rstrip("/") + path


def parse_form(body: bytes) -> Form:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refusal(400, "malformed", "Not a form") from None
    return ImmutableMultiDict(pairs)


def required(form: Form, name: str) -> str:
    """A parameter no event goes without. Raises ``Refusal`` 400 when it is missing or no real id."""
    value = form.get(name, "")
    if not value or len(value) > LONGEST_ID:
        raise Refusal(400, "malformed", "A required parameter is missing or too long", parameter=name)
    return value


def _not_signed() -> Refusal:
    return Refusal(403, "not_signed", "Signature missing or wrong")
