"""One reading of a message for every rule and model: canonical, lower and folded, with offsets back.

Unicode is composed (NFC), the tone mark is put where the older school puts it (hoà -> hòa, qúy -> quý), zero-width
characters go. `lower` and `folded` have exactly the length of `text`, and every position maps back to the message
as received, so that a rule may look at whichever reading suits it and still quote the citizen's own words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền sắc ngã hỏi nặng
_ZERO_WIDTH = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_STYLED = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]")
_COMBINING = re.compile("[\u0300-\u036f]")
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+")

_NEEDS_REWRITE = re.compile(f"{_ZERO_WIDTH.pattern}|{_STYLED.pattern}|{_COMBINING.pattern}")


def _fold_table() -> dict[int, str]:
    """Every precomposed Latin letter whose base is one ASCII letter, and đ, ð, ø, ł."""
    table = {ord("đ"): "d", ord("Đ"): "D", ord("ð"): "d", ord("Ð"): "D", ord("ø"): "o", ord("ł"): "l"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    return table


_FOLD = _fold_table()


def _split_tone(letter: str) -> tuple[str, str]:
    """('ầ') -> ('â', grave); the tone is '' when there is none."""
    marks = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in marks if mark in _TONES), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "") if tone else marks), tone


_TONED = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in _TONES)
_TONE_OF = {letter: _split_tone(letter) for letter in _TONED}


def _toned(vowels: str) -> str:
    return "".join(letter for letter in _TONED if _TONE_OF[letter][0] in vowels)


# Open "oa, oe, uy": the tone belongs on the first vowel (hòa, khỏe, thủy), unless u goes with q (quý).
_TONE_TOO_LATE = re.compile(
    rf"(?<![qQ])([oO])([{_toned('aeAE')}])(?!\w)|(?<![qQ])([uU])([{_toned('yY')}])(?!\w)", re.UNICODE
)
# Closed or followed by a glide (toán, thoái, huỳnh), and after q or gi (quá, già): on the second.
_TONE_TOO_EARLY = re.compile(
    rf"([{_toned('oO')}])([aăeAĂE])(?=[a-zA-Z])|([{_toned('uU')}])([yY])(?=[a-zA-Z])"
    rf"|(?<=[qQ])([{_toned('uU')}])([aăâeêoôơyiAĂÂEÊOÔƠYI])|(?<=[gG])([{_toned('iI')}])([aăâeêoôơuưAĂÂEÊOÔƠUƯ])"
)


def _move_tone_left(match: re.Match[str]) -> str:
    first, second = (part for part in match.groups() if part is not None)
    plain, tone = _TONE_OF[second]
    return unicodedata.normalize("NFC", first + tone) + plain


def _move_tone_right(match: re.Match[str]) -> str:
    first, second = (part for part in match.groups() if part is not None)
    plain, tone = _TONE_OF[first]
    return plain + unicodedata.normalize("NFC", second + tone)


def canonical_tones(text: str) -> str:
    """Put tone marks where the older spelling has them. Takes and returns NFC; the length never changes."""
    return _TONE_TOO_LATE.sub(_move_tone_left, _TONE_TOO_EARLY.sub(_move_tone_right, text))


def canonical(text: str) -> str:
    """NFC without zero-width characters, tones in their canonical place: the form for storing and comparing."""
    return view(text).text


def lower_keeping_length(text: str) -> str:
    """Lower case, one character for one (İ would otherwise become two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def fold(text: str) -> str:
    """Lower case without accents, đ as d. The length of an NFC text never changes; folding twice changes nothing."""
    return lower_keeping_length(text).translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number: its place in the view, and its accented and folded forms in lower case."""

    start: int
    end: int
    lower: str
    folded: str


@dataclass(frozen=True)
class TextView:
    """A message and its readings. `starts[i]:ends[i]` is the part of `original` behind `text[i]`."""

    original: str
    text: str
    lower: str
    folded: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in `original` of `text[start:end]`; an empty span stays empty."""
        if self.starts is None or self.ends is None:
            return start, end
        if end <= start:
            place = self.starts[start] if start < len(self.starts) else len(self.original)
            return place, place
        return self.starts[start], self.ends[end - 1]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(
            Token(m.start(), m.end(), m.group(), self.folded[m.start() : m.end()]) for m in _WORD.finditer(self.lower)
        )

    @cached_property
    def accented_share(self) -> float:
        """The share of words with Vietnamese letters in them, 0 to 1; 0 without words."""
        words = [token for token in self.tokens if token.lower[0].isalpha()]
        return sum(token.lower != token.folded for token in words) / max(len(words), 1)

    @property
    def is_unaccented(self) -> bool:
        """True when the writer used (almost) no Vietnamese letters: at most one accented syllable in twenty."""
        return self.accented_share * 20 <= 1


def _rewrite(original: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Compose cluster by cluster, remembering where each resulting character came from."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(original):
        cluster = match.group()
        if _ZERO_WIDTH.match(cluster[0]):
            continue
        if _STYLED.match(cluster[0]):
            cluster = unicodedata.normalize("NFKC", cluster)
        for char in unicodedata.normalize("NFC", cluster):
            if not _COMBINING.match(char):
                chars.append(char)
                starts.append(match.start())
                ends.append(match.end())
    return "".join(chars), tuple(starts), tuple(ends)


def view(original: str) -> TextView:
    """Read a message. Never raises; lone surrogates pass through untouched."""
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None
    text = original
    if not unicodedata.is_normalized("NFC", original) or _NEEDS_REWRITE.search(original):
        text, starts, ends = _rewrite(original)
    text = canonical_tones(text)
    lower = lower_keeping_length(text)
    return TextView(original, text, lower, lower.translate(_FOLD), starts, ends)
