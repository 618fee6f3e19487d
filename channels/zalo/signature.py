"""``X-ZEvent-Signature: mac=<hex>``: plain SHA-256 (no HMAC) over app id, raw body, timestamp and the OA's secret key.

The formula is the vendor's (``sha256(appId + data + timeStamp + OAsecretKey)``), over the bytes as received: JSON that
was parsed and written again is another text. There is no nonce, so a signature is good for as long as its timestamp.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

HEADER = "X-ZEvent-Signature"
# Zalo's last retry comes about 1 h 50 after the event with the same timestamp; what is a repeat, the inbox knows.
OLDEST = timedelta(hours=6)
FUTURE_SKEW = timedelta(minutes=5)


def sign(app_id: str, raw: bytes, timestamp: str, secret_key: str) -> str:
    return hashlib.sha256(app_id.encode() + raw + timestamp.encode() + secret_key.encode()).hexdigest()


def is_signed(app_id: str, raw: bytes, timestamp: str, secret_key: str, signature: str | None) -> bool:
    """Whether the OA's key signed exactly these bytes; the header comes with and without ``mac=``, in any case."""
    given = (signature or "").strip().lower()
    given = given.removeprefix("mac").lstrip(" =") if given.startswith("mac") else given
    return hmac.compare_digest(given.encode(), sign(app_id, raw, timestamp, secret_key).encode())


def is_timely(occurred_at: datetime, now: datetime) -> bool:
    return now - OLDEST <= occurred_at <= now + FUTURE_SKEW
