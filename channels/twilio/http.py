"""The HTTP client we give Twilio's SDK.

Ours, because the SDK's own retries by itself, cannot tell a request that never left from one that was not answered,
and logs addresses. This one tells the two apart, never retries and says nothing.
"""

import logging
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response


class NotReached(Exception):
    """No connection: Twilio certainly did nothing."""


class Unanswered(Exception):
    """The request left and no whole answer came: Twilio may have done it."""


class SdkHttpClient(AsyncHttpClient):
    """``api_base`` replaces scheme and host of every request, for another server that speaks the same API."""

    def __init__(self, *, api_base: str = "", timeout_s: float = 10.0) -> None:
        super().__init__(logging.getLogger(__name__), True, timeout_s)
        self._base = urlsplit(api_base) if api_base else None
        self._http = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False)

    async def request(  # type: ignore[override]  # the SDK declares its coroutine as a plain method too
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the SDK calls it by this name
        allow_redirects: bool = False,
    ) -> Response:
        """Raises ``NotReached`` and ``Unanswered``."""
        try:
            answer = await self._http.request(
                method,
                self._rebased(uri),
                params=params,  # type: ignore[arg-type]  # the SDK types its own plain values as objects
                data=data,
                headers=headers,
                auth=auth,
                timeout=timeout or self.timeout,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotReached(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise Unanswered(type(error).__name__) from error
        return Response(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        await self._http.aclose()

    def _rebased(self, uri: str) -> str:
        if self._base is None:
            return uri
        wanted = urlsplit(uri)
        return urlunsplit((self._base.scheme, self._base.netloc, wanted.path, wanted.query, ""))
