"""Zalo's token pairs: a refresh token works once, and a new pair kills the old one.

A pair is numbered and signed rather than remembered, so that a restarted stand-in still knows the pairs it gave out:
the highest number it has seen is the current one.
"""

import hashlib
import hmac
from typing import Literal

LIFETIME_S = 90_000

Kind = Literal["access", "refresh"]


class TokenChain:
    def __init__(self, *, secret: str, first_access: str, first_refresh: str) -> None:
        self._secret = secret
        self._first: dict[Kind, str] = {"access": first_access, "refresh": first_refresh}
        self._current = 0
        self._expired = False
        self.renewed = 0
        self.refused = 0

    def takes(self, access_token: str) -> bool:
        """Whether this is the current access token."""
        number = self._number_of("access", access_token)
        if number is None or number < self._current:
            return False
        if number > self._current:
            self._current, self._expired = number, False
        return not self._expired

    def renew(self, refresh_token: str) -> tuple[str, str] | None:
        """A new pair, or None for a token that was used before or is not ours."""
        number = self._number_of("refresh", refresh_token)
        if number is None or number < self._current:
            self.refused += 1
            return None
        self._current, self._expired = number + 1, False
        self.renewed += 1
        return self._token("access", self._current), self._token("refresh", self._current)

    def expire(self) -> None:
        """From now on the current access token is stale; its refresh token still works."""
        self._expired = True

    def _token(self, kind: Kind, number: int) -> str:
        mac = hmac.new(self._secret.encode(), f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()
        return f"{kind[0]}t.{number}.{mac}"

    def _number_of(self, kind: Kind, token: str) -> int | None:
        if hmac.compare_digest(token.encode(), self._first[kind].encode()):
            return 0
        number = token.split(".")[1] if token.count(".") == 2 else ""
        if not (number.isdecimal() and number.isascii() and len(number) < 10):
            return None
        genuine = hmac.compare_digest(token.encode(), self._token(kind, int(number)).encode())
        return int(number) if genuine else None
