"""Telling of a matter: what, which kind, where, when it matters how to reach them; read back; a ticket.

One question at a time, nothing asked that is known, and no slot asked more than twice: what is still missing then is
the dispatcher's to find out.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import Decision, Facts, Line, OpenTicket, Spot, Turn
from contact_center.bot.state import Nearby, Option, Report, State
from nlu.understanding import PlaceMention, Understanding

UNKNOWN = "KH-00"
"""The taxonomy's category for what the machine could not tell: a person sorts it."""

PRAISE = "khen_ngoi"

PLAUSIBLE = 0.12
"""A guess below this probability is not worth offering as a choice."""

LIKELY = 0.25
"""From here on the best guess is read back to a citizen who did not choose: they have the last word on it."""

WHEN_MATTERS = frozenset({"GT-05", "CB-01", "HC-04"})
"""A bus that passed, an officer who was absent: without the hour nobody can look into it."""

MOST_COMMUNES_NAMED = 4
LONGEST_PLACE_ANSWER = 30  # words; a longer answer is a story, not an address
LONGEST_DESCRIPTION = 4000

_LEADING = re.compile(
    r"^(?:(?:dạ|da|ờ|ừ|à|ở|o|tại|tai|thì|là|la|nó|em|con|tui|tôi|thưa|chỗ là|cái chỗ|cái|nhà)\s+(?=\S))+", re.IGNORECASE
)
_TRAILING = re.compile(r"(?:\s+(?:ạ|nha|nhé|nghen|nè|đó|á|luôn|em|anh|chị|ơi|a|nhe))+[.!]*$", re.IGNORECASE)


# --- beginning ----------------------------------------------------------------------------------------------------


def begin(state: State, turn: Turn, facts: Facts) -> Decision:
    """A matter is told for the first time."""
    report = take_in(Report(), turn, facts)
    if reading.is_bare_wish(turn.text) or says_only_where(turn) or (not turn.text.strip() and not turn.photo):
        report = replace(report, what="", category="", guesses=(), likely="", question="")
    state = replace(state, report=report, waiting=turn.rest or state.waiting)
    if not turn.taken_up:
        state = replace(state, nearby=Nearby())
    return proceed(state.understood(), facts)


def says_only_where(turn: Turn) -> bool:
    """A place without a matter."""
    return reading.is_only_place(turn.text, [mention.text for mention in turn.heard.places])


def praise(state: State, turn: Turn, facts: Facts) -> Decision:
    """Thanks for somebody's work reach them too: nothing is asked but whether it was heard right."""
    report = replace(take_in(Report(), turn, facts), category=UNKNOWN, case_type=PRAISE, question="")
    report = report.settle("kind").settle("place").settle("phone")
    return proceed(replace(state, report=report).understood(), facts)


def take_in(report: Report, turn: Turn, facts: Facts) -> Report:
    """The report with everything this turn says about it."""
    heard = turn.together or turn.heard
    report = replace(
        report,
        what=_joined(report.what, turn.text),
        photos=(*report.photos, turn.photo) if turn.photo else report.photos,
        messages=(*report.messages, turn.message) if turn.message else report.messages,
        when=report.when or reading.when_of(turn.text),
        anonymous=report.anonymous or reading.wants_anonymity(turn.text),
    )
    report = with_kind(report, heard, facts)
    report = with_place(report, turn.heard)
    report = with_spot(report, turn.spot)
    phone = turn.heard.entity("phone")
    return replace(report, phone=phone.value) if phone and not facts.own_number else report


def _joined(before: str, text: str) -> str:
    return "\n".join(part for part in (before, text.strip()) if part)[:LONGEST_DESCRIPTION]


def with_kind(report: Report, heard: Understanding, facts: Facts) -> Report:
    """What kind of matter it is, as far as the engine is sure of it."""
    category = heard.category if heard.category in facts.matters else ""
    guesses = tuple(r.code for r in heard.categories[:3] if r.probability >= PLAUSIBLE and r.code in facts.matters)
    return replace(
        report,
        category=category or "",
        guesses=guesses,
        likely=guesses[0] if guesses and heard.categories[0].probability >= LIKELY else "",
        question=heard.confusable_question or "",
        case_type=heard.case_type if heard.case_type != "khac" else "phan_anh",
        urgency=heard.urgency,
    )


