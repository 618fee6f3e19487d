"""The places said in a message: spans a learned tagger marks, and the communes the gazetteer reads in them.

A span is quoted from the message as received. Its units are every commune it can mean today, best first; a street,
hamlet, landmark or kilometre mark alone has none, and the talk has to ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.admin_places import AdminPlace, find_admin_places
from nlu.gazetteer import Gazetteer
from nlu.local_names import LocalHit, LocalNames
from nlu.numbered_places import numbered_places
from nlu.place_tagger import PlaceTagger, token_features
from nlu.streets import number_before, street_names, streets
from nlu.text import TextView
from nlu.understanding import PlaceKind, PlaceMention

STREET_SCORE = 0.5
"""A mention whose commune is unknown."""

LOCAL_SCORE = 0.8
"""A mention whose commune only the province's own table of names tells."""

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
    local: tuple[LocalHit, ...] = ()


class PlaceFinder:
    """Gazetteer, tagger and the province's own names together. Without a tagger only known names are found."""

    def __init__(self, gazetteer: Gazetteer, tagger: PlaceTagger | None, local_names: LocalNames | None = None) -> None:
        self._gazetteer = gazetteer
        self._tagger = tagger
        self._local = local_names or LocalNames()

    def find(self, view: TextView) -> tuple[PlaceMention, ...]:
        """Every place said, in order, none overlapping."""
        admin = find_admin_places(view, self._gazetteer)
        tagged = self._tagger.spans(token_features(view, admin)) if self._tagger else []
        names = street_names(view.tokens)
        whole = [_whole(view, first, last, names) for first, last, _ in tagged]
        local = self._local.find(view)
        known = [(number_before(view.tokens, hit.first), hit.last) for hit in local]
        numbered = [(place.first, place.last) for place in numbered_places(view) if place.is_sure]
        spans = _merged(sorted({*whole, *streets(view.tokens, names), *known, *numbered}), admin)
        return tuple(self._mention(view, _with_local(span, local)) for span in spans)

    def _mention(self, view: TextView, span: _Span) -> PlaceMention:
        first, last = view.tokens[span.first], view.tokens[span.last - 1]
        start, end = view.original_span(first.start, last.end)
        units = _units(span)
        score = max(
            (place.score for place in span.admin if place.units), default=LOCAL_SCORE if units else STREET_SCORE
        )
        kind = _kind(view, span)
        return PlaceMention(view.original[start:end], start, end, units, score, kind)


def _with_local(span: _Span, local: Sequence[LocalHit]) -> _Span:
    inside = tuple(hit for hit in local if span.first <= hit.first and hit.last <= span.last)
    return replace(span, local=inside)


def _units(span: _Span) -> tuple[str, ...]:
    """The communes the administrative names allow, those first where the province's own names lie."""
    said = _common_units(span.admin)
    lies_in = {code for hit in span.local for code in hit.communes}
    if not said:
        return tuple(dict.fromkeys(code for hit in span.local for code in hit.communes))
    return tuple(sorted(said, key=lambda code: code not in lies_in))


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
    if span.local and not span.admin:
        return span.local[0].kind
    covered = sum(place.last - place.first for place in span.admin)
    return span.admin[0].kind if span.admin and covered * 2 > span.last - span.first else "landmark"
