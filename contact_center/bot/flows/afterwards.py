"""What comes after a ticket: more to add, taking it back, rating the result, opening it again."""

import re
from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import (
    AddInformation,
    Decision,
    Done,
    Effect,
    Facts,
    HandOver,
    Line,
    Locate,
    LookUp,
    NotDone,
    Outcome,
    Rate,
    Reopen,
    Turn,
    Withdraw,
)
from contact_center.bot.flows import correcting, lookup
from contact_center.bot.flows.report import LONGEST_PLACE_ANSWER, full_place, place_answer, with_place, with_spot
from contact_center.bot.state import Nearby, Option, Report, State

SATISFIED, ACCEPTED, UNSATISFIED = "satisfied", "accepted", "unsatisfied"
RATINGS = (
    Option("@bot.option.satisfied", SATISFIED),
    Option("@bot.option.accepted", ACCEPTED),
    Option("@bot.option.unsatisfied", UNSATISFIED),
)
_REOPEN = (Option("@bot.option.reopen", "yes"), Option("@bot.option.no_need", "no"))
_WITHDRAW = (Option("@bot.option.withdraw", "yes"), Option("@bot.option.keep", "no"))

_BUTTON = re.compile(rf"rate:([0-9a-f-]{{36}}):({SATISFIED}|{ACCEPTED}|{UNSATISFIED})")

_UNHAPPY = (
    "chua xong", "chua lam", "chua sua", "chua ai", "con y nguyen", "y nguyen", "khong hai long", "chua hai long",
    "mo lai", "xao", "con nguyen", "lam cho co", "dau co lam", "co lam gi", "chua het", "te qua", "that vong",
    "lam lay le", "chua duoc", "van con", "van chua", "lam au", "qua loa", "khong ai", "bat man",
)  # fmt: skip
_ACCEPTING = ("chap nhan", "tam duoc", "tam on", "cung duoc", "binh thuong", "tam tam")
_HAPPY = ("hai long", "tot", "xong roi", "sua roi", "lam roi", "rat nhanh", "nhanh", "cam on", "tuyet", "ok", "on roi")


# --- rating -------------------------------------------------------------------------------------------------------


def rating_of(turn: Turn) -> str:
    """The rating in the words, in the order that keeps 'không hài lòng' from counting as 'hài lòng'."""
    said = reading.folded(turn.text)
    option = reading.chosen(turn.text, turn.digits, RATINGS)
    if option is not None:
        return option.value
    for words, rating in ((_UNHAPPY, UNSATISFIED), (_ACCEPTING, ACCEPTED), (_HAPPY, SATISFIED)):
        if any(f" {word} " in f" {said} " for word in words):
            return rating
    return ""


