"""Administrative places in a message: runs of "phường 4, TP Mỹ Tho cũ" read as one place, and what they can mean.

A word of kind before a name (phường, xã, huyện, tp...) makes it a place; a bare name needs to be unmistakable, or a
cue beside it, because many of our names are ordinary words when typed without accents ("cho gao", "an binh").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.gazetteer import Gazetteer, Named, NameHit, UnitKind
from nlu.landmarks import is_elsewhere
from nlu.spoken_numbers import DIGITS, is_number_word
from nlu.text import TextView, Token, fold
from nlu.understanding import PlaceKind

_KIND_WORDS: dict[tuple[str, ...], frozenset[UnitKind]] = {
    ("phuong",): frozenset({"phuong"}),
    ("p",): frozenset({"phuong"}),
    ("f",): frozenset({"phuong"}),
    ("ph",): frozenset({"phuong"}),
    ("xa",): frozenset({"xa"}),
    ("x",): frozenset({"xa"}),
    ("thi", "tran"): frozenset({"thi_tran"}),
    ("tt",): frozenset({"thi_tran"}),
    ("huyen",): frozenset({"huyen"}),
    ("h",): frozenset({"huyen"}),
    ("thi", "xa"): frozenset({"thi_xa", "thanh_pho"}),
    ("tx",): frozenset({"thi_xa", "thanh_pho"}),
    ("thanh", "pho"): frozenset({"thanh_pho", "thi_xa"}),
    ("tp",): frozenset({"thanh_pho", "thi_xa"}),
    ("tinh",): frozenset({"tinh"}),
}
_KIND_ACCENTS = {"phường", "xã", "thị", "trấn", "huyện", "thành", "phố", "tỉnh"}
_GLUED_WARD = re.compile(r"(?:p|f|phuong)0?(\d{1,2})")
_WARD_KINDS = frozenset({"phuong", "xa", "thi_tran"})
_MOST_WARDS = 12
_AMBIGUOUS_NUMBERS = {"tu", "nam", "sau", "bay"}
"""Numbers that without accents are as often other words: "phuong sau", "phuong nam"."""

_COUNTING = {"chuc", "muoi", "tram", "ngan", "nghin", "trieu"}
"""After a number they make it a sum: "phường hai chục tấm"."""

_LINKS = {"thuoc", "cua", "o", "tai", "ben", "noi", "thi", "tinh"}
"""Words that may stand between a ward and its district."""

_OLD = {"cu"}
_CUES_BEFORE = frozenset(
    [
        "ở",
        "tại",
        "bên",
        "dưới",
        "trên",
        "qua",
        "về",
        "khu",
        "chỗ",
        "gần",
        "đoạn",
        "từ",
        "tới",
        "đến",
        "ra",
        "vô",
        "vào",
        "ngang",
        "trong",
        "ngoài",
        "vùng",
        "xứ",
        "dân",
        "ubnd",
        "ấp",
        "cầu",
        "viện",
        "trường",
        "phía",
        "hướng",
    ]
)
_CUES_FOLDED = frozenset(fold(cue) for cue in _CUES_BEFORE)  # fmt: skip
_UNMISTAKABLE = {
    "mỹ tho", "sa đéc", "gò công", "cao lãnh", "cai lậy", "tháp mười", "lai vung", "lấp vò", "tràm chim",
    "đốc binh kiều", "tam nông", "tân hồng", "hồng ngự", "chợ gạo", "gò công đông", "gò công tây",
    "tân phú đông", "mỹ hiệp",
}  # fmt: skip
_UNMISTAKABLE_FOLDED = {
    "my tho", "sa dec", "go cong", "cao lanh", "thap muoi", "lai vung", "lap vo", "tram chim", "doc binh kieu",
    "go cong dong", "go cong tay", "tan phu dong", "cai lay", "tien giang", "dong thap",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """One administrative component: tokens and the meanings that fit its kind word."""

    first: int
    last: int
    meanings: tuple[Named, ...]
    has_kind: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class AdminPlace:
    """A run of components on tokens `first` to `last` (exclusive): the communes it can mean, best first."""

    first: int
    last: int
    units: tuple[str, ...]
    kind: PlaceKind
    score: float
    is_sure: bool


def find_admin_places(view: TextView, gazetteer: Gazetteer) -> list[AdminPlace]:
    """Every run of administrative names, in order. Runs that are not `is_sure` may be ordinary words."""
    tokens = view.tokens
    parts: list[_Part] = []
    position = 0
    while position < len(tokens):
        part = _part_at(view, tokens, position, gazetteer)
        if part is None:
            position += 1
            continue
        parts.append(part)
        position = part.last
    return [_resolve(run, tokens) for run in _runs(parts, tokens)]


def _kind_at(tokens: Sequence[Token], position: int) -> tuple[int, frozenset[UnitKind]] | None:
    for size in (2, 1):
        words = tokens[position : position + size]
        kinds = _KIND_WORDS.get(tuple(word.folded for word in words))
        if kinds and len(words) == size and all(w.lower == w.folded or w.lower in _KIND_ACCENTS for w in words):
            return size, kinds
    return None


def _part_at(view: TextView, tokens: Sequence[Token], position: int, gazetteer: Gazetteer) -> _Part | None:
    glued = _GLUED_WARD.fullmatch(tokens[position].folded)
    if glued:  # "F5" alone is a key, "F5 Mỹ Tho" a ward
        is_sure = not tokens[position].folded.startswith("f")
        return _numbered_ward(gazetteer, glued.group(1), position, position + 1, is_sure=is_sure)
    kind = _kind_at(tokens, position)
    if kind is not None:
        return _part_after_kind(tokens, position, kind, gazetteer)
    hit = gazetteer.names_at(tokens, position)
    if hit is None or (hit.last - hit.first < 2 and not hit.is_glued):
        return None
    return _Part(hit.first, hit.last, hit.meanings, False, _bare_name_is_sure(view, tokens, hit))


def _part_after_kind(
    tokens: Sequence[Token], position: int, kind: tuple[int, frozenset[UnitKind]], gazetteer: Gazetteer
) -> _Part | None:
    size, kinds = kind
    after = position + size
    if after >= len(tokens):
        return None
    number = _ward_number(tokens, after)
    if number:
        is_sure = tokens[after].lower not in _AMBIGUOUS_NUMBERS
        return _numbered_ward(gazetteer, number, position, after + 1, is_sure=is_sure) if "phuong" in kinds else None
    hit = gazetteer.names_at(tokens, after)
    if hit is None:
        return None
    fitting = tuple(named for named in hit.meanings if named.kind in kinds)
    if not fitting and kinds & _WARD_KINDS:  # "xã" said of what is a ward now, or the other way round
        fitting = tuple(named for named in hit.meanings if named.kind in _WARD_KINDS)
    if not fitting and len(tokens[position].lower) <= 2:
        return None
    is_short = len(tokens[position].lower) == 1
    return _Part(position, hit.last, fitting or hit.meanings, bool(fitting), bool(fitting) and not is_short)


def _ward_number(tokens: Sequence[Token], position: int) -> str:
    """A ward's number in figures, "" where there is none: "phường 04", "phường tư", not "phường từ chối"."""
    token = tokens[position]
    is_sum = position + 1 < len(tokens) and tokens[position + 1].folded in _COUNTING
    if not is_number_word(token) or is_sum or token.folded in {"khong", "lam", "nham"}:
        return ""
    number = DIGITS.get(token.folded, token.folded).lstrip("0")
    return number if number.isdecimal() and int(number) <= _MOST_WARDS else ""


