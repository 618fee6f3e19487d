"""Small pure helpers for text that leaves the house: unaccented SMS, masked numbers, dates as people say them."""

import re
import unicodedata
from datetime import datetime

from contact_center.clock import local

SMS_LENGTH = 160
# A Vietnamese number in any grouping people write: 0912.345.678, +84 912 345 678.
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,9}(?!\d)")
# Identity cards: nine digits of old, twelve today.
_IDENTITY = re.compile(r"(?<![\d+])(?:\d{12}|\d{9})(?!\d)")
_HIDDEN = "•••"


def unaccented(text: str) -> str:
    """ "Đã xử lý" -> "Da xu ly": every character is in the basic SMS alphabet's reach."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def shortened(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a word."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    cut = flat[: max(0, length - 3)]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,.;:") + "..."


def sentence(text: str) -> str:
    """With the full stop it may lack, so that the next sentence does not run into it."""
    return text if not text or text[-1] in ".!?…" else text + "."


def without_numbers(text: str) -> str:
    """The text with phone and identity numbers hidden, for eyes that must not know who reported."""
    return _IDENTITY.sub(_HIDDEN, _PHONE.sub(_HIDDEN, text))


def masked_phone(phone: str | None) -> str | None:
    """+84912345678 -> 09•• ••• 678."""
    if not phone:
        return None
    national = "0" + phone[3:] if phone.startswith("+84") else phone
    return f"{national[:2]}•• ••• {national[-3:]}"


def masked_name(name: str | None) -> str | None:
    """Nguyễn Văn An -> N. V. An, as a person can check they have the right one."""
    if not name:
        return None
    *family, given = name.split()
    return " ".join([*(f"{part[0]}." for part in family), given])


def moment(at: datetime) -> str:
    """17:00 ngày 24/11/2026."""
    return local(at).strftime("%H:%M ngày %d/%m/%Y")


def short_moment(at: datetime) -> str:
    """17h00 24/11, for SMS."""
    return local(at).strftime("%Hh%M %d/%m")


def tidy(text: str) -> str:
    """NFC, without what PostgreSQL cannot store, no blank edges."""
    return unicodedata.normalize("NFC", text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")).strip()


def e164(phone: str | None) -> str | None:
    """0912 345 678 -> +84912345678; None for nothing. A number that is not Vietnamese is kept as it is."""
    if not phone:
        return None
    bare = re.sub(r"[ .()\-]", "", phone)
    if bare.startswith("0") and bare.isdigit():
        return "+84" + bare[1:]
    return "+" + bare if bare.startswith("84") and len(bare) in {11, 12} else bare
