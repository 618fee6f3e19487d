"""Signing as Twilio does, with the SDK's own computation."""

# The SDK has few annotations.
# mypy: allow-untyped-calls

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator


def sign_twilio(auth_token: str, url: str, form: ImmutableMultiDict[str, str]) -> str:
    """The value of ``X-Twilio-Signature`` for this form posted to this address."""
    return str(RequestValidator(auth_token).compute_signature(url, form))
