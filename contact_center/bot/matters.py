"""Two matters in one breath: 'đèn đường hư, còn rác thì cả tuần không ai lấy'."""

import re
from collections.abc import Iterable

from nlu.text import view

_SEAM = re.compile(
    r"(?:[.;,!?\n]\s*|\s)(?:"
    r"ngoai ra|voi lai|con nua|them nua|ben canh do|dong thoi|san tien|san day|tien the|luon tien|"
    r"(?:con )?(?:mot |1 )?(?:viec|vu|chuyen|van de) (?:thu (?:hai|2)|khac|nua)(?: la)?|thu (?:hai|2) la|"
    r"cho (?:toi |tui |em |con |minh )?hoi (?:them|luon)|con (?:vu|viec|chuyen|cai|cho|rac|den|duong|nuoc|dien)"
    r")\b[:,]?\s*"
)
_NUMBERED = re.compile(
    r"(?:^|[\s.;,])(?:1|mot|thu nhat)\s*[.):,-]\s*(.+?)"
    r"(?:[\s.;,]+)(?:2|hai|thu hai)\s*[.):,-]\s*(.+)$",
    re.DOTALL,
)
_LABEL_BEFORE = re.compile(
    r"[\s,.;:(]*(?:(?:sđt|sdt|đt|dt|tel|phone|liên hệ|lien he|lh|gọi|goi|số|so|điện thoại|dien thoai|"
    r"của|cua|tôi|toi|tui|em|mình|minh|anh|chị|chi|là|la)[\s:.]*)*$",
    re.IGNORECASE,
)
_SHORTEST = 3
"""Words a matter needs: 'còn nữa' alone is none."""


def split(text: str) -> tuple[str, str]:
    """The first matter and the rest; the rest is empty when only one seam-less matter was told."""
    seen = view(text)
    if numbered := _NUMBERED.search(seen.folded):
        first, second = (seen.text[numbered.start(n) : numbered.end(n)].strip(" .;,") for n in (1, 2))
        return (first, second) if _is_long_enough(first) and _is_long_enough(second) else (text, "")
    line, _, others = seen.text.partition("\n")
    if _is_long_enough(line) and _is_long_enough(others):
        return line.strip(" .;,-"), others.strip(" .;,-\n")
    for seam in _SEAM.finditer(seen.folded):
        first, rest = seen.text[: seam.start()].strip(" .;,"), seen.text[_kept_from(seen.folded, seam) :].strip(" .;,")
        if _is_long_enough(first) and _is_long_enough(rest):
            return first, rest
    return text, ""


def split_at_and(text: str) -> tuple[str, str]:
    """At the first 'và' with enough words on both sides; whether these are two matters the caller must see."""
    seen = view(text)
    for seam in re.finditer(r"\s(?:va|cung voi)\s", seen.folded):
        first, rest = seen.text[: seam.start()].strip(" .;,"), seen.text[seam.end() :].strip(" .;,")
        if _is_long_enough(first) and _is_long_enough(rest):
            return first, rest
    return text, ""


def without_phone(text: str, phones: Iterable[str]) -> str:
    """The words without the number left to be called on: 'ổ gà ở Ấp Bắc, sđt 0912...' is about the hole."""
    for phone in phones:
        before, _, after = text.partition(phone)
        text = f"{_LABEL_BEFORE.sub('', before)}{after}"
    return text.strip(" ,.;:")


def _kept_from(folded: str, seam: re.Match[str]) -> int:
    """'còn rác ...' keeps its 'rác': only the connecting word goes."""
    head = re.match(r"[.;,!?\n\s]*con (?=vu|viec|chuyen|cai|cho|rac|den|duong|nuoc|dien)", seam.group())
    if head and not re.search(r"(thu (hai|2)|khac|nua)", seam.group()):
        return seam.start() + head.end()
    return seam.end()


def _is_long_enough(text: str) -> bool:
    return len(view(text).tokens) >= _SHORTEST