def pressed(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A button under the news that a ticket is resolved, whatever was being asked since."""
    match = _BUTTON.fullmatch(turn.text.strip())
    if match is None:
        return None
    ticket_id, rating = match.groups()
    state = replace(state.idle(), suspended=None, subject=ticket_id)
    return Decision(state.asking("rating", "").understood(), effect=Rate(ticket_id, rating))


def rate(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A resolved ticket waits for their word, and this is it; None when it is not."""
    ticket = facts.awaiting
    if ticket is None:
        return None
    rating = rating_of(turn)
    if not rating:
        return None
    state = replace(state, subject=ticket.id, pending_text=turn.text.strip())
    return Decision(state.asking("rating", "").understood(), effect=Rate(ticket.id, rating, turn.text.strip()))


def answer_rating(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.ask == "rating":
        return rate(state, turn, facts)
    if state.ask != "reopen":
        return None
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else reading.yes_or_no(turn.text)
    if said is False:
        return Decision(state.idle().understood(), say=(Line("rating.not_reopened"),))
    more = "" if option else reading.after_answer(turn.text)
    if said is None and not more:
        return None
    text = "\n".join(part for part in (state.pending_text, more) if part)
    return Decision(state.understood(), effect=Reopen(state.subject, text))


def rated(state: State, effect: Rate, outcome: Outcome) -> Decision:
    if isinstance(outcome, NotDone):
        return Decision(state.idle(), say=(Line("rating.too_late"),))
    if effect.rating != UNSATISFIED:
        return Decision(state.idle(), say=(Line("rating.thanks"),))
    return Decision(state.asking("rating", "reopen", _REOPEN), say=(Line("rating.offer_reopen"),))


def reopened(state: State, outcome: Outcome) -> Decision:
    if not isinstance(outcome, Done):
        return Decision(state.idle(), say=(Line("rating.cannot_reopen"),), effect=HandOver("reopen_refused"))
    return Decision(state.idle(), say=(Line("rating.reopened", {"code": f"#{outcome.ticket.code}"}),))


# --- more to add --------------------------------------------------------------------------------------------------


def add(state: State, turn: Turn, facts: Facts) -> Decision:
    """'à quên, nhà số 15': to the ticket of this talk, else to their newest open one, else they tell us which."""
    code = lookup.code_of(turn)
    state = state.understood()
    if code:
        state = replace(state, pending_text=turn.text.strip()).asking("lookup", "")
        return Decision(state, effect=LookUp(code))
    ticket_id = state.last_ticket.id if state.last_ticket else (facts.latest.id if facts.latest else "")
    if ticket_id:
        return Decision(state, effect=AddInformation(ticket_id, turn.text.strip(), turn.photo))
    state = replace(state, pending_text=turn.text.strip())
    return Decision(state.asking("lookup", "code"), say=(Line("add.which"),))


def added(state: State, outcome: Outcome) -> Decision:
    if isinstance(outcome, Done):
        line = Line("add.done", {"code": f"#{outcome.ticket.code}"})
        keep = state.flow == "emergency"
        return Decision(state if keep and state.ask == "" else state.idle(), say=(line,))
    return Decision(state.idle(), say=(Line("add.not_possible"),), effect=HandOver("addition_refused"))


def relocate(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Sai rồi, ấp 4' once the ticket is open: its place is put right, the rest of the place stays."""
    ticket = state.last_ticket
    if ticket is None or remarks.is_afterthought(turn.text) or not reading.is_wrong(turn.text):
        return None
    before = Report(place=state.nearby.place, commune=state.nearby.commune)
    changed = correcting.place_put_right(before, turn, reading.after_answer(turn.text), facts)
    return None if changed is None else _locating(state, turn, ticket.id, changed)


def tell_place(state: State, turn: Turn, ticket_id: str) -> Decision:
    """The address of a ticket that had none: it goes to the unit of that place."""
    known = with_spot(with_place(Report(place=state.nearby.place, commune=state.nearby.commune), turn.heard), turn.spot)
    words = place_answer(turn.text)
    if words and len(words.split()) <= LONGEST_PLACE_ANSWER:
        known = replace(known, place=words)
    return _locating(state, turn, ticket_id, known)


def _locating(state: State, turn: Turn, ticket_id: str, report: Report) -> Decision:
    return Decision(state.understood(), effect=Locate(ticket_id, turn.text.strip() or report.place, report))


def located(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    if not isinstance(effect, Locate) or not isinstance(outcome, Done):
        return added(state, outcome)
    report = effect.report
    state = replace(state.idle(), nearby=Nearby(report.place, report.commune))
    blanks = {"code": f"#{outcome.ticket.code}", "place": full_place(report, facts)}
    return Decision(state, say=(Line("add.located", blanks),))


# --- taking it back -----------------------------------------------------------------------------------------------


def cancel(state: State, turn: Turn, facts: Facts) -> Decision:
    """Stop what is being told; with nothing being told, ask once whether the last ticket is meant."""
    if state.flow in {"report", "complaint", "lookup", "question", "rating"} and (state.ask or state.report.what):
        if state.flow != "report":  # a report put aside for it comes back
            return Decision(state.idle().understood(), say=(Line("cancel.nothing_sent"),))
        return Decision(replace(state.idle(), suspended=None, waiting="").understood(), say=(Line("cancel.report"),))
    ticket = state.last_ticket
    if ticket is not None and ticket.id == state.emergency_ticket:
        return Decision(state.understood(), say=(Line("go_on"),))  # an emergency is not dropped on a passing word
    if ticket is not None:
        state = replace(state, subject=ticket.id).asking("withdraw", "withdraw", _WITHDRAW).understood()
        return Decision(state, say=(Line("withdraw.ask", {"code": f"#{ticket.code}"}),))
    if facts.latest is not None and "phieu" in reading.folded(turn.text):
        state = replace(state, subject=facts.latest.id).asking("withdraw", "withdraw", _WITHDRAW).understood()
        return Decision(state, say=(Line("withdraw.ask", {"code": f"#{facts.latest.code}"}),))
    return Decision(state.idle().understood(), say=(Line("cancel.nothing"),))


def take_back(state: State, turn: Turn, facts: Facts) -> Decision:
    """A ticket sent before: the one whose code they gave, else their newest; without any, its code is asked for."""
    code = lookup.code_of(turn)
    theirs = {ticket.code: ticket.id for ticket in (facts.latest, *state.tickets) if ticket is not None}
    if code in theirs or (theirs and not code):
        code = code or list(theirs)[-1]
        state = replace(state, subject=theirs[code]).asking("withdraw", "withdraw", _WITHDRAW).understood()
        return Decision(state, say=(Line("withdraw.ask", {"code": f"#{code}"}),))
    return lookup.begin(state, turn, facts)


def answer_withdraw(state: State, turn: Turn, facts: Facts) -> Decision | None:
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else reading.yes_or_no(turn.text)
    if option is None and turn.heard.intent == "huy" and turn.heard.intents[0].probability > 0.8:
        said = True
    if said is None:
        return None
    if said is False:
        return Decision(state.idle().understood(), say=(Line("withdraw.kept"),))
    return Decision(state.understood(), effect=Withdraw(state.subject))


def withdrawn(state: State, outcome: Outcome) -> Decision:
    if isinstance(outcome, Done):
        return Decision(state.idle(), say=(Line("withdraw.done", {"code": f"#{outcome.ticket.code}"}),))
    return Decision(state.idle(), say=(Line("withdraw.too_late"),), effect=HandOver("withdrawal_refused"))
