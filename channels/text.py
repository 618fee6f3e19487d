"""Text as it crosses the edge: NFC inwards, and what a plain phone can show outwards."""

import re
import unicodedata
from dataclasses import dataclass

# Nobody types more than this in one message; a longer text is cut and marked, so that nothing behind has to guess.
LONGEST_INBOUND = 10_000

_SURROGATE = re.compile("[\ud800-\udfff]")
# đ and Đ have no decomposition; typographic punctuation would turn a 160-character part into one of 70.
_PLAIN = str.maketrans(
    {
        **{"đ": "d", "Đ": "D", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."},
        **{"\u00a0": " ", "•": "-", "₫": "d"},
    }
)


@dataclass(frozen=True, slots=True)
class InboundText:
    """What the citizen wrote. ``cut_from`` is how long it was when it had to be cut, else None."""

    text: str
    cut_from: int | None = None

    @property
    def facts(self) -> dict[str, int]:
        return {} if self.cut_from is None else {"cut_from": self.cut_from}


def inbound(raw: str) -> InboundText:
    """NFC without NUL and lone surrogates (PostgreSQL stores neither), at most ``LONGEST_INBOUND`` characters."""
    readable = _SURROGATE.sub("\ufffd", raw.replace("\x00", ""))
    text = unicodedata.normalize("NFC", readable).strip()
    if len(text) <= LONGEST_INBOUND:
        return InboundText(text)
    return InboundText(text[:LONGEST_INBOUND], cut_from=len(text))


def unaccented(text: str) -> str:
    """Vietnamese without accents, as plain phones and registered SMS templates want it."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def split_text(text: str, longest: int) -> list[str]:
    """Parts of at most ``longest`` characters, broken at a paragraph, a sentence or a space where there is one."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > longest:
        at = _break_before(rest, longest)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _break_before(text: str, longest: int) -> int:
    """A break in the second half is better than a fuller part."""
    for mark in ("\n", ". ", "; ", ", ", " "):
        at = text.rfind(mark, longest // 2, longest)
        if at > 0:
            return at + len(mark)
    return longest
