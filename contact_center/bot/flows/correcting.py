"""Putting right what was heard wrong: a house number, a street, a ward, a phone, the matter itself."""

import re
from dataclasses import replace

from contact_center.bot import reading
from contact_center.bot.decisions import Facts, Turn
from contact_center.bot.flows import report as reports
from contact_center.bot.state import Report, State

_OLD_NUMBER = re.compile(r"^(?:số nhà |nhà số |số |so nha |so )?\d+\S*\s+", re.IGNORECASE)

_SMALL_PART = re.compile(
    r"\b(ap|khom|khu pho|kp|to|hem|ngo|thon)\s+(?:\d+[a-z]?(?:/\d+[a-z]?)*|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)\b"
)
"""A hamlet, quarter or alley known by its number."""


def corrected(state: State, turn: Turn, facts: Facts) -> Report | None:
    """The report put right by 'không phải, đường Lê Lợi'; None when nothing in it says what would be right."""
    report, phone = state.report, turn.heard.entity("phone")
    if turn.spot is not None:
        return reports.with_spot(report, turn.spot)
    if phone is not None:
        return replace(report, phone=phone.value)
    rest = reading.after_answer(turn.text)
    placed = place_put_right(report, turn, rest, facts)
    if placed is not None:
        return placed
    if turn.photo:
        return replace(report, photos=(*report.photos, turn.photo))
    return _retold(report, turn) if len(rest.split()) >= 2 and reading.is_wrong(turn.text) else None


def place_put_right(report: Report, turn: Turn, rest: str, facts: Facts) -> Report | None:
    """Another house, another street, another commune; None when no place was named."""
    if reading.is_house_number(rest) and report.place:
        return replace(report, place=f"{rest} {_OLD_NUMBER.sub('', report.place)}")
    if part := _same_part(report.place, rest):
        return replace(report, place=part)
    if turn.heard.places:
        return _corrected_place(report, turn, rest, facts)
    words = len(rest.split())
    if 2 <= words <= reports.LONGEST_PLACE_ANSWER and reading.looks_like_place(rest):
        return replace(report, place=reports.place_answer(rest))
    return None


def _same_part(place: str, rest: str) -> str:
    """'ấp 5 xã Mỹ Hiệp' put right by 'ấp 4' -> 'ấp 4 xã Mỹ Hiệp': only what was named anew changes."""
    words = reports.place_answer(rest)
    named = _SMALL_PART.fullmatch(reading.folded_keeping_length(words))
    folded = reading.folded_keeping_length(place)
    if named is None or len(folded) != len(place):
        return ""
    for old in _SMALL_PART.finditer(folded):
        if old.group(1) == named.group(1):
            return f"{place[: old.start()]}{words}{place[old.end() :]}"
    return ""


def _retold(report: Report, turn: Turn) -> Report:
    what = f"{report.what}\n{turn.text.strip()}"
    return replace(report, what=what, category=turn.heard.category or report.category)


def _corrected_place(report: Report, turn: Turn, rest: str, facts: Facts) -> Report:
    """A street alone keeps the commune that was certain; a commune named now replaces it."""
    words = reports.place_answer(rest) or ", ".join(mention.text for mention in turn.heard.places)
    meant = tuple(mention for mention in turn.heard.places if mention.text in rest) or turn.heard.places
    units = replace(turn.heard, places=meant).unit_candidates()
    if not units:
        return replace(report, place=words)
    only = units[0] if len(units) == 1 else ""
    streets = any(not mention.units for mention in meant)
    place = words if streets or len(words.split()) > 6 else _with_other_commune(report, words, facts)
    return replace(report, place=place, commune=only, candidates=() if only else units)


def _with_other_commune(report: Report, words: str, facts: Facts) -> str:
    """'à phường Sơn Qui': the street told before stays, the commune named with it goes."""
    street = report.place.split(",")[0]
    old = reading.folded(facts.communes.get(report.commune, ""))
    at = reading.folded_keeping_length(street).find(old) if old else -1
    street = (street if at < 0 else street[:at]).strip(" ,")
    return words if not street or reading.folded(street) in reading.folded(words) else f"{street}, {words}"
