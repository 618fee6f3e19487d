"""Personal data is taken out of a message before anybody learns from it: numbers, addresses of mail, names.

A model needs none of it, and the Law on Personal Data Protection (2025) asks that no more is used than is needed.
Places stay: where something happened is part of the matter. Each thing found becomes ``HIDDEN``, which is no word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlu.entities import find_entities
from nlu.text import fold, view

HIDDEN = "…"
Span = tuple[int, int]


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


SURNAMES = _listed(
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh trinh doan lam mai cao to chau ta "
    "luong truong thach kim son danh ha luu quach thai tong tang khuu la tieu on vuong kieu phung nghiem chu ton"
)
"""Family names that make up nearly all of the country's, and those frequent in the Mekong delta; folded."""

HONORIFICS = _listed("anh chị ông bà cô chú bác cậu dì dượng thầy em cháu chi ong chu bac chau")
"""As written: without its accents "dượng" could be "đường", and "cô" could be "có"."""

SPEAKERS = _listed("toi tui minh em anh chi ong ba co chu bac chau con ho")
"""Words around "tên" that make it somebody's."""

BEFORE_A_PLACE = _listed(
    "duong pho hem cau truong cho ap phuong xa kenh rach song quan huyen tinh khu nga vien benh so dai lo hem kinh "
    "ben pha cong chua dinh mieu tram"
)
"""Words after which a name is a street's, a bridge's or a school's."""

ENDS_A_NAME = _listed(
    "o tai nha ngu sdt dt so dien thoai sinh nam tuoi la xin bao cho muon goi phan anh bi co khong va ben"
)
LONGEST_NAME = 4
_WORD = re.compile(r"[^\W\d_]+")
_MAIL_OR_LINK = re.compile(r"\S+@\S+\.\S+|https?://\S+|\bwww\.\S+")
_LONG_NUMBER = re.compile(r"(?<!\w)\d(?:[ .\-]?\d){6,}(?!\w)")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def mask(text: str, *, places: Sequence[Span] = (), names: Iterable[str] = ()) -> str:
    """The message without numbers that lead to a person and without names. ``places`` are spans of ``text`` that name a
    place and stay as they are; ``names`` are those known already, such as the reporter's."""
    words = [_Word(one.group(), fold(one.group()), *one.span()) for one in _WORD.finditer(text)]
    named = [
        span for span in _names(words, text) if not any(start < span[1] and span[0] < end for start, end in places)
    ]
    hidden = [*_numbers(text), *named, *_introductions(words, text), *_known(words, names)]
    return _without(text, hidden)


def _numbers(text: str) -> Iterator[Span]:
    for entity in find_entities(view(text)):
        yield entity.start, entity.end
    for pattern in (_MAIL_OR_LINK, _LONG_NUMBER):
        for found in pattern.finditer(text):
            yield found.span()


def _names(words: Sequence[_Word], text: str) -> Iterator[Span]:
    """A family name and what follows, or a given name after how people are addressed, as far as they are capitals."""
    for at, word in enumerate(words):
        before = words[at - 1].folded if at else ""
        if before in BEFORE_A_PLACE:
            continue
        if word.capital and word.folded in SURNAMES:
            length = _capitals(words, at, text)
            if length > 1:
                yield word.start, words[at + length - 1].end
        elif (
            word.text.lower() in HONORIFICS
            and at + 1 < len(words)
            and words[at + 1].capital
            and not word.text.isupper()
        ):
            length = _capitals(words, at + 1, text)
            yield words[at + 1].start, words[at + length].end


def _capitals(words: Sequence[_Word], at: int, text: str) -> int:
    """How many words from ``at`` on are capitals with nothing but a space between, at most a whole name."""
    length = 1
    while (
        length < LONGEST_NAME
        and at + length < len(words)
        and words[at + length].capital
        and text[words[at + length - 1].end : words[at + length].start] == " "
    ):
        length += 1
    return length


def _introductions(words: Sequence[_Word], text: str) -> Iterator[Span]:
    """What follows "tôi tên", "tên (tôi) là", "họ tên": up to a whole name, or to a word that ends one. Where nobody is
    said to be called so ("tên đường", "tên trên biển"), only capitals are a name."""
    for at, word in enumerate(words):
        if word.folded != "ten":
            continue
        first = at + 1
        while first < len(words) and words[first].folded in SPEAKERS | {"la"}:
            first += 1
        somebody = first > at + 1 or (at > 0 and words[at - 1].folded in SPEAKERS)
        length = _length_of_name(words[first : first + LONGEST_NAME], words[first - 1], text, somebody=somebody)
        if length:
            yield words[first].start, words[first + length - 1].end


def _length_of_name(words: Sequence[_Word], before: _Word, text: str, *, somebody: bool) -> int:
    length = 0
    for word in words:
        apart = text[before.end : word.start].strip(" :")
        ends = not word.capital and (word.folded in BEFORE_A_PLACE or (length and word.folded in ENDS_A_NAME))
        if apart or ends or not (somebody or word.capital):
            break
        length, before = length + 1, word
    return length


def _known(words: Sequence[_Word], names: Iterable[str]) -> Iterator[Span]:
    folded = [word.folded for word in words]
    for name in names:
        parts = fold(name).split()
        for at in range(len(words) - len(parts) + 1 if len(parts) > 1 else 0):
            if folded[at : at + len(parts)] == parts:
                yield words[at].start, words[at + len(parts) - 1].end


def _without(text: str, hidden: Iterable[Span]) -> str:
    """The text with every span, and those that overlap as one, hidden."""
    kept: list[str] = []
    position = 0
    for start, end in sorted(hidden):
        if start >= position:
            kept += [text[position:start], HIDDEN]
        position = max(position, end)
    return "".join(kept) + text[position:]
