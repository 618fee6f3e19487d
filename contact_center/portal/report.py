"""The report form as data: what has been told, which page comes next, what is still wrong. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from channels.phones import as_e164
from nlu.understanding import Understanding

LONGEST_TEXT = 4000
LONGEST_PLACE = 300
LONGEST_NAME = 80
MOST_PHOTOS = 5
SHOWN_GUESSES = 3
# A guess below this is not worth a line on the page.
PLAUSIBLE = 0.08
# More communes than this are chosen from the whole list.
MOST_CANDIDATES = 6


class Step(StrEnum):
    """The pages in their order; the value is the last part of the address."""

    WHAT = "noi-dung"
    EMERGENCY = "khan-cap"
    KIND = "linh-vuc"
    WHERE = "dia-diem"
    CONTACT = "lien-he"
    REVIEW = "xem-lai"


@dataclass(frozen=True, slots=True)
class Told:
    """Everything told so far. ``done`` names the pages already answered; codes are the taxonomy's and the communes'."""

    text: str = ""
    photos: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    question: str = ""
    category: str = ""
    case_type: str = "phan_anh"
    urgency: str = ""
    emergency_number: str = ""
    heard_place: str = ""
    place_text: str = ""
    commune: str = ""
    candidates: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    publish: bool = False
    done: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def finished(self, step: Step) -> "Told":
        return self if step in self.done else replace(self, done=(*self.done, step.value))

    def unfinished(self, *steps: Step) -> "Told":
        return replace(self, done=tuple(step for step in self.done if step not in steps))


def told_from(stored: Mapping[str, Any]) -> Told:
    """What a draft holds; keys of an earlier version of the form are left aside."""
    known = {field.name for field in fields(Told)}
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in stored.items() if key in known
    }
    return Told(**plain)


# --- the way through the pages ------------------------------------------------------------------------------------


def next_step(told: Told) -> Step:
    """The first page that still has to be answered."""
    return next((step for step in Step if is_needed(step, told) and step not in told.done), Step.REVIEW)


def is_needed(step: Step, told: Told) -> bool:
    """Nobody is asked about danger where there is none, nor to choose a kind when nothing could be guessed."""
    if step is Step.EMERGENCY:
        return bool(told.emergency_number)
    if step is Step.KIND:
        return bool(told.guesses)
    return True


def step_before(step: Step, told: Told) -> Step | None:
    earlier = [other for other in list(Step)[: list(Step).index(step)] if is_needed(other, told)]
    return earlier[-1] if earlier else None


def may_open(step: Step, told: Told) -> bool:
    """A page may be opened once everything before it is answered, and again at any time after."""
    before = list(Step)[: list(Step).index(step)]
    return is_needed(step, told) and all(other in told.done for other in before if is_needed(other, told))


def progress(step: Step, told: Told) -> tuple[int, int]:
    """(2, 4): the page's place among those everybody sees."""
    counted = [Step.WHAT, Step.WHERE, Step.CONTACT, Step.REVIEW]
    place = {Step.EMERGENCY: Step.WHAT, Step.KIND: Step.WHAT}.get(step, step)
    return counted.index(place) + 1, len(counted)


# --- what ---------------------------------------------------------------------------------------------------------


def with_text(told: Told, text: str, heard: Understanding, known: Sequence[str]) -> Told:
    """The matter in the citizen's words and what the machine makes of it. New words are understood anew."""
    if text == told.text and Step.WHAT in told.done:
        return told
    guesses = [ranked.code for ranked in heard.categories if ranked.probability >= PLAUSIBLE and ranked.code in known]
    places = ", ".join(dict.fromkeys(mention.text.strip(" ,.") for mention in heard.places))
    return replace(
        told.unfinished(Step.EMERGENCY, Step.KIND),
        text=text,
        guesses=tuple(guesses[:SHOWN_GUESSES]),
        question=heard.confusable_question or "",
        category=heard.category if heard.category and heard.category in known and not heard.abstained else "",
        case_type=heard.case_type if heard.case_type != "khac" else "phan_anh",
        urgency=heard.urgency,
        emergency_number=(heard.emergency_number or "") if heard.emergency else "",
        heard_place=places[:LONGEST_PLACE],
    )


def problems_of_what(text: str) -> dict[str, str]:
    if not text.strip():
        return {"text": "required"}
    return {"text": "too_long"} if len(text) > LONGEST_TEXT else {}


# --- where --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pin:
    latitude: float
    longitude: float


def pin_of(latitude: str, longitude: str) -> Pin | None:
    """The point sent with the form; None when there is none or it is not on Earth."""
    try:
        pin = Pin(float(latitude), float(longitude))
    except ValueError:
        return None
    return pin if -90 <= pin.latitude <= 90 and -180 <= pin.longitude <= 180 else None


def with_place(
    told: Told, *, text: str, pin: Pin | None, chosen: str, named: Sequence[str], nearest: str, known: Sequence[str]
) -> Told:
    """The place as told. ``chosen`` is what the citizen picked, ``named`` the communes the words allow, ``nearest``
    the one nearest to the pin. Words and pin that disagree are asked about, not decided."""
    if chosen not in known:
        chosen = ""
    candidates = list(dict.fromkeys([*named, *([nearest] if nearest else [])]))
    if nearest and nearest in named:
        candidates = [nearest]
    commune = chosen or (candidates[0] if len(candidates) == 1 else "")
    return replace(
        told,
        place_text=text,
        latitude=pin.latitude if pin else None,
        longitude=pin.longitude if pin else None,
        commune=commune,
        candidates=() if commune else tuple(candidates[:MOST_CANDIDATES]),
    )


def problems_of_place(told: Told, *, needed: bool, unsure: bool) -> dict[str, str]:
    """Once asked which commune it is, "I do not know" is an answer too."""
    if len(told.place_text) > LONGEST_PLACE:
        return {"place": "too_long"}
    nothing = not told.place_text and told.latitude is None and not told.commune
    if nothing and needed:
        return {"place": "required"}
    if nothing or told.commune or unsure:
        return {}
    return {"commune": "which" if told.candidates else "unknown"}


# --- contact ------------------------------------------------------------------------------------------------------


def with_contact(told: Told, *, name: str, phone: str, anonymous: bool, publish: bool) -> Told:
    """Somebody who wants to stay unnamed is not asked for a name; the number is still only the hotline's to see."""
    return replace(
        told,
        name="" if anonymous else " ".join(name.split())[:LONGEST_NAME],
        phone=(as_e164(phone) or phone.strip()) if phone.strip() else "",
        anonymous=anonymous,
        publish=publish,
    )


def problems_of_contact(told: Told) -> dict[str, str]:
    return {"phone": "not_a_phone"} if told.phone and as_e164(told.phone) is None else {}