def _numbered_ward(gazetteer: Gazetteer, number: str, first: int, last: int, *, is_sure: bool) -> _Part | None:
    meanings = tuple(named for named in gazetteer.names if named.name == number)
    return _Part(first, last, meanings, True, is_sure) if meanings else None


def _bare_name_is_sure(view: TextView, tokens: Sequence[Token], hit: NameHit) -> bool:
    words = tokens[hit.first : hit.last]
    spelled = " ".join(word.lower for word in words)
    if is_elsewhere(spelled):  # Long An is the neighbouring province before it is one of our communes
        return False
    if hit.is_glued or spelled in _UNMISTAKABLE or spelled in _UNMISTAKABLE_FOLDED:
        return True
    is_capitalised = all(view.text[word.start].isupper() for word in words)
    if is_capitalised and (hit.first > 0 or hit.accented):
        return not view.text.isupper() or hit.accented
    if hit.accented and not hit.exact:  # "cho gạo" in a message with accents is not Chợ Gạo
        return False
    before = tokens[hit.first - 1] if hit.first else None
    has_cue = before is not None and (before.lower in _CUES_BEFORE or before.lower in _CUES_FOLDED)
    is_said_old = hit.last < len(tokens) and tokens[hit.last].lower in {"cũ", "cu"}
    return is_said_old or (has_cue and hit.accented)


