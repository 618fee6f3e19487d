"""How far is my ticket? By its code in any wording, or by the number they use."""

from contact_center.bot import reading
from contact_center.bot.decisions import AddInformation, Decision, Facts, Found, Line, LookUp, TicketFact, Turn
from contact_center.bot.state import State
from nlu import ticket_code

MOST_CODE_QUESTIONS = 2
MOST_TOLD = 3


def begin(state: State, turn: Turn, facts: Facts) -> Decision:
    code = code_of(turn)
    state = state.asking("lookup", "").understood()
    return _checked(state, code) if code else Decision(state, effect=LookUp())


def code_of(turn: Turn) -> str:
    """The ticket code in what was said or pressed, right or wrong; empty when there is none."""
    entity = turn.heard.entity("ticket_code")
    if entity is not None:
        return entity.value
    digits = turn.digits or reading.digits_in(turn.text)
    return digits if len(digits) == ticket_code.LENGTH else ""


def _checked(state: State, code: str) -> Decision:
    """A wrong check digit was misheard or mistyped: say what was heard and ask again."""
    if ticket_code.is_valid(code):
        return Decision(state, effect=LookUp(code))
    return _ask_code(state, Line("lookup.wrong_code", {"code": f"#{code}"}))


def _ask_code(state: State, line: Line) -> Decision:
    if state.times_asked("code") >= MOST_CODE_QUESTIONS:
        return Decision(state.idle(), say=(Line("lookup.give_up"),))
    return Decision(state.asking("lookup", "code"), say=(line,))


def answer(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.ask != "code":
        return None
    code = code_of(turn)
    if code:
        return _checked(state.understood(), code)
    if reading.is_unknown(turn.text) or reading.is_skip(turn.text):
        return Decision(state.idle().understood(), say=(Line("lookup.no_code"),))
    if turn.digits or reading.digits_in(turn.text):
        return _ask_code(state, Line("lookup.not_a_code"))
    return None


def found(state: State, outcome: Found, effect: LookUp, facts: Facts) -> Decision:
    tickets = outcome.tickets
    if not tickets and effect.code:
        return _ask_code(state, Line("lookup.not_found", {"code": f"#{effect.code}"}))
    if not tickets:
        return _ask_code(state, Line("lookup.none_yours" if facts.phone else "lookup.ask_code"))
    if state.pending_text:
        return Decision(state, effect=AddInformation(tickets[0].id, state.pending_text))
    return Decision(state.idle(), say=(*_told(tickets), *_question_after(tickets)))


def _told(tickets: tuple[TicketFact, ...]) -> tuple[Line, ...]:
    if len(tickets) == 1:
        return (status_line(tickets[0]),)
    shown = tickets[:MOST_TOLD]
    return (Line("lookup.several", {"count": str(len(shown))}), *(status_line(ticket, short=True) for ticket in shown))


def status_line(ticket: TicketFact, *, short: bool = False) -> Line:
    key = f"status_short.{ticket.state}" if short else f"status.{ticket.state}"
    if ticket.sealed:
        key = "status.sealed"
    return Line(
        f"lookup.{key}",
        {
            "code": f"#{ticket.code}",
            "matter": f"@bot.matter.{ticket.category}",
            "unit": ticket.unit or "@bot.unit.dispatch",
            "due": f"%{ticket.due_at.isoformat()}" if ticket.due_at else "",
            "resolution": ticket.resolution,
        },
    )


def _question_after(tickets: tuple[TicketFact, ...]) -> tuple[Line, ...]:
    return (Line("lookup.ask_rating"),) if len(tickets) == 1 and tickets[0].state == "resolved" else ()
