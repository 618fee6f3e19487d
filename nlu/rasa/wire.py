"""An `Understanding` as JSON between a Rasa server and the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from nlu.labels import load_labels
from nlu.understanding import Entity, PlaceMention, Ranked, Understanding

KEY = "understanding"
"""Where it stands in the answer of `POST /model/parse`."""


class NotAnUnderstanding(Exception):
    """The other side sent something this code does not take for an understanding; the message says what."""

    code = "not_an_understanding"


def as_wire(understood: Understanding) -> dict[str, Any]:
    """Plain data without the text, which whoever asked has already."""
    plain = understood.as_dict()
    del plain["text"]
    return plain


def from_wire(raw: object, text: str) -> Understanding:
    """Read what `as_wire` wrote about `text`. Raises `NotAnUnderstanding`, also for codes the taxonomy lacks."""
    if not isinstance(raw, Mapping):
        raise NotAnUnderstanding("no understanding in the answer")
    try:
        understood = _read(raw, text)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnUnderstanding(f"{type(error).__name__}: {error}") from error
    _check_codes(understood)
    _check_spans(understood)
    return understood


def _read(raw: Mapping[str, Any], text: str) -> Understanding:
    plain = {field.name: raw[field.name] for field in fields(Understanding) if field.name in raw}
    plain |= {
        "text": text,
        "intents": _ranking(raw["intents"]),
        "case_types": _ranking(raw["case_types"]),
        "categories": _ranking(raw["categories"]),
        "entities": tuple(_entity(entity, text) for entity in raw["entities"]),
        "places": tuple(_place(place, text) for place in raw["places"]),
        "keywords": tuple(str(word) for word in raw["keywords"]),
    }
    return Understanding(**plain)


def _ranking(raw: Sequence[Mapping[str, Any]]) -> tuple[Ranked, ...]:
    return tuple(Ranked(str(entry["code"]), float(entry["probability"])) for entry in raw)


def _entity(raw: Mapping[str, Any], text: str) -> Entity:
    return Entity(**{**raw, "text": text[raw["start"] : raw["end"]]})


def _place(raw: Mapping[str, Any], text: str) -> PlaceMention:
    return PlaceMention(**{**raw, "text": text[raw["start"] : raw["end"]], "units": tuple(raw["units"])})


def _check_codes(understood: Understanding) -> None:
    """A server with another taxonomy's model must not send anybody's report anywhere."""
    labels = load_labels()
    known = (
        understood.intent in labels.intents
        and understood.case_type in labels.case_types
        and understood.urgency in labels.urgencies
        and {ranked.code for ranked in understood.categories} <= labels.categories.keys()
        and (understood.category is None or understood.category in labels.categories)
        and (understood.emergency_number is None or understood.emergency_number in labels.emergency_numbers)
    )
    if not known:
        raise NotAnUnderstanding("codes of another taxonomy")


def _check_spans(understood: Understanding) -> None:
    spans = [(entity.start, entity.end) for entity in understood.entities]
    spans += [(place.start, place.end) for place in understood.places]
    if not all(0 <= start < end <= len(understood.text) for start, end in spans):
        raise NotAnUnderstanding("a span outside the message")
