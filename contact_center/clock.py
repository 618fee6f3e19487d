"""Time: UTC inside, Asia/Ho_Chi_Minh outside."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the clock on the wall in Viet Nam."""
    return moment.astimezone(LOCAL_ZONE)
