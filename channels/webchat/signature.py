"""The visitor's token: who a browser is between two visits. Signed here, stored nowhere on our side.

``<visitor>.<issued at, seconds>.<HMAC-SHA256>``. It carries no personal data and opens only its own chat.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Long enough to come back for the answer; short enough for a shared computer with nobody pressing "end".
VALID_FOR = timedelta(days=30)
_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser. Its id is the chat's thread and the citizen's address on this channel."""

    id: str
    issued_at: datetime

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + VALID_FOR


def new_visitor(now: datetime) -> Visitor:
    return Visitor(secrets.token_hex(16), now.replace(microsecond=0))


def renewed(visitor: Visitor, now: datetime) -> Visitor:
    """The same chat, for another ``VALID_FOR``."""
    return Visitor(visitor.id, now.replace(microsecond=0))


def token_of(visitor: Visitor, secret: str) -> str:
    issued = str(int(visitor.issued_at.timestamp()))
    return f"{visitor.id}.{issued}.{_mac(visitor.id, issued, secret)}"


def visitor_of(token: str, secret: str, now: datetime) -> Visitor | None:
    """The visitor a token names; None when it is not ours, or too old."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    visitor_id, issued, mac = match.groups()
    if not hmac.compare_digest(mac, _mac(visitor_id, issued, secret)):
        return None
    visitor = Visitor(visitor_id, datetime.fromtimestamp(int(issued), tz=UTC))
    return visitor if now < visitor.expires_at else None


def _mac(visitor_id: str, issued: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"webchat:{visitor_id}.{issued}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
