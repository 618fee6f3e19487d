"""What comes with a Zalo message: photos, files, a place, a visiting card."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from channels.contracts import InboundAttachment, Location
from channels.phones import as_e164

FileKind = Literal["image", "audio", "video", "file"]
FILES: dict[str, FileKind] = {"image": "image", "gif": "image", "audio": "audio", "video": "video", "file": "file"}
# An album is at most a few dozen photos.
MOST_ATTACHMENTS = 50
LONGEST_URL = 2000


@dataclass(slots=True)
class Found:
    """``text`` stands in for the message's own text where there is none: a link, a phone number."""

    files: tuple[InboundAttachment, ...] = ()
    location: Location | None = None
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def read_attachments(value: Any, *, label: str = "") -> Found:
    """Everything usable in ``message.attachments``; ``label`` is the place's name, which Zalo gives as the text."""
    found = Found()
    for item in value[:MOST_ATTACHMENTS] if isinstance(value, list) else []:
        if isinstance(item, dict) and isinstance(item.get("payload"), dict):
            _add(found, str(item.get("type")), item["payload"], label)
    return found


def _add(found: Found, kind: str, payload: dict[str, Any], label: str) -> None:
    url = str(payload.get("url", ""))[:LONGEST_URL]
    if kind in FILES and url:
        name, size = str(payload.get("name", ""))[:200], _size(payload.get("size"))
        found.files += (InboundAttachment(kind=FILES[kind], url=url, name=name, size=size),)
    elif kind == "location":
        found.location = found.location or _location(payload.get("coordinates"), label)
    elif kind == "link":
        _add_link(found, payload, url)
    elif kind == "sticker":
        found.facts["sticker"] = str(payload.get("id", ""))[:100]


def _add_link(found: Found, payload: dict[str, Any], url: str) -> None:
    """A visiting card is a link whose description is JSON with a phone number."""
    phone = _card_phone(str(payload.get("description", "")))
    if phone:
        found.facts["card_phone"] = phone
    found.text = found.text or phone or url


def _card_phone(description: str) -> str:
    try:
        card = json.loads(description)
    except (ValueError, RecursionError):
        return ""
    phone = card.get("phone") if isinstance(card, dict) else None
    return (as_e164(phone) or "") if isinstance(phone, str) else ""


def _location(coordinates: Any, label: str) -> Location | None:
    """Coordinates come as text; what is not a place on earth is left out."""
    if not isinstance(coordinates, dict):
        return None
    try:
        latitude, longitude = float(coordinates["latitude"]), float(coordinates["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(latitude=latitude, longitude=longitude, label=label[:200])


def _size(value: Any) -> int | None:
    written = str(value)
    return int(written) if written.isdecimal() and len(written) < 16 else None
