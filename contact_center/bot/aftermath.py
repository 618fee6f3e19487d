"""What a talk goes on with once an effect was carried out. Pure, like the flows."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from contact_center.bot.decisions import (
    AddInformation,
    Answered,
    Decision,
    Effect,
    Facts,
    ForgetWords,
    Found,
    HandedOver,
    HandOver,
    Line,
    Locate,
    LookUp,
    NoteHelped,
    NoteUnanswered,
    Opened,
    OpenTicket,
    Outcome,
    Rate,
    Reopen,
    Search,
    Withdraw,
)
from contact_center.bot.flows import afterwards, emergency, lookup, opening, question, sensitive
from contact_center.bot.flows import report as reports
from contact_center.bot.state import Nearby, OpenedTicket, State


def carry_on(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    """The decision after an effect was carried out."""
    decision = _after(state, effect, outcome, facts)
    return decision if decision.effect or decision.again else go_back(decision, facts)


def _after(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    return AFTER[type(effect)](state, effect, outcome, facts)


def go_back(decision: Decision, facts: Facts) -> Decision:
    """Return to the report that was put aside."""
    state = decision.state
    if state.suspended is None or state.flow == "report" or (state.ask and state.ask != "helped"):
        return decision
    resumed = opening.reask(replace(state, thread=state.suspended, suspended=None), facts)
    lines = tuple(line for line in decision.say if line.key != "question.ask_helped")
    return Decision(resumed.state, say=(*lines, Line("back_to_report"), *resumed.say))


def _opened(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    if not isinstance(outcome, Opened):
        return _nothing_came(state)
    ticket = outcome.ticket
    opened = OpenedTicket(ticket.id, ticket.code, ticket.category)
    state = replace(state, tickets=(*state.tickets, opened), nearby=Nearby(state.report.place, state.report.commune))
    if state.flow == "emergency":
        return emergency.after(state, outcome, facts)
    if state.flow == "denunciation":
        return sensitive.denounced(state, ticket.code)
    line = _opened_line(state, outcome, facts)
    if state.waiting:
        again, state = state.waiting, replace(state.idle(), waiting="")
        return Decision(state, say=(line, Line("second_matter")), again=again)
    return Decision(state.idle(), say=(line, Line("anything_else")) if facts.spoken else (line,))


def _opened_line(state: State, outcome: Opened, facts: Facts) -> Line:
    ticket = outcome.ticket
    key = "opened" if ticket.unit else "opened_to_dispatch"
    if facts.channel == "sms" and not state.thread.asked:
        key = f"{key}_at_once"
    return Line(
        f"report.{key}",
        {
            "code": f"#{ticket.code}",
            "unit": ticket.unit,
            "unit_short": ticket.unit_short,
            "due": f"%{ticket.due_at.isoformat()}" if ticket.due_at else "",
            **reports.read_back(state.report, facts),
        },
    )


def _looked_up(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    if not isinstance(effect, LookUp) or not isinstance(outcome, Found):
        return _nothing_came(state)
    return lookup.found(state, outcome, effect, facts)


def _searched(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    if not isinstance(effect, Search) or not isinstance(outcome, Answered):
        return _nothing_came(state)
    if outcome.article is None and not outcome.choices and state.suspended is not None:
        # The report first; the question comes up again after it, and then a person answers.
        return Decision(replace(state.idle(), waiting=effect.text), say=(Line("question.later"),))
    return question.answered(state, effect, outcome, facts)


def _noted(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    return question.noted(state, effect) if isinstance(effect, NoteHelped) else _nothing_came(state)


def _handed_over(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    # A report stays until it is a ticket: whoever hangs up while waiting has told it already.
    state = state if reports.is_being_told(state) else replace(state.idle(), suspended=None)
    state = replace(state, waiting="")
    if not facts.spoken:
        return Decision(state, say=(Line("person.chat"),))
    is_ready = isinstance(outcome, HandedOver) and outcome.agents_ready
    return Decision(state, say=(Line("person.hold" if is_ready else "person.busy"),))


def _rated(state: State, effect: Effect, outcome: Outcome, facts: Facts) -> Decision:
    return afterwards.rated(state, effect, outcome) if isinstance(effect, Rate) else _nothing_came(state)


def _nothing_came(state: State) -> Decision:
    """An effect and an outcome that do not belong together: a fault of the program, so a person takes it."""
    return Decision(state.idle(), effect=HandOver("bot_failed"))


AFTER: Mapping[type[Effect], Callable[[State, Effect, Outcome, Facts], Decision]] = {
    OpenTicket: _opened,
    LookUp: _looked_up,
    Search: _searched,
    NoteHelped: _noted,
    NoteUnanswered: lambda state, effect, outcome, facts: question.unanswered(state),
    HandOver: _handed_over,
    Rate: _rated,
    Reopen: lambda state, effect, outcome, facts: afterwards.reopened(state, outcome),
    AddInformation: lambda state, effect, outcome, facts: afterwards.added(state, outcome),
    Locate: afterwards.located,
    Withdraw: lambda state, effect, outcome, facts: afterwards.withdrawn(state, outcome),
    ForgetWords: lambda state, effect, outcome, facts: sensitive.forgotten(state),
}