def with_place(report: Report, heard: Understanding) -> Report:
    """The places named now; a commune already certain stays unless another is named."""
    if not heard.places:
        return report
    heard = replace(heard, places=_meant(heard))
    words = ", ".join(dict.fromkeys(mention.text.strip(" ,.") for mention in heard.places))
    units = heard.unit_candidates()
    place = words if not report.place or units else f"{report.place}, {words}"
    if report.place and units and not _is_mostly(report.place, place):
        place = f"{report.place}, {words}"
    if not units:
        return replace(report, place=place)
    return replace(
        report, place=place, commune=units[0] if len(units) == 1 else "", candidates=units if len(units) > 1 else ()
    )


def _meant(heard: Understanding) -> tuple[PlaceMention, ...]:
    """Without the place taken back in the same breath: 'à không phải A mà là B'."""
    meant = reading.after_instead(heard.text)
    kept = tuple(mention for mention in heard.places if mention.text in meant)
    return kept or heard.places


def _is_mostly(old: str, new: str) -> bool:
    return reading.folded(old) in reading.folded(new)


def with_spot(report: Report, spot: Spot | None) -> Report:
    if spot is None:
        return report
    return replace(
        report,
        latitude=spot.latitude,
        longitude=spot.longitude,
        place=report.place or spot.label,
        commune=spot.commune or report.commune,
        candidates=() if spot.commune else report.candidates,
    ).settle("place")


def is_being_told(state: State) -> bool:
    """Something was told that is not sent yet, now or put aside: kept until it is a ticket or somebody took over."""
    return "report" in {state.flow, state.suspended.flow if state.suspended else ""} and bool(
        state.report.what or state.report.photos
    )


# --- what is still missing ----------------------------------------------------------------------------------------


def proceed(state: State, facts: Facts) -> Decision:
    """Ask for the one thing still missing, or read back what was told."""
    state = _with_known_phone(state, facts)
    slot = next_slot(state, facts)
    if slot:
        return ask(state, slot, facts)
    if _goes_straight(state, facts):
        return Decision(state, effect=OpenTicket(finished(state.report)))
    return ask(replace(state, report=_presumed(state.report)), "confirm", facts)


def _presumed(report: Report) -> Report:
    """With the best guess as its kind, to be read back, where the citizen told no better."""
    return report if report.category or not report.likely else replace(report, category=report.likely)


def _with_known_phone(state: State, facts: Facts) -> State:
    if facts.phone and not state.report.phone:
        return replace(state, report=replace(state.report, phone=facts.phone))
    return state


def next_slot(state: State, facts: Facts) -> str:
    """The slot to ask for now; empty when everything that can be had is there."""
    report = state.report
    if not report.what:
        # A photo may speak for itself after one question.
        return "what" if not report.photos or state.times_asked("what") < 1 else ""
    return _kind_question(report) or _place_question(state, facts) or _when_question(report) or _phone_question(report)


def _when_question(report: Report) -> str:
    return "when" if report.category in WHEN_MATTERS and not report.when and "when" not in report.settled else ""


def _phone_question(report: Report) -> str:
    return "" if report.phone or report.anonymous or "phone" in report.settled else "phone"


def _kind_question(report: Report) -> str:
    if "kind" in report.settled:
        return ""
    if report.question:
        return "kind"
    if not report.category and len(report.guesses) > 1:
        return "choose"
    return ""


def _place_question(state: State, facts: Facts) -> str:
    report = state.report
    matter = facts.matters.get(report.category)
    needed = matter.needs_place if matter else report.case_type == "phan_anh"
    if report.commune or "place" in report.settled:
        return ""
    if not needed and not remarks.names_a_commune(report.place):
        return ""
    if report.candidates:
        return "which"  # a divided commune that was named has several units, whether the place is needed or not
    if not needed:
        return ""
    nearby = state.nearby.commune or (state.nearby.place and not report.place)
    if nearby and "same" not in report.settled:
        return "same"
    return "commune" if report.place else "place"


