"""Complaints and denunciations: other laws, other doors. The machine explains and does not take the substance."""

import re
from dataclasses import replace

from contact_center.bot import reading
from contact_center.bot.decisions import Decision, Facts, ForgetWords, HandOver, Line, OpenTicket, Turn
from contact_center.bot.state import Option, Report, State

SURE = 0.5
"""Above this a told matter counts as a denunciation; saying the word itself always does."""

FEWEST_WORDS = 5
"""A shorter message names no act of anybody: it is an answer to something."""

_SECRECY = re.compile(
    r"\b(lo (ten|danh tinh|ra|khong)|(giau|dau|che) ten|an danh|giu kin|bi mat|tra thu|bao ve|an toan khong|"
    r"ai (co )?biet|(co )?biet (toi|tui|em|con|minh|ai|la ai))\b"
)

DENUNCIATION, COMPLAINT = "CB-02", "CB-03"


def is_denunciation(turn: Turn) -> bool:
    heard = turn.heard
    if heard.intent != "bao_su_viec" or len(turn.text.split()) < FEWEST_WORDS:
        return False
    best = heard.categories[0].code if heard.categories else ""
    said = reading.folded(turn.text)
    if "bi to cao" in said or (best != DENUNCIATION and "to cao" not in said):
        return False
    return heard.category == DENUNCIATION or (heard.legal_track == "seal" and heard.case_types[0].probability >= SURE)


def is_complaint(turn: Turn) -> bool:
    """About a decision or an act of an authority; "khiếu nại tiền điện" is a bill, not a complaint in law."""
    return turn.heard.category == COMPLAINT or (
        turn.heard.legal_track == "redirect" and turn.heard.category in (None, COMPLAINT)
    )


def denounce(state: State, turn: Turn, facts: Facts) -> Decision:
    """Explain secrecy and the route, keep an empty stub, forget the words (Law on Denunciation 2018, art. 8)."""
    if state.flow == "denunciation":
        return Decision(state.understood(), say=(Line("denunciation.again"),), effect=ForgetWords())
    state = replace(state.idle(), suspended=None, report=Report(category=DENUNCIATION, case_type="to_cao"))
    return Decision(state.asking("denunciation", "").understood(), effect=ForgetWords())


def forgotten(state: State) -> Decision:
    """The words are gone; the stub says only that somebody was shown the way."""
    if has_denounced(state):
        return Decision(state)
    return Decision(
        state, effect=OpenTicket(replace(Report(), category=DENUNCIATION, case_type="to_cao", anonymous=True))
    )


def has_denounced(state: State) -> bool:
    """In this talk; what else they say in it is nobody's to read either."""
    return any(ticket.category == DENUNCIATION for ticket in state.tickets)


def denounced(state: State, code: str) -> Decision:
    state = state.idle().asking("denunciation", "")
    return Decision(state, say=(Line("denunciation.explain", {"code": f"#{code}"}),))


def complain(state: State, turn: Turn, facts: Facts) -> Decision:
    """Explain the right, and offer a ticket so that the reception office calls them."""
    report = Report(
        what=turn.text.strip(),
        category=COMPLAINT,
        case_type="khieu_nai",
        urgency="thuong",
        phone=facts.phone,
        messages=(turn.message,) if turn.message else (),
    )
    state = replace(state, report=report).asking("complaint", "file", _FILE).understood()
    return Decision(state, say=(Line("complaint.explain"),))


_FILE = (Option("@bot.option.file", "yes"), Option("@bot.option.no_need", "no"))


def answer(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.flow == "denunciation":
        return _still_denouncing(state, turn)
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else reading.yes_or_no(turn.text)
    if said is True:
        return Decision(state.understood(), effect=OpenTicket(state.report))
    if said is False:
        return Decision(state.idle().understood(), say=(Line("complaint.no_ticket"),))
    if is_complaint(turn):
        report = replace(state.report, what=f"{state.report.what}\n{turn.text.strip()}")
        return Decision(replace(state, report=report).understood(), say=(Line("complaint.ask_file"),))
    return None


def asks_way(turn: Turn) -> bool:
    """Where to go with it, and whether it stays secret."""
    asked = reading.is_follow_up(turn.text) or bool(_SECRECY.search(reading.folded(turn.text)))
    return asked and not turn.heard.places


def _still_denouncing(state: State, turn: Turn) -> Decision | None:
    """More of the same substance is not taken either."""
    if asks_way(turn) and turn.heard.intent != "bao_su_viec":
        return Decision(state.understood(), say=(Line("denunciation.where"),))
    if turn.heard.intent in {"bao_su_viec", "bo_sung"} and turn.heard.category in (None, "CB-01", DENUNCIATION):
        return Decision(state.understood(), say=(Line("denunciation.again"),), effect=ForgetWords())
    if reading.yes_or_no(turn.text) is True and reading.wants_person(turn.text):
        return Decision(state.idle(), effect=HandOver("denunciation"))
    return None
