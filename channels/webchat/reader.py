"""What the widget may read, as the core gives it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from channels.contracts import Button


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message as the citizen sees it. ``client_id`` is the widget's own id for what it sent."""

    seq: int
    author: Literal["citizen", "bot", "agent", "system"]
    text: str
    created_at: datetime
    buttons: tuple[Button, ...] = ()
    image_urls: tuple[str, ...] = ()
    client_id: str | None = None
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class ChatPage:
    """Messages after a number, oldest first, and who answers now.

    ``conversation`` tells one talk from the next in the same thread: when it changes, numbering has begun again.
    ``more`` says that further messages are waiting after the last of these.
    """

    lines: tuple[ChatLine, ...] = ()
    controller: Literal["bot", "queue", "human"] = "bot"
    conversation: str = ""
    more: bool = False


class ChatReader(Protocol):
    async def after(self, thread: str, seq: int, *, limit: int) -> ChatPage:
        """The thread's messages numbered above ``seq``; an empty page for a thread nobody wrote in yet."""
        ...


class ChatLimiter(Protocol):
    async def wait_s(self, action: str, key: str) -> int:
        """0 when ``key`` may do ``action`` now, else the seconds to wait."""
        ...
