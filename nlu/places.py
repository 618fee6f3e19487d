"""The places said in a message: spans a learned tagger marks, and the communes the gazetteer reads in them.

A span is quoted from the message as received. Its units are every commune it can mean today, best first; a street,
hamlet, landmark or kilometre mark alone has none, and the talk has to ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.admin_places import AdminPlace, find_admin_places
from nlu.gazetteer import Gazetteer
from nlu.place_tagger import PlaceTagger, token_features
from nlu.streets import number_before, street_names, streets
from nlu.text import TextView
from nlu.understanding import PlaceKind, PlaceMention

STREET_SCORE = 0.5
"""A mention whose commune is unknown."""

_KINDS: tuple[tuple[PlaceKind, re.Pattern[str]], ...] = (
    (
        "address",
        re.compile(r"\b(?:so nha|so|nha so)\s?\d+|\b\d+[a-z]?(?:\s\d+)*\s(?:duong|le|nguyen|tran|ly|hung|pham|dinh)\b"),
    ),
    ("route", re.compile(r"\b(?:ql|dt|tl|hl)\s?\d|quoc lo|tinh lo|huyen lo|cao toc|\bkm\s?\d|cay so")),
    ("street", re.compile(r"\b(?:duong|hem|ngo|kiet|lo|dai lo|pho)\b")),
    ("hamlet", re.compile(r"\b(?:ap|khom|khu pho|kp|to|to dan pho|xom|thon)\b")),
)


@dataclass(frozen=True, slots=True)
class _Span:
    """A mention being put together, in tokens."""

    first: int
    last: int
    admin: tuple[AdminPlace, ...]


class PlaceFinder:
    """Gazetteer and tagger together. Without a tagger only administrative names are found."""

    def __init__(self, gazetteer: Gazetteer, tagger: PlaceTagger | None) -> None:
        self._gazetteer = gazetteer
        self._tagger = tagger

    def find(self, view: TextView) -> tuple[PlaceMention, ...]:
        """Every place said, in order, none overlapping."""
        admin = find_admin_places(view, self._gazetteer)
        tagged = self._tagger.spans(token_features(view, admin)) if self._tagger else []
        names = street_names(view.tokens)
        whole = [_whole(view, first, last, names) for first, last, _ in tagged]
        spans = _merged(sorted({*whole, *streets(view.tokens, names)}), admin)
        return tuple(self._mention(view, span) for span in spans)

    def _mention(self, view: TextView, span: _Span) -> PlaceMention:
        first, last = view.tokens[span.first], view.tokens[span.last - 1]
        start, end = view.original_span(first.start, last.end)
        units = _common_units(span.admin)
        score = max((place.score for place in span.admin if place.units), default=STREET_SCORE)
        kind = _kind(view, span)
        return PlaceMention(view.original[start:end], start, end, units, score, kind)


def _whole(view: TextView, first: int, last: int, names: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A tagged span with the whole of the street's name it covers in part, and the house number before it."""
    for name_first, name_last in names:
        if name_first < last and first < name_last:
            first, last = min(first, name_first), max(last, name_last)
    return number_before(view.tokens, first), last


def _merged(tagged: Sequence[tuple[int, int]], admin: Sequence[AdminPlace]) -> list[_Span]:
    """The tagger's spans, widened to whole administrative names, and the sure names it passed over."""
    spans: list[_Span] = []
    used: set[int] = set()
    for tagged_first, tagged_last in tagged:
        inside = [i for i, p in enumerate(admin) if p.first < tagged_last and tagged_first < p.last]
        used.update(inside)
        first = min([tagged_first, *(admin[i].first for i in inside if admin[i].is_sure)])
        last = max([tagged_last, *(admin[i].last for i in inside if admin[i].is_sure)])
        if spans and first < spans[-1].last:
            earlier = spans.pop()
            first, last, inside_before = earlier.first, max(last, earlier.last), earlier.admin
        else:
            inside_before = ()
        known = dict.fromkeys((*inside_before, *(admin[i] for i in inside)))
        spans.append(_Span(first, last, tuple(known)))
    for i, place in enumerate(admin):
        if i not in used and place.is_sure and place.units:
            spans.append(_Span(place.first, place.last, (place,)))
    return sorted(spans, key=lambda span: span.first)


def _common_units(admin: Sequence[AdminPlace]) -> tuple[str, ...]:
    """Communes all the names in a span allow; those of the narrowest when they contradict one another."""
    known = [place.units for place in admin if place.units]
    if not known:
        return ()
    narrowest = min(known, key=len)
    common = tuple(code for code in narrowest if all(code in units for units in known))
    return common or narrowest


def _kind(view: TextView, span: _Span) -> PlaceKind:
    folded = " ".join(token.folded for token in view.tokens[span.first : span.last])
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            return kind
    covered = sum(place.last - place.first for place in span.admin)
    return span.admin[0].kind if span.admin and covered * 2 > span.last - span.first else "landmark"
