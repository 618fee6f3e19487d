"""What an SMS costs: GSM 03.38 parts of 160 (153 when joined), or UCS-2 parts of 70 (67).

Of all Vietnamese letters only à è é ì ò ù are in the GSM alphabet, so any real accented sentence is UCS-2.
"""

from collections.abc import Iterable

# 3GPP TS 23.038, 6.2.1: the default alphabet and its extension table (two septets a character).
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_BASIC = frozenset(_BASIC)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")

GSM_SINGLE, GSM_JOINED = 160, 153
UCS2_SINGLE, UCS2_JOINED = 70, 67


def is_gsm(text: str) -> bool:
    return all(char in GSM_BASIC or char in GSM_EXTENSION for char in text)


def segments(text: str) -> int:
    """How many parts ``text`` is sent in; a character is never torn apart at a border. 1 for an empty text."""
    if is_gsm(text):
        return _parts((2 if char in GSM_EXTENSION else 1 for char in text), GSM_SINGLE, GSM_JOINED)
    return _parts((2 if ord(char) > 0xFFFF else 1 for char in text), UCS2_SINGLE, UCS2_JOINED)


def _parts(widths: Iterable[int], single: int, joined: int) -> int:
    sizes = list(widths)
    if sum(sizes) <= single:
        return 1
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > joined:
            parts, filled = parts + 1, 0
        filled += size
    return parts
