"""``X-Twilio-Signature``: HMAC-SHA1 of the public address and every form parameter, keyed with the auth token.

The official validator computes it; around it are the two things it leaves to its caller: a missing header, and giving
it a multi-dict, because a plain dict would lose repeated parameters and with them the signature.
"""

# The SDK has few annotations.
# mypy: allow-untyped-calls

import hmac

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"


def is_signed(auth_token: str, url: str, form: ImmutableMultiDict[str, str], signature: str | None) -> bool:
    """Whether Twilio sent exactly this. ``url`` is the address Twilio was told, query included."""
    if not signature:
        return False
    validator = RequestValidator(auth_token)
    # Nearly always exactly the address Twilio was told; the validator also tries it with and without its port.
    if hmac.compare_digest(validator.compute_signature(url, form).encode(), signature.encode("utf-8", "replace")):
        return True
    return bool(validator.validate(url, form, signature))
