"""The order in which a turn is read: danger, keys, a person please, sealed matters, the pending question, a new topic.

Pure; ``aftermath.carry_on`` is its other half, for what came of an effect.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from contact_center.bot import reading, remarks, topics
from contact_center.bot.aftermath import go_back
from contact_center.bot.decisions import Decision, Facts, Line, Turn
from contact_center.bot.flows import afterwards, answers, emergency, lookup, opening, question, sensitive
from contact_center.bot.flows import report as reports
from contact_center.bot.state import State

Step = Callable[[State, Turn, Facts], Decision | None]

TOPIC_SURE = 0.75
"""An intent above this may interrupt a pending question."""

LONG_NO = 7
"""Words after which a 'không' or 'thôi' is the beginning of something else."""

ADDRESS_WORDS = 10

MOST_WORDS_OF_HASTE = 6

ANOTHER_SURE, ANOTHER_WORDS = 0.85, 4
CANCEL_ASKS = {
    "what",
    "kind",
    "choose",
    "place",
    "same",
    "commune",
    "which",
    "when",
    "confirm",
    "change",
    "code",
    "topic",
    "menu",
}
PLACE_ASKS = {"place", "same", "commune", "which"}
_CANCEL_WORDS = re.compile(
    r"\b(thoi|huy|khoi|bo di|bo luon|rut lai|khong gui|khong can|dung gui|bo qua|khong phan anh)\b"
)


def decide(state: State, turn: Turn, facts: Facts) -> Decision:
    """What to do about one turn of the citizen."""
    if turn.started:
        return opening.greet(state, facts)
    if turn.silence:
        return opening.silent(state, facts)
    for step in STEPS:
        decision = step(state, turn, facts)
        if decision is not None:
            return decision if decision.effect or decision.again else go_back(decision, facts)
    return opening.stuck(state, turn, facts)


# --- before anything else -----------------------------------------------------------------------------------------


def _danger(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if remarks.is_despair(turn.text):
        return emergency.despair(state)
    if state.ask == "ongoing":
        return emergency.answer(state, turn, facts)
    if not turn.heard.emergency:
        return None
    if state.emergency_ticket and remarks.is_helped(turn.text):
        return afterwards.add(state, turn, facts)
    if _is_false_alarm(state, turn, facts):
        return None
    return emergency.begin(state, turn, facts)


def _is_false_alarm(state: State, turn: Turn, facts: Facts) -> bool:
    """A bare 'rồi' or 'đúng' names no danger; with danger only in doubt, neither does 'chừng nào có người xuống'."""
    if reading.is_mere_answer(turn.text):
        return True
    if turn.heard.emergency_ask and reading.is_wrong(turn.text) and turn.heard.places:
        return True  # 'ủa nhầm, đường Lý Thường Kiệt': a street put right
    if turn.heard.emergency_ask and (reports.says_only_where(turn) or _is_bare_address(state, turn)):
        return True
    has_ticket = bool(state.last_ticket or facts.latest)
    asks_of_ticket = has_ticket and (
        reading.asks_progress(turn.text) or remarks.urges(turn.text) or remarks.is_helped(turn.text)
    )
    if turn.heard.emergency_ask and lookup.code_of(turn):
        return True  # a row of digits may hold a 114
    return turn.heard.emergency_ask and ("danger" in state.report.settled or asks_of_ticket)


def _is_bare_address(state: State, turn: Turn) -> bool:
    """A short answer that begins as places begin, while a report or a ticket is there for it to belong to."""
    known = state.flow == "report" or state.last_ticket is not None
    return known and reading.looks_like_place(turn.text) and len(turn.text.split()) <= ADDRESS_WORDS


def _wishes(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Keys, 'nói lại', 'về đầu', 'cho gặp người': heard whatever was asked."""
    pressed = opening.press(state, turn, facts)
    if pressed is not None:
        return pressed
    if turn.digits:
        return None
    if reading.wants_start(turn.text):
        return opening.start_over(state)
    if reading.wants_repeat(turn.text) and state.last_said:
        return opening.repeat(state)
    heard = turn.heard
    if reading.wants_person(turn.text) or (heard.intent == "gap_tong_dai_vien" and topics.sure(turn, 0.6)):
        return opening.to_person(state, "asked")
    return None


def _english(state: State, turn: Turn, facts: Facts) -> Decision | None:
    return opening.in_english(state) if reading.is_english(turn.text) else None


def _who(state: State, turn: Turn, facts: Facts) -> Decision | None:
    return opening.who(state, facts) if reading.asks_who(turn.text) and not turn.heard.category else None


