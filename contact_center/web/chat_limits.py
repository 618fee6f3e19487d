"""How often a browser may open and use the chat: generous to people, tiresome to programs."""

from contact_center.errors import TooManyRequests
from contact_center.web.security import RateLimiter

# (how many, in so many seconds). Sessions count by address, and whole districts share one behind a mobile carrier.
LIMITS = {"web_session": (300, 600), "web_message": (60, 30)}


class ChatRateLimiter:
    """Implements ``channels.webchat.reader.ChatLimiter``."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def wait_s(self, action: str, key: str) -> int:
        """0 when ``key`` may do ``action`` now, else the seconds to wait."""
        most, window_s = LIMITS[action]
        try:
            await self._limiter.check(f"{action}:{key}", most=most, window_s=window_s)
        except TooManyRequests as refused:
            return int(refused.details["retry_after_s"])
        return 0
