"""Vietnamese text into search terms: accented and folded syllables, single and in pairs.

Pairs stand in for words (Vietnamese writes a space between syllables); the folded half finds what was typed without
accents. Measured against word segmentation this loses nothing and survives bad spelling.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_WORD_AS_WRITTEN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OLD_TONE = {"oa": "òa", "oe": "òe", "uy": "ùy"}

LONGEST_TEXT = 20_000
LONGEST_TERM = 40
LONGEST_AS_WRITTEN = 4 * LONGEST_TERM
"""Code points of a term whose accents are all written apart."""

# What people write for what the articles say. Both sides are indexed and asked, so the order does not matter.
EXPANSIONS = {
    "cccd": "can cuoc", "cmnd": "can cuoc", "cmt": "can cuoc", "gplx": "giay phep lai xe", "bhyt": "bao hiem y te",
    "bhxh": "bao hiem xa hoi", "bhtn": "bao hiem that nghiep", "hkd": "ho kinh doanh", "dkkd": "dang ky kinh doanh",
    "gpxd": "giay phep xay dung", "gcn": "giay chung nhan", "ubnd": "uy ban", "tthc": "thu tuc hanh chinh",
    "hs": "ho so", "sdt": "so dien thoai", "dvc": "dich vu cong", "tccd": "can cuoc", "hoc": "hoc",
    "gks": "giay khai sinh", "ks": "khai sinh", "kh": "ket hon", "tnxh": "thu nhap", "qsdd": "quyen su dung dat",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that carry the manner of asking, not the matter (folded).
STOP = _words(
    "a ad ah anh ba bac ban bao biet cai can chao chi cho chu co con cua da de di do duoc dum em gi gio giup gium "
    "ha hay hoi hong hok khong ko kg k la lam len luon mik minh mot muon nao nay ne nha nhe nhu nhung o oi phai "
    "qua roi sao se the thi thuc tin toi tui vay ve vi viec voi xin y nua neu khi ma ra vao tai theo ong "
    "thu tuc hien bi den tu cac may"
)


# The same where the accents were typed: "tử" (death) is no "từ" (from).
STOP_ACCENTED = _words(
    "ạ à ừ ơi anh ấy ba bà bác bạn báo biết cái cần chào chỉ cho chứ chú có con cô của cũng dạ đã đi để đó được dùm em "
    "gì giờ giúp giùm hả hà hay hỏi hông hổng hỏng không là làm lắm lên luôn mình muốn một mấy nào này nè nhà nha nhé "
    "như những ở phải quá rồi rùi sao sẽ thế thì thủ tục tin tôi tui vậy về vì việc với xin ý nữa nếu khi mà ra vào "
    "tại theo ông hiện bị đến từ các mày chị nhờ mô răng rứa ri chừ đâu"
)


@dataclass(frozen=True, slots=True)
class Syllable:
    accented: str
    folded: str

    @property
    def is_manner(self) -> bool:
        """Whether it belongs to the manner of asking; judged with its accents where it has any."""
        if self.accented == self.folded:
            return self.folded in STOP
        return self.accented in _STOP_CANONICAL


def normalise(text: str) -> str:
    """NFC, lower case; whatever does not belong to a word is a break."""
    return unicodedata.normalize("NFC", text[:LONGEST_TEXT]).lower()


def fold(text: str) -> str:
    """Without accents, đ as d."""
    plain = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return plain.replace("đ", "d").replace("Đ", "D")


def canonical(syllable: str) -> str:
    """The same syllable whichever school put its tone mark (hoà, hòa): letters first, the tone at the end."""
    decomposed = unicodedata.normalize("NFD", syllable)
    tone = "".join(char for char in decomposed if char in _TONES)
    letters = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in _TONES))
    return letters + tone


def syllables(text: str) -> list[Syllable]:
    """In order, abbreviations followed by what they stand for."""
    return [syllable for word in _WORD.findall(normalise(text)) for syllable in _expanded(word[:LONGEST_TERM])]


def matter_of(text: str) -> frozenset[str]:
    """What a text is about: its folded syllables, without those of the manner of asking."""
    return frozenset(syllable.folded for syllable in syllables(text) if not syllable.is_manner)


@lru_cache(maxsize=20_000)  # Vietnamese has some 7,000 syllables
def syllable_of(word: str) -> Syllable:
    """Of one normalised word."""
    return Syllable(canonical(word), fold(word))


@lru_cache(maxsize=20_000)
def _expanded(word: str) -> tuple[Syllable, ...]:
    syllable = syllable_of(word)
    return (syllable, *(Syllable(part, part) for part in EXPANSIONS.get(syllable.folded, "").split()))


@lru_cache(maxsize=20_000)
def _as_written(word: str) -> Syllable:
    return syllable_of(normalise(word)[:LONGEST_TERM])


def located(text: str) -> list[tuple[Syllable, int, int]]:
    """Each syllable with where it stands in the text as it was given, composed or not; no abbreviation expanded."""
    return [(syllable, *span) for syllable, span in zip(written(text), bounds(text), strict=True)]


def written(text: str) -> list[Syllable]:
    """Each syllable of a text as it was given; no abbreviation expanded."""
    return [_as_written(word[:LONGEST_AS_WRITTEN]) for word in _WORD_AS_WRITTEN.findall(text[:LONGEST_TEXT])]


def bounds(text: str) -> list[tuple[int, int]]:
    """Where each of the ``written`` stands."""
    return [match.span() for match in _WORD_AS_WRITTEN.finditer(text[:LONGEST_TEXT])]


def shared(first: Set[str], second: Set[str]) -> float:
    """Dice's coefficient: the part of both that they share, 0 to 1."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


_STOP_CANONICAL = frozenset(canonical(word) for word in STOP_ACCENTED)
