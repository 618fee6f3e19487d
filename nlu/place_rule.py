"""The part of the rule for place spans a machine can hold (`nlu/data/README.md` has all of it)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlu.admin_places import find_admin_places
from nlu.corpus import Utterance
from nlu.gazetteer import load_gazetteer
from nlu.numbered_places import numbered_places
from nlu.streets import street_names, streets
from nlu.text import TextView, Token, view

_PREPOSITIONS = ("ở", "tại", "trong", "ngoài", "trên", "dưới", "chỗ", "ngay", "vào", "khu vực")
"""Said before a place and no part of it. Only with their accents: "tai", "o" and "cho" are other words too."""

_NEAR = ("trước", "gần", "đối diện", "cạnh", "sau lưng", "phía sau", "phía trước", "dọc", "trước cổng")
_KINDS = (
    "đường",
    "phố",
    "hẻm",
    "ngõ",
    "cầu",
    "chợ",
    "bến xe",
    "bến phà",
    "bến đò",
    "ấp",
    "khóm",
    "xã",
    "phường",
    "huyện",
    "kênh",
    "kinh",
    "rạch",
    "cồn",
    "trường",
    "trường tiểu học",
    "trường mầm non",
    "bệnh viện",
    "công viên",
    "chung cư",
    "khu công nghiệp",
    "khu dân cư",
    "ngã ba",
    "ngã tư",
)  # fmt: skip - a table
_OWN_NAMES = frozenset(word for kind in _KINDS for word in kind.split())


def broken_rules(utterance: Utterance) -> Iterator[str]:
    """What the marks of one utterance do against the rule, in words for the writer."""
    seen = view(utterance.text)
    for first, last in _surely_places(seen):
        start, end = _offsets(seen, first, last)
        if not any(s <= start and end <= e for s, e in utterance.places):
            yield f"a place is not (wholly) marked: {utterance.text[start:end]!r}"
    for start, end in utterance.places:
        yield from _wrong_beginning(seen, utterance.text[start:end], start)


def _surely_places(seen: TextView) -> list[tuple[int, int]]:
    """Token spans of names and numbers that can hardly be anything else."""
    admin = find_admin_places(seen, load_gazetteer())
    found = [(place.first, place.last) for place in admin if place.is_sure and place.units]
    found += [(place.first, place.last) for place in numbered_places(seen) if place.is_sure]
    return [*found, *streets(seen.tokens, street_names(seen.tokens))]


def _wrong_beginning(seen: TextView, marked: str, start: int) -> Iterator[str]:
    tokens = seen.tokens
    first = next((i for i, t in enumerate(tokens) if seen.original_span(t.start, t.end)[1] > start), 0)
    for words in _PREPOSITIONS:
        if _stand_at(tokens, first, words) and len(marked.split()) > len(words.split()):
            yield f"{words!r} is no part of the place {marked!r}"
    if not first or seen.text[tokens[first - 1].end : tokens[first].start] != " ":
        return
    wanted = _NEAR if tokens[first].lower in _OWN_NAMES else (*_NEAR, *_KINDS) if marked[0].isupper() else ()
    for words in wanted:
        if _stand_at(tokens, first - len(words.split()), words):
            yield f"{words!r} before {marked!r} is part of the place"


def _stand_at(tokens: Sequence[Token], first: int, words: str) -> bool:
    said = words.split()
    return first >= 0 and [token.lower for token in tokens[first : first + len(said)]] == said


def _offsets(seen: TextView, first: int, last: int) -> tuple[int, int]:
    return seen.original_span(seen.tokens[first].start, seen.tokens[last - 1].end)
