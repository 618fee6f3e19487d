"""First words, keys, silence, thanks, rudeness, and being stuck: what is the same whatever the talk is about."""

from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import Decision, Facts, HandOver, Line, Turn
from contact_center.bot.flows import lookup
from contact_center.bot.flows import report as reports
from contact_center.bot.state import MOST_FAILURES, Option, State

MENU = (
    Option("@bot.option.report", "report"),
    Option("@bot.option.question", "question"),
    Option("@bot.option.lookup", "lookup"),
    Option("@bot.option.person", "person"),
)
PERSON_KEY, REPEAT_KEY, START_KEY = "0", "9", "*"
MENU_KEYS = {"1": "report", "2": "question", "3": "lookup"}
MENU_WORDS = 4
LONG_ASKS = {"code", "phone"}
"""Questions answered with many keys; a single 1, 2 or 3 there is a slip, not the menu."""


def greet(state: State, facts: Facts) -> Decision:
    """The first words: a machine, recorded (on the phone), the emergency numbers, and an open question."""
    state = replace(state.asking("", "menu", MENU), told_machine=True)
    return Decision(state, say=(Line("greeting.full"),))


def press(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Keys that mean the same everywhere, and the menu when nothing else was asked."""
    key = turn.digits or (turn.text.strip() if turn.text.strip() in {PERSON_KEY, START_KEY} else "")
    if key == PERSON_KEY:
        return to_person(state, "asked")
    if key == START_KEY:
        return start_over(state)
    if key == REPEAT_KEY and state.ask not in LONG_ASKS:
        return repeat(state)
    lone = key or turn.text.strip()
    if lone in MENU_KEYS and state.ask in {"", "menu"} and (turn.digits or facts.awaiting is None):
        return choose_from_menu(state, MENU_KEYS[lone], turn, facts)
    return None


def choose_from_menu(state: State, value: str, turn: Turn, facts: Facts) -> Decision:
    state = state.idle().understood()
    if value == "report":
        return reports.proceed(state, facts)
    if value == "question":
        return Decision(state.asking("question", "topic"), say=(Line("question.ask_topic"),))
    if value == "lookup":
        return lookup.begin(state, replace(turn, text="", digits=""), facts)
    return to_person(state, "asked")


def answer_menu(state: State, turn: Turn, facts: Facts) -> Decision | None:
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    if option is None:
        return None
    # "cho tôi phản ánh cái cầu gãy" names the door and goes through it.
    says_more = not turn.digits and len(turn.text.split()) > MENU_WORDS and not reading.is_bare_wish(turn.text)
    return None if says_more else choose_from_menu(state, option.value, turn, facts)


def start_over(state: State) -> Decision:
    state = replace(state.idle(), suspended=None, waiting="").understood()
    return Decision(state.asking("", "menu", MENU), say=(Line("greeting.again"),))


def repeat(state: State) -> Decision:
    return Decision(state.understood(), say=(Line("repeat", {"said": state.last_said}),))


def who(state: State, facts: Facts) -> Decision:
    """A machine never lets anybody believe it is a person (Law on Artificial Intelligence 2025)."""
    asked = reask(state, facts)
    return Decision(asked.state.understood(), say=(Line("who"), *asked.say))


def in_english(state: State) -> Decision:
    """The machine reads Vietnamese: say so in English, with the emergency numbers, and get a person."""
    return Decision(state.understood(), say=(Line("english"),), effect=HandOver("english"))


def to_person(state: State, reason: str) -> Decision:
    return Decision(state.understood(), effect=HandOver(reason))


# --- when nothing fits --------------------------------------------------------------------------------------------


def silent(state: State, facts: Facts) -> Decision:
    return _failed(state, facts, Line("silence"))


def stuck(state: State, turn: Turn, facts: Facts) -> Decision:
    """The turn could not be used: say so, ask again, and after the third time get a person."""
    outside = turn.heard.intent == "ngoai_pham_vi" and not state.ask
    if not turn.digits and not reading.has_words(turn.text):
        return _failed(state, facts, Line("wordless"))
    return _failed(state, facts, Line("out_of_scope" if outside else "not_understood"))


def _failed(state: State, facts: Facts, line: Line) -> Decision:
    state = replace(state, failures=state.failures + 1)
    if state.failures >= MOST_FAILURES:
        return Decision(state, say=(Line("person.after_failures"),), effect=HandOver("failures"))
    asked = reask(state, facts)
    return Decision(asked.state, say=(line, *asked.say))


def reask(state: State, facts: Facts) -> Decision:
    """What was being asked, once more; an open question when nothing was."""
    if state.flow == "report" and state.ask:
        return reports.ask(state, state.ask, facts, again=True)
    key = _QUESTIONS.get(state.ask)
    if key is None:
        return Decision(state.asking("", "menu", MENU), say=(Line("ask_anything"),))
    return Decision(state, say=(Line(key, {"number": state.subject, "service": f"@bot.service.{state.subject}"}),))


_QUESTIONS = {
    "ongoing": "emergency.ask_ongoing_again",
    "where": "emergency.ask_where",
    "code": "lookup.ask_code",
    "topic": "question.ask_topic",
    "helped": "question.ask_helped",
    "more": "question.ask_more",
    "article": "question.which_matter",
    "person": "question.no_more",
    "rating": "rating.ask",
    "reopen": "rating.offer_reopen",
    "file": "complaint.ask_file",
    "withdraw": "withdraw.ask_again",
}


# --- manners ------------------------------------------------------------------------------------------------------


def hello(state: State, facts: Facts) -> Decision:
    if state.ask and state.ask != "menu":
        asked = reask(state, facts)
        return Decision(asked.state, say=(Line("greeting.here"), *asked.say))
    if state.told_machine:
        return Decision(state.asking("", "menu", MENU), say=(Line("greeting.here"), Line("ask_anything")))
    return greet(state, facts)


def thanks(state: State, facts: Facts) -> Decision:
    if state.flow == "report" and state.ask:
        return reask(state, facts)
    return Decision(state.idle().understood(), say=(Line("thanks"),))


def rude(state: State, turn: Turn, facts: Facts) -> Decision:
    """One calm warning; the next time the offer of a person, and the end of a call. Danger is heard before this."""
    if not state.warned:
        line = "abuse.warn" if remarks.swears(turn.text) else "abuse.tease"
        return Decision(replace(state, warned=True), say=(Line(line),))
    return Decision(state.idle(), say=(Line("abuse.end"),), hang_up=facts.spoken)
