"""Places named by a number: "hẻm 12/4", "ấp ba", "khu phố 5", "ĐT 864", "km 61", "đường 30/4", "số 3 hẻm 21".

The words of kind are few and everyone uses them, so a rule knows these in any spelling where a learned tagger needs to
have met the number. What is counted is no place: "lộ 25 m", "hẻm năm bữa rồi", "công tơ 2 pha".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.spoken_numbers import is_number_word
from nlu.text import TextView, Token, fold


@dataclass(frozen=True, slots=True)
class NumberedPlace:
    """Tokens `first` to `last` (exclusive) and what is numbered. `is_sure`: it can hardly be anything else."""

    first: int
    last: int
    kind: str
    is_sure: bool


_KINDS = {
    "hẻm": "alley",
    "ngõ": "alley",
    "kiệt": "alley",
    "ngách": "alley",
    "hẽm": "alley",
    "ấp": "hamlet",
    "khóm": "hamlet",
    "khu phố": "hamlet",
    "kp": "hamlet",
    "tổ dân phố": "hamlet",
    "tdp": "hamlet",
    "khối phố": "hamlet",
    "thôn": "hamlet",
    "xóm": "hamlet",
    "tổ": "group",
    "quốc lộ": "road",
    "tỉnh lộ": "road",
    "hương lộ": "road",
    "huyện lộ": "road",
    "đường tỉnh": "road",
    "đường huyện": "road",
    "liên xã": "road",
    "ql": "road",
    "tl": "road",
    "dt": "road",
    "đt": "road",
    "hl": "road",
    "dh": "road",
    "đh": "road",
    "lộ": "lane",
    "km": "mark",
    "cây số": "mark",
    "cột cây số": "mark",
    "đường": "street",
    "đg": "street",
    "kênh": "canal",
    "kinh": "canal",
    "cầu": "bridge",
    "cống": "canal",
    "số nhà": "house",
    "nhà số": "house",
    "số": "house",
}  # fmt: skip - a table
_SURE = {"alley", "hamlet", "road"}
_UNITS = """
    m mét km cm ha công lần bữa ngày tháng năm tuần giờ phút người con cái chiếc hộ tiếng nhà đứa cây bên đường trăm
    ngàn nghìn triệu tỷ k pha đồng vé xe chục bao nền căn tấn ký kg câu
    """
_COUNTED = frozenset(map(fold, _UNITS.split()))
_NOT_BEFORE = {
    "to": {"cong", "dong"},
    "so": {"bien", "dt", "ve", "may", "to", "thua", "tui", "ho", "don", "ma", "dien"},
}
"""Words after which a word of kind is none: "công tơ 2", "tờ bản đồ số 8", "biển số 63"."""
_NUMBER = re.compile(r"\d{1,4}[a-d]?")
_GLUED = re.compile(r"(?:ql|dt|tl|hl|dh)\d{1,3}[a-d]?|(?:hem|kp|ap|khom)\d{1,3}")
"""Kind and number in one word: "QL80", "ĐT864", "hem12"."""
_LONGEST_SPOKEN = 5
_HOUSE_ON = {"alley", "street"}
"""A house's number goes on with the alley or street it stands in."""


def numbered_places(view: TextView) -> list[NumberedPlace]:
    """Every one, in order, none overlapping; a house in an alley and an alley in an alley are one."""
    tokens = view.tokens
    found: list[NumberedPlace] = []
    position = 0
    while position < len(tokens):
        place = _place_at(view, tokens, position)
        if place is None:
            position += 1
            continue
        if found and found[-1].last == place.first and found[-1].kind in {"house", "alley"} and place.kind in _HOUSE_ON:
            earlier = found.pop()
            place = NumberedPlace(earlier.first, place.last, place.kind, place.is_sure)
        found.append(place)
        position = place.last
    return found


def _place_at(view: TextView, tokens: Sequence[Token], first: int) -> NumberedPlace | None:
    if _GLUED.fullmatch(tokens[first].folded):
        return NumberedPlace(first, first + 1, "road", True)
    named = _kind_at(tokens, first)
    if named is None:
        return None
    words, kind = named
    begin = first + words
    if begin < len(tokens) and tokens[begin].folded == "so" and kind != "house":
        begin += 1
    last = _number_end(view, tokens, begin, kind)
    if last == begin or _is_counted(tokens, last) or _is_other(tokens, first):
        return None
    has_figures = tokens[begin].folded[0].isdecimal()
    return NumberedPlace(first, last, kind, _is_surely(view, tokens, begin, last, kind, has_figures=has_figures))


def _kind_at(tokens: Sequence[Token], first: int) -> tuple[int, str] | None:
    for size in (3, 2, 1):
        words = tokens[first : first + size]
        if len(words) == size:
            kind = _LOOKUP.get(" ".join(word.lower for word in words))
            if kind is not None:
                return size, kind
    return None


_LOOKUP = {spelling: kind for words, kind in reversed(_KINDS.items()) for spelling in (fold(words), words)}


def _number_end(view: TextView, tokens: Sequence[Token], begin: int, kind: str) -> int:
    """Where the number ends: figures with what a slash, hyphen or plus adds, or words that say one."""
    last = begin
    if not _is_joined(view, tokens, begin):
        return last
    if last < len(tokens) and _NUMBER.fullmatch(tokens[last].folded):
        last += 1
        while last < len(tokens) and view.text[tokens[last - 1].end : tokens[last].start] in {"/", "-", "+"}:
            if not _NUMBER.fullmatch(tokens[last].folded):
                break
            last += 1
        return last
    spoken = 1 if kind in {"hamlet", "group"} else _LONGEST_SPOKEN
    while last < len(tokens) and last - begin < spoken and _is_spoken(tokens[last]) and _is_joined(view, tokens, last):
        last += 1
    return last


def _is_joined(view: TextView, tokens: Sequence[Token], index: int) -> bool:
    """No comma or stop between a token and the one before; "P.4" and "ĐT.864" are joined."""
    return index < len(tokens) and not set(view.text[tokens[index - 1].end : tokens[index].start]) - set(" .-")


def _is_spoken(token: Token) -> bool:
    return is_number_word(token) and token.folded not in {"khong", "lam"} and not token.folded[0].isdecimal()


def _is_counted(tokens: Sequence[Token], last: int) -> bool:
    return last < len(tokens) and tokens[last].folded in _COUNTED


def _is_other(tokens: Sequence[Token], first: int) -> bool:
    return first > 0 and tokens[first - 1].folded in _NOT_BEFORE.get(tokens[first].folded, ())


def _is_surely(view: TextView, tokens: Sequence[Token], begin: int, last: int, kind: str, *, has_figures: bool) -> bool:
    if not has_figures:
        return False
    if kind == "street":  # "đường 30/4" and "đường số 5", not "đường 2 chiều"
        return last - begin > 1 or tokens[begin - 1].folded == "so"
    if kind == "group":
        return len(tokens[begin].folded) <= 2
    if kind == "lane":
        return last - begin == 1 and len(tokens[begin].folded) <= 3 and tokens[begin - 1].lower != "lo"
    return kind in _SURE


def numbered_marks(view: TextView) -> dict[int, str]:
    """For each token of such a place its kind and whether it begins there; upper case where it is sure."""
    found: dict[int, str] = {}
    for place in numbered_places(view):
        kind = place.kind.upper() if place.is_sure else place.kind
        found.update(dict.fromkeys(range(place.first, place.last), f"{kind}-i"))
        found[place.first] = f"{kind}-b"
    return found