def _goes_straight(state: State, facts: Facts) -> bool:
    """One SMS with everything in it is a report: asking an old phone for a second one would lose some of them."""
    return facts.channel == "sms" and not state.thread.asked and bool(state.report.category)


def finished(report: Report) -> Report:
    return replace(report, category=report.category or UNKNOWN, what=report.what[:LONGEST_DESCRIPTION])


# --- asking -------------------------------------------------------------------------------------------------------


def ask(state: State, slot: str, facts: Facts, *, again: bool = False) -> Decision:
    """The sentence and choices for a slot. ``again`` repeats a question without counting it as a new one."""
    options = _options(state, slot, facts)
    retry = state.times_asked(slot) > 0 and not again
    if not again:
        state = state.asking("report", slot, options)
    return Decision(state, say=(_line(state, slot, facts, options, retry=retry),))


CHOICES: Mapping[str, tuple[Option, ...]] = {
    "same": (Option("@bot.option.same", "yes"), Option("@bot.option.elsewhere", "no")),
    "confirm": (Option("@bot.option.right", "yes"), Option("@bot.option.change", "no")),
    "change": tuple(Option(f"@bot.option.{part}", part) for part in ("what", "place", "phone")),
    "phone": (Option("@bot.option.skip", "skip"),),
}


def _options(state: State, slot: str, facts: Facts) -> tuple[Option, ...]:
    report = state.report
    if slot == "choose":
        codes = [Option(f"@bot.matter.{code}", code) for code in report.guesses]
        return (*codes, Option("@bot.option.other", ""))
    if slot == "which" and len(report.candidates) <= MOST_COMMUNES_NAMED:
        return tuple(Option(facts.communes[code], code) for code in report.candidates if code in facts.communes)
    return CHOICES.get(slot, ())


def _line(state: State, slot: str, facts: Facts, options: tuple[Option, ...], *, retry: bool) -> Line:
    report = state.report
    if slot == "confirm":
        return Line(f"report.{confirm_key(report)}", read_back(report, facts))
    blanks = {"place": report.place, "question": report.question}
    if slot == "same":
        there = replace(Report(), place=state.nearby.place, commune=state.nearby.commune)
        blanks["place"] = facts.communes.get(there.commune, "") if report.place else full_place(there, facts)
    if slot == "which" and not options:
        slot = "town" if remarks.names_commune_without_town(report.place) else "commune"
    if slot == "what" and report.place:
        return Line("report.ask_what_there", {"place": full_place(report, facts)})
    again = "_again" if retry and slot in {"what", "place", "commune"} else ""
    return Line(f"report.ask_{slot}{again}", blanks)


def confirm_key(report: Report) -> str:
    return "confirm" if report.place or report.commune else "confirm_no_place"


def read_back(report: Report, facts: Facts) -> dict[str, str]:
    """The blanks of the read-back: the matter in everyday words, and the place once."""
    where = f", {full_place(report, facts)}" if report.place or report.commune else ""
    when = f", {report.when}" if report.when and report.category in WHEN_MATTERS else ""
    praised = report.case_type == PRAISE and report.category in {"", UNKNOWN}
    return {
        "matter": "@bot.matter.praise" if praised else f"@bot.matter.{report.category or UNKNOWN}",
        "place": full_place(report, facts),
        "when": when,
        "where": where,
    }


def full_place(report: Report, facts: Facts) -> str:
    """'hẻm 12 Lý Thường Kiệt, Phường Mỹ Tho', without naming the commune twice."""
    commune = facts.communes.get(report.commune, "")
    if not commune or reading.folded(commune) in reading.folded(report.place):
        return report.place or commune
    return f"{report.place}, {commune}" if report.place else commune


def place_answer(text: str) -> str:
    """The place out of an answer: 'dạ ở trước chợ Mỹ Tho nha em' -> 'trước chợ Mỹ Tho'."""
    return _TRAILING.sub("", _LEADING.sub("", text.strip())).strip(" ,.")