def _runs(parts: Sequence[_Part], tokens: Sequence[Token]) -> list[list[_Part]]:
    """Components that belong together: next to each other, or with a linking word or "cũ" between."""
    runs: list[list[_Part]] = []
    for part in parts:
        if runs and _follows(runs[-1][-1], part, tokens) and _is_wider(part, runs[-1][-1]):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _follows(earlier: _Part, later: _Part, tokens: Sequence[Token]) -> bool:
    between = tokens[earlier.last : later.first]
    return len(between) <= 2 and all(token.folded in _LINKS or token.folded in _OLD for token in between)


def _rank(part: _Part) -> int:
    levels = {named.level for named in part.meanings}
    return 0 if levels & {"commune", "old_ward"} else 1 if "old_district" in levels else 2


def _is_wider(part: _Part, than: _Part) -> bool:
    """A second component narrows the first only when it can be the district or province around it."""
    can_contain = any(named.level in {"old_district", "province"} for named in part.meanings)
    return can_contain and _rank(than) <= 1


def _resolve(run: Sequence[_Part], tokens: Sequence[Token]) -> AdminPlace:
    last = run[-1].last
    is_old = any(t.folded in _OLD and t.lower in {"cũ", "cu"} for t in tokens[run[0].last : last + 1])
    if last < len(tokens) and tokens[last].lower == "cũ":
        last += 1
    meanings = _narrowed(run, is_old=is_old)
    units = tuple(dict.fromkeys(code for named in meanings for code in named.communes))
    kind = _place_kind(meanings)
    score = 0.95 if len(units) == 1 else 0.8 if len(units) > 1 else 0.4
    is_sure = any(part.is_sure for part in run) or len(run) > 1
    return AdminPlace(run[0].first, last, units, kind, score if is_sure else score / 2, is_sure)


def _narrowed(run: Sequence[_Part], *, is_old: bool) -> tuple[Named, ...]:
    first, wider = run[0], run[1:]
    meanings = first.meanings
    for part in wider:
        districts = [named for named in part.meanings if named.level == "old_district"]
        if not districts:
            continue
        allowed = {code for district in districts for code in district.communes}
        codes = {district.district for district in districts}
        inside = tuple(
            named
            for named in meanings
            if named.level in {"commune", "old_ward"}
            and (named.district in codes if named.level == "old_ward" else set(named.communes) <= allowed)
        )
        is_number = meanings and meanings[0].name.isdecimal()  # many towns have one: the town counts for more
        meanings = inside or (tuple(districts) if is_number else meanings)
    if is_old:
        meanings = tuple(named for named in meanings if named.level != "commune") or meanings
    return tuple(
        sorted(meanings, key=lambda named: ("commune", "old_ward", "old_district", "province").index(named.level))
    )


def _place_kind(meanings: Sequence[Named]) -> PlaceKind:
    if not meanings:
        return "old_ward"
    level = meanings[0].level
    if level == "old_district":
        return "old_town" if meanings[0].kind in {"thanh_pho", "thi_xa"} else "old_district"
    return "commune" if level == "commune" else "old_district" if level == "province" else "old_ward"
