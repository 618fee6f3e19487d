"""Zalo's OAuth v4 call for a new token pair. Who may call it when is the token store's business: a refresh token works
once, and a new pair kills the old one at once."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from channels.contracts import SendDeferred

# While an operator authorises the account again, messages wait.
REAUTHORISE_RETRY_S = 300.0


@dataclass(frozen=True, slots=True)
class TokenPair:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_s: int


class ReauthorisationNeeded(SendDeferred):
    """The refresh token was used before or has expired: a person has to authorise the account again."""


class ZaloOAuth:
    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        oauth_base: str = "https://oauth.zaloapp.com",
        timeout_s: float = 10.0,
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._http = httpx.AsyncClient(base_url=oauth_base, timeout=timeout_s)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """A new pair for ``refresh_token``, to be stored before it is used.

        Raises ``ReauthorisationNeeded``, or ``SendDeferred`` when Zalo could not be asked; no message has left then.
        """
        form = {"refresh_token": refresh_token, "app_id": self._app_id, "grant_type": "refresh_token"}
        try:
            response = await self._http.post("/v4/oa/access_token", data=form, headers={"secret_key": self._app_secret})
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SendDeferred("oauth_unreachable", type(error).__name__, retry_after_s=10.0) from error
        return _pair_of(answer)

    async def aclose(self) -> None:
        await self._http.aclose()


def _pair_of(answer: Any) -> TokenPair:
    """Errors come with HTTP 200; the lifetime comes as text."""
    if not isinstance(answer, dict):
        raise SendDeferred("oauth_malformed", retry_after_s=60.0)
    if answer.get("error"):
        raise ReauthorisationNeeded(
            str(answer["error"]), str(answer.get("error_name", "")), retry_after_s=REAUTHORISE_RETRY_S
        )
    try:
        return TokenPair(
            access_token=str(answer["access_token"]),
            refresh_token=str(answer["refresh_token"]),
            expires_in_s=int(answer["expires_in"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SendDeferred("oauth_malformed", type(error).__name__, retry_after_s=60.0) from error
