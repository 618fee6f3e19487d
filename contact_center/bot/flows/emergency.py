"""Somebody may be in danger: the number first, then the record. Never a questionnaire (taxonomy, emergency_policy)."""

from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import (
    AddInformation,
    Decision,
    Facts,
    HandOver,
    Line,
    Opened,
    OpenTicket,
    Outcome,
    Turn,
)
from contact_center.bot.flows import afterwards
from contact_center.bot.flows import report as reports
from contact_center.bot.state import Option, Report, State

CATEGORY_OF_NUMBER = {"114": "AN-02", "113": "AN-01", "115": "YT-01", "112": "NN-01", "111": "AS-05"}
"""The category an emergency is kept under when the engine is sure of the danger but not of the matter."""

CASE_TYPE = "khan_cap"
NO_DANGER_CASE = "phan_anh"
MOST_ASKED = 2
NOT_MEANT = 0.7
"""A thank-you or a never-mind this sure answers that nobody is in danger."""


def begin(state: State, turn: Turn, facts: Facts) -> Decision:
    """Danger was heard. Everything told so far goes with it."""
    number = turn.heard.emergency_number or "113"
    if state.emergency_ticket:
        return _once_more(state, turn, number)
    before = state.report if state.flow == "report" else Report()
    report = _as_emergency(reports.take_in(before, turn, facts), number, facts)
    state = replace(state, report=report, subject=number).understood()
    if turn.heard.emergency_ask and state.ask != "ongoing" and not reading.is_happening(turn.text):
        options = (Option("@bot.option.ongoing", "yes"), Option("@bot.option.over", "no"))
        return Decision(state.asking("emergency", "ongoing", options), say=(_line("ask_ongoing", number),))
    return _redirect(state, number)


def despair(state: State) -> Decision:
    """Somebody does not want to live: the number, a human voice, and no question."""
    return Decision(state.understood(), say=(Line("emergency.despair"),), effect=HandOver("despair"))


def _as_emergency(report: Report, number: str, facts: Facts) -> Report:
    category = report.category or CATEGORY_OF_NUMBER.get(number, "")
    matter = facts.matters.get(category)
    if matter is not None and CASE_TYPE not in matter.case_types and number in CATEGORY_OF_NUMBER:
        category = CATEGORY_OF_NUMBER[number]
    return replace(
        report,
        category=category,
        likely=report.category or report.likely,  # what it is if nobody is in danger after all
        case_type=CASE_TYPE,
        urgency="khan",
        phone=report.phone or facts.phone,
    )


def _line(key: str, number: str) -> Line:
    return Line(f"emergency.{key}", {"number": number, "service": f"@bot.service.{number}"})


def _redirect(state: State, number: str) -> Decision:
    return Decision(
        state.asking("emergency", ""),
        say=(_line("call_now", number),),
        effect=OpenTicket(reports.finished(state.report)),
    )


def _once_more(state: State, turn: Turn, number: str) -> Decision:
    state = state.understood()
    return Decision(
        state, say=(_line("call_now", number),), effect=AddInformation(state.emergency_ticket, turn.text, turn.photo)
    )


def answer(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """The one yes-no question, or the place told afterwards."""
    if state.ask == "ongoing":
        return _ongoing(state, turn, facts)
    if state.ask == "where":
        return _where(state, turn)
    return None


def _ongoing(state: State, turn: Turn, facts: Facts) -> Decision:
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else reading.yes_or_no(turn.text)
    if said is False or (said is None and (remarks.is_harmless(turn.text) or remarks.is_helped(turn.text))):
        return _over(state, turn, facts)
    if turn.heard.intent in {"cam_on", "huy"} and turn.heard.intents[0].probability > NOT_MEANT:
        return Decision(state.idle().understood(), say=(Line("thanks"),))
    told = replace(state, report=_told_more(state.report, turn))
    if said is None and reports.says_only_where(turn) and state.times_asked("ongoing") < MOST_ASKED:
        return _ask_once_more(told)  # where, but not whether
    # Yes, or anything else: with danger in doubt the number is given.
    return _redirect(told, state.subject)


def _ask_once_more(state: State) -> Decision:
    options = state.thread.options
    return Decision(
        state.asking("emergency", "ongoing", options).understood(), say=(_line("ask_ongoing_again", state.subject),)
    )


def _told_more(report: Report, turn: Turn) -> Report:
    words = reading.after_answer(turn.text)
    told = reports.with_place(report, turn.heard)
    return replace(told, what=f"{told.what}\n{words}") if len(words.split()) > 1 else told


def _over(state: State, turn: Turn, facts: Facts) -> Decision:
    """Not dangerous now: an ordinary report, kept urgent."""
    category = state.report.likely or state.report.category
    report = replace(state.report, category=category, case_type=NO_DANGER_CASE)
    report = _told_more(report, turn).settle("kind").settle("danger")
    return reports.proceed(replace(state, report=report, subject=""), facts)


def _where(state: State, turn: Turn) -> Decision | None:
    if not (turn.text.strip() or turn.spot or turn.photo):
        return None
    if turn.heard.intents[0].probability > 0.8 and turn.heard.intent in {"cam_on", "huy"}:
        return None
    if not turn.photo and (turn.heard.places or turn.spot or reading.looks_like_place(turn.text)):
        return afterwards.tell_place(state, turn, state.emergency_ticket)
    return Decision(state.understood(), effect=AddInformation(state.emergency_ticket, turn.text, turn.photo))


def after(state: State, outcome: Outcome, facts: Facts) -> Decision:
    """The record is kept: say so in one breath, and only ask where if nobody knows."""
    if not isinstance(outcome, Opened):
        return Decision(state.idle())
    report = state.report
    state = replace(state.idle(), emergency_ticket=outcome.ticket.id)
    if report.place or report.commune:
        return Decision(state, say=(Line("emergency.recorded", {"code": f"#{outcome.ticket.code}"}),))
    state = state.asking("emergency", "where")
    return Decision(state, say=(Line("emergency.recorded_where", {"code": f"#{outcome.ticket.code}"}),))
