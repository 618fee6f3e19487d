"""Zalo's error codes, by what there is to do about them (public notes of 2025 and 2026 copying the vendor's table)."""

from typing import Any

from channels.contracts import SendDeferred, SendError, SendRefused, SendUncertain

RATE_LIMIT = -32
TOKEN_REJECTED = frozenset({-216, -220})
# Account, app or contract: somebody at the province has to act, and the citizen's message waits for it.
ACCOUNT = frozenset({-204, -205, -209, -212, -219, -221, -223, -224, -242, -320, -321})
RATE_RETRY_S = 15.0
ACCOUNT_RETRY_S = 300.0
# Everything else is about this message or this citizen: -213 does not follow, -230 seven days without a word,
# -232 never spoke to us, -227 -244 -217 account asleep or closed, -201 invalid parameter, -211 -218 quota spent.


class TokenRejected(SendDeferred):
    """The access token is stale. Not sent; worth one try with a new one."""


def meaning_of(status: int, code: Any) -> SendError:
    """Zalo's refusal as one of ours. Without a code only the HTTP status says whether anything was done."""
    if isinstance(code, int) and code != 0:
        return _meaning_of_code(code)
    if status == 401:
        return TokenRejected("401", "token")
    if status in {429, 503}:
        return SendDeferred(str(status), "busy", retry_after_s=RATE_RETRY_S)
    if 400 <= status < 500:
        return SendRefused(str(status))
    return SendUncertain(str(status), "malformed answer")


def _meaning_of_code(code: int) -> SendError:
    if code in TOKEN_REJECTED:
        return TokenRejected(str(code), "token", retry_after_s=60.0)
    if code == RATE_LIMIT:
        return SendDeferred(str(code), "busy", retry_after_s=RATE_RETRY_S)
    if code in ACCOUNT:
        return SendDeferred(str(code), "account", retry_after_s=ACCOUNT_RETRY_S)
    return SendRefused(str(code))