def _sealed(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.heard.confusable_question and not re.search(r"\bto cao\b", reading.folded(turn.text)):
        return None  # conduct or denunciation: the report asks which
    return sensitive.denounce(state, turn, facts) if sensitive.is_denunciation(turn) else None


# --- the pending question -----------------------------------------------------------------------------------------


def _pending(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if not state.ask and state.flow != "denunciation":
        return None
    if _another_matter(state, turn, facts):
        asked = opening.reask(replace(state, waiting=turn.text.strip()).understood(), facts)
        return Decision(asked.state, say=(Line("report.second_noted"), *asked.say))
    if state.flow == "report" and _is_over_by_now(turn):
        return afterwards.cancel(state, turn, facts)
    if _interrupts(state, turn):
        return None
    if state.ask == "menu":
        return opening.answer_menu(state, turn, facts)
    reader = ANSWERS.get(state.flow)
    return reader(state, turn, facts) if reader else None


ANSWERS: dict[str, Step] = {
    "report": answers.answer,
    "emergency": emergency.answer,
    "lookup": lookup.answer,
    "question": question.answer,
    "rating": afterwards.answer_rating,
    "complaint": sensitive.answer,
    "denunciation": sensitive.answer,
    "withdraw": afterwards.answer_withdraw,
}


def _is_over_by_now(turn: Turn) -> bool:
    """'thôi khỏi, người ta thông rồi', 'tìm được rồi, cảm ơn nha'"""
    over = remarks.is_over(turn.text) or remarks.is_helped(turn.text)
    return over and (reading.is_skip(turn.text) or turn.heard.intent == "cam_on")


def _too_early(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'bao giờ sửa?' in the middle of the report: there is no ticket yet to say it of."""
    if state.flow != "report" or not state.ask or state.last_ticket is not None or not _is_hasty(turn):
        return None
    asked = opening.reask(state.understood(), facts)
    return Decision(asked.state, say=(Line("report.not_yet"), *asked.say))


def _is_hasty(turn: Turn) -> bool:
    return (
        len(turn.text.split()) <= MOST_WORDS_OF_HASTE
        and not turn.heard.places
        and (reading.asks_progress(turn.text) or remarks.urges(turn.text))
    )


def _interrupts(state: State, turn: Turn) -> bool:
    """The citizen speaks of something else, and means it."""
    if turn.digits or _is_plainly_an_answer(state, turn):
        return False
    heard, words = turn.heard, turn.text.split()
    if heard.intent == "huy" and topics.sure(turn, TOPIC_SURE) and state.ask in CANCEL_ASKS:
        return bool(_CANCEL_WORDS.search(reading.folded(turn.text)))
    if not topics.sure(turn, TOPIC_SURE) or len(words) < 3:
        return False
    if heard.intent == "hoi_thu_tuc":
        said = reading.yes_or_no(turn.text)
        return state.ask not in {"topic", "change"} and (said is None or (said is False and len(words) >= LONG_NO))
    return heard.intent == "tra_cuu" and state.flow not in {"lookup"}


def _is_plainly_an_answer(state: State, turn: Turn) -> bool:
    """An offered choice, a number where one was asked for, a place where one was asked for."""
    answered = reading.is_mere_answer(turn.text) or reading.chosen(turn.text, "", state.thread.options)
    if answered or (state.flow == "report" and answers.is_phone(turn)):
        return True
    if state.flow == "denunciation":
        return sensitive.asks_way(turn)
    is_shrug = state.ask in PLACE_ASKS and reading.is_unknown(turn.text)
    if state.flow == "report" and (reports.says_only_where(turn) or is_shrug):
        return True
    if state.ask == "phone":
        return turn.heard.entity("phone") is not None or reading.asks_why(turn.text)
    if state.ask == "code":
        return reading.is_unknown(turn.text) or bool(reading.digits_in(turn.text))
    is_cancelled = turn.heard.intent == "huy" and bool(_CANCEL_WORDS.search(reading.folded(turn.text)))
    return state.ask in PLACE_ASKS and bool(turn.heard.places) and not is_cancelled


def _another_matter(state: State, turn: Turn, facts: Facts) -> bool:
    """In the middle of one report a second one, on something plainly different."""
    heard, report = turn.heard, state.report
    if state.flow == "report" and report.what and remarks.begins_another(turn.text):
        return heard.intent == "bao_su_viec" and len(turn.text.split()) > ANOTHER_WORDS
    if state.flow != "report" or not report.category or heard.intent != "bao_su_viec" or len(turn.text.split()) < 4:
        return False
    if heard.category is None or heard.category == report.category or heard.categories[0].probability < ANOTHER_SURE:
        return False
    if reading.is_wrong(turn.text) or reading.yes_or_no(turn.text) is not None or reports.says_only_where(turn):
        return False
    if remarks.tells_of_before(turn.text) or remarks.instead_of(turn.text)[0]:
        return False
    return state.ask in {"confirm", "phone", "when"} or (state.ask in PLACE_ASKS and not heard.places)


STEPS: tuple[Step, ...] = (
    _danger,
    afterwards.pressed,
    _english,
    _wishes,
    _who,
    _sealed,
    _too_early,
    _pending,
    topics.rating,
    topics.acknowledged,
    topics.nothing_asked,
    topics.correction,
    topics.afterthought,
    topics.taken_back,
    topics.progress,
    topics.earlier,
    topics.bare_wish,
    topics.topic,
)
