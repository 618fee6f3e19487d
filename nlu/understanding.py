"""What a message means: the one type every engine returns.

Codes are those of the taxonomy (intents, case types, urgencies, categories), ASCII and stable.
Spans are offsets in code points into `Understanding.text`, exactly as it was received.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Channel = Literal["voice", "sms", "zalo", "web"]
CHANNELS: tuple[Channel, ...] = ("voice", "sms", "zalo", "web")

EntityKind = Literal["phone", "id_number", "plate", "ticket_code", "dossier_code"]

PlaceKind = Literal[
    "commune", "old_ward", "old_district", "old_town", "hamlet", "street", "address", "landmark", "route"
]

LegalTrack = Literal["ordinary", "redirect", "seal"]
"""How the law wants the matter treated: a complaint (khiếu nại) is redirected to who may decide it,
a denunciation (tố cáo) is sealed (Luật Tố cáo 2018: identity and content confidential)."""

TRACK_OF_CASE_TYPE: dict[str, LegalTrack] = {"khieu_nai": "redirect", "to_cao": "seal"}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A label with its calibrated probability, 0 to 1."""

    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A number a machine can act on. `value` is canonical: phones in E.164, codes without separators."""

    kind: EntityKind
    text: str
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place as the citizen said it, and every commune it can mean.

    `units` holds commune codes, most likely first; empty when only a street, hamlet or landmark is known.
    More than one code (a divided ward, a name shared by two communes) means: ask.
    """

    text: str
    start: int
    end: int
    units: tuple[str, ...]
    score: float
    kind: PlaceKind


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything an engine has to say about one message.

    `case_type` may differ from the first of `case_types`: the law's tracks and danger are taken at less than even odds.
    `category` is None when the model abstained (or when the intent names no matter to resolve);
    `categories` then still holds its best five for the agent. `emergency_ask` means: ask once
    whether it is happening now before redirecting. `degraded` marks an answer of a fallback engine.
    """

    text: str
    intent: str
    intents: tuple[Ranked, ...]
    case_type: str
    case_types: tuple[Ranked, ...]
    category: str | None
    categories: tuple[Ranked, ...]
    abstained: bool
    emergency: bool
    emergency_number: str | None
    emergency_ask: bool
    urgency: str
    legal_track: LegalTrack
    entities: tuple[Entity, ...] = ()
    places: tuple[PlaceMention, ...] = ()
    keywords: tuple[str, ...] = ()
    engine: str = "embedded"
    model: str = ""
    ms: float = 0.0
    degraded: bool = False
    confusable_question: str | None = field(default=None)
    """The taxonomy's question between the two best categories, when they are a known confusable pair and asking
    costs less than guessing."""

    def entity(self, kind: EntityKind) -> Entity | None:
        """The first entity of this kind, or None."""
        return next((entity for entity in self.entities if entity.kind == kind), None)

    def unit_candidates(self) -> tuple[str, ...]:
        """Commune codes all the places together allow, best first; empty when no place names a commune."""
        known = [mention for mention in self.places if mention.units]
        if not known:
            return ()
        common = [code for code in known[0].units if all(code in mention.units for mention in known[1:])]
        if common:
            return tuple(common)
        return max(known, key=lambda mention: mention.score).units

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a ledger or a wire."""
        return asdict(self)
