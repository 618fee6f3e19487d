"""The order in which a turn is read: danger, keys, a person please, sealed matters, the pending question, a new topic.

Pure; ``aftermath.carry_on`` is its other half, for what came of an effect.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from contact_center.bot import reading
from contact_center.bot.aftermath import go_back
from contact_center.bot.decisions import AddInformation, Decision, Facts, Line, LookUp, Turn
from contact_center.bot.flows import afterwards, answers, emergency, lookup, opening, question, sensitive
from contact_center.bot.flows import report as reports
from contact_center.bot.state import State
from nlu.understanding import Understanding

Step = Callable[[State, Turn, Facts], Decision | None]

TOPIC_SURE = 0.75
"""An intent above this may interrupt a pending question."""

FEWEST_WORDS = 3
"""A matter nobody can classify, told in fewer words, is a slip of the finger."""

LIKELY = 0.3
LONG_NO = 7
"""Words after which a 'không' or 'thôi' is the beginning of something else."""

INTENT_SURE = 0.45
"""Below this nobody can say what the citizen wants."""

MATTER_SURE = 0.5
"""A category this likely stands although the intent was taken for another."""

LATE_PAPERS, HOW_TO_FOLLOW_PAPERS = "HC-02", "tra cứu hồ sơ một cửa"

ANOTHER_SURE = 0.85
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
    if state.ask == "ongoing":
        return emergency.answer(state, turn, facts)
    if not turn.heard.emergency:
        return None
    if _is_false_alarm(state, turn, facts):
        return None
    return emergency.begin(state, turn, facts)


def _is_false_alarm(state: State, turn: Turn, facts: Facts) -> bool:
    """A bare 'rồi' or 'đúng' names no danger; with danger only in doubt, neither does 'chừng nào có người xuống'."""
    if reading.is_mere_answer(turn.text):
        return True
    asks_of_ticket = reading.asks_progress(turn.text) and bool(state.last_ticket or facts.latest)
    return turn.heard.emergency_ask and ("danger" in state.report.settled or asks_of_ticket)


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
    if reading.wants_person(turn.text) or (heard.intent == "gap_tong_dai_vien" and _sure(turn, 0.6)):
        return opening.to_person(state, "asked")
    return None


def _english(state: State, turn: Turn, facts: Facts) -> Decision | None:
    return opening.in_english(state) if reading.is_english(turn.text) else None


def _sealed(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.heard.confusable_question and not re.search(r"\bto cao\b", reading.folded(turn.text)):
        return None  # conduct or denunciation: the report asks which
    return sensitive.denounce(state, turn, facts) if sensitive.is_denunciation(turn) else None


def _sure(turn: Turn, probability: float) -> bool:
    return turn.heard.intents[0].probability >= probability


# --- the pending question -----------------------------------------------------------------------------------------


def _pending(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if not state.ask and state.flow != "denunciation":
        return None
    if _another_matter(state, turn, facts):
        asked = opening.reask(replace(state, waiting=turn.text.strip()).understood(), facts)
        return Decision(asked.state, say=(Line("report.second_noted"), *asked.say))
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


def _interrupts(state: State, turn: Turn) -> bool:
    """The citizen speaks of something else, and means it."""
    if turn.digits or _is_plainly_an_answer(state, turn):
        return False
    heard, words = turn.heard, turn.text.split()
    if heard.intent == "huy" and _sure(turn, TOPIC_SURE) and state.ask in CANCEL_ASKS:
        return bool(_CANCEL_WORDS.search(reading.folded(turn.text)))
    if not _sure(turn, TOPIC_SURE) or len(words) < 3:
        return False
    if heard.intent == "hoi_thu_tuc":
        said = reading.yes_or_no(turn.text)
        return state.ask not in {"topic", "change"} and (said is None or (said is False and len(words) >= LONG_NO))
    return heard.intent == "tra_cuu" and state.flow not in {"lookup"}


def _is_plainly_an_answer(state: State, turn: Turn) -> bool:
    """An offered choice, a number where one was asked for, a place where one was asked for."""
    if reading.chosen(turn.text, "", state.thread.options):
        return True
    if state.flow == "denunciation":
        return reading.is_follow_up(turn.text)
    if state.ask == "phone":
        return turn.heard.entity("phone") is not None
    if state.ask == "code":
        return reading.is_unknown(turn.text) or bool(reading.digits_in(turn.text))
    is_cancelled = turn.heard.intent == "huy" and bool(_CANCEL_WORDS.search(reading.folded(turn.text)))
    return state.ask in PLACE_ASKS and bool(turn.heard.places) and not is_cancelled


def _another_matter(state: State, turn: Turn, facts: Facts) -> bool:
    """In the middle of one report a second one, on something plainly different."""
    heard, report = turn.heard, state.report
    if state.flow != "report" or not report.category or heard.intent != "bao_su_viec" or len(turn.text.split()) < 4:
        return False
    if heard.category is None or heard.category == report.category or heard.categories[0].probability < ANOTHER_SURE:
        return False
    if reading.is_wrong(turn.text) or reading.yes_or_no(turn.text) is not None:
        return False
    return state.ask in {"confirm", "phone", "when"} or (state.ask in PLACE_ASKS and not heard.places)


# --- a new topic --------------------------------------------------------------------------------------------------


def _rating(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A resolved ticket waits for a word: a lone 1, 2, 3 or 'chưa xong mà' is that word."""
    if facts.awaiting is None or state.ask not in {"", "menu"}:
        return None
    if turn.heard.intent in {"danh_gia", "cam_on"} or len(turn.text.split()) <= 4:
        return afterwards.rate(state, turn, facts)
    return None


def _nothing_asked(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A yes or no to nothing: they follow, and may go on."""
    if state.ask in {"", "menu"} and reading.is_mere_answer(turn.text):
        return Decision(state.understood(), say=(Line("go_on"),))
    return None


def _afterthought(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'À quên, ...' after a ticket belongs to it."""
    if state.ask in {"", "menu"} and state.last_ticket and reading.is_afterthought(turn.text):
        return afterwards.add(state, turn, facts)
    return None


def _correction(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Sai rồi, ấp 4' after a ticket puts its place right."""
    return afterwards.relocate(state, turn, facts) if state.ask in {"", "menu"} else None


def _acknowledged(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Đúng rồi', 'ok' to what an SMS said was written down: nothing more to do."""
    if state.ask not in {"", "menu"} or not state.last_ticket or turn.digits or turn.photo or turn.spot:
        return None
    if reading.has_words(turn.text) and not reading.is_mere_answer(turn.text):
        return None
    if reading.yes_or_no(turn.text) is False:
        return None
    return Decision(state.understood(), say=(Line("acknowledged"),))


def _progress(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Chừng nào làm?' right after a ticket is about that ticket."""
    if state.ask in {"", "menu"} and state.last_ticket and reading.asks_progress(turn.text) and not turn.heard.places:
        return Decision(state.asking("lookup", "").understood(), effect=LookUp(state.last_ticket.code))
    return None


def _earlier(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Hôm bữa tui báo ... tới đâu rồi?' is about a ticket of theirs; if there is none, its code is asked for."""
    if state.ask not in {"", "menu"} or turn.digits or not reading.asks_after_earlier(turn.text):
        return None
    is_theirs = state.last_ticket or facts.latest or facts.awaiting
    if turn.heard.places and turn.heard.category and not is_theirs:
        return None  # told anew, with everything a report needs
    return lookup.begin(state, turn, facts)


def _bare_wish(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Tôi muốn phản ánh', 'cho em hỏi', 'tra cứu phiếu': the door is named, the matter is not."""
    if state.ask not in {"", "menu"} or not reading.is_bare_wish(turn.text):
        return None
    said = reading.folded(turn.text)
    for words, door in (("tra cuu", "lookup"), ("hoi", "question"), ("phan anh", "report"), ("kien nghi", "report"),
                        ("gop y", "report"), ("bao", "report")):  # fmt: skip
        if words in said:
            return opening.choose_from_menu(state, door, turn, facts)
    return None


def _topic(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.digits:
        return None
    if not turn.text.strip():
        return _wordless(state, turn, facts)
    if lookup.code_of(turn) and turn.heard.intent not in {"bao_su_viec", "bo_sung"}:
        return lookup.begin(_aside(state), turn, facts)
    if not _sure(turn, INTENT_SURE):
        return None
    topic = TOPICS.get(turn.heard.intent)
    return topic(state, turn, facts) if topic else None


def _wordless(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A photo or a pin without a word: more on the ticket just opened, or the beginning of a report."""
    if turn.photo and state.flow == "report":
        kept = replace(state, report=replace(state.report, photos=(*state.report.photos, turn.photo)))
        asked = opening.reask(kept.understood(), facts)
        return Decision(asked.state, say=(Line("report.photo_kept"), *asked.say))
    if turn.photo and (state.last_ticket or state.emergency_ticket):
        ticket_id = state.last_ticket.id if state.last_ticket else state.emergency_ticket
        return Decision(state.understood(), effect=AddInformation(ticket_id, "", turn.photo))
    if turn.photo or turn.spot:
        return reports.begin(state, turn, facts)
    return None


def _aside(state: State) -> State:
    """Put a report aside while they speak of something else."""
    if state.flow == "report" and state.ask:
        return replace(state, suspended=state.thread)
    return state


def _matter(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.flow == "report" and state.ask:
        return None  # the pending question could not use it: stuck, not a new report
    if sensitive.is_complaint(turn):
        return sensitive.complain(state, turn, facts)
    if _is_more_of_the_same(state, turn):
        return afterwards.add(state, turn, facts)
    if _is_a_slip(turn):
        return None
    return reports.begin(state.idle(), turn, facts)


def _as_matter(heard: Understanding) -> Understanding:
    """There is nothing to add to: the place and the thing named are a matter of their own."""
    best = heard.categories[0] if heard.categories else None
    category = best.code if best is not None and best.probability >= MATTER_SURE else None
    return replace(heard, intent="bao_su_viec", category=category)


def _is_more_of_the_same(state: State, turn: Turn) -> bool:
    """The matter of the ticket just opened, told on: no second ticket for it unless another place is named."""
    ticket = state.last_ticket
    if ticket is None or turn.heard.places or turn.taken_up:
        return False
    is_emergency = ticket.id == state.emergency_ticket
    return turn.heard.category == ticket.category or (is_emergency and turn.heard.category is None)


def _is_a_slip(turn: Turn) -> bool:
    """Too short to be told a kind, and like none: 'hfhf'."""
    likely = turn.heard.categories[0].probability if turn.heard.categories else 0.0
    return turn.heard.category is None and likely < LIKELY and len(turn.text.split()) < FEWEST_WORDS and not turn.photo


def _question(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if sensitive.is_complaint(turn):
        return sensitive.complain(state, turn, facts)
    return question.begin(_aside(state), turn, facts)


def _lookup(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.heard.entity("dossier_code") is not None:
        return _dossier(state, turn, facts)
    return lookup.begin(_aside(state), turn, facts)


def _dossier(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Papers filed at an office are not ours to look up: how to, or a ticket when they are late (category HC-02)."""
    if reading.is_late(turn.text):
        heard = _as_matter(turn.heard)
        heard = replace(heard, category=heard.category or LATE_PAPERS, confusable_question=None)
        return _matter(state, replace(turn, heard=heard), facts)
    return question.begin(_aside(state), replace(turn, text=HOW_TO_FOLLOW_PAPERS), facts)


def _addition(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.flow == "report" and state.ask:
        return reports.proceed(replace(state, report=reports.take_in(state.report, turn, facts)).understood(), facts)
    if not state.last_ticket and (facts.latest is None or turn.heard.places) and not lookup.code_of(turn):
        return _matter(state, replace(turn, heard=_as_matter(turn.heard)), facts)
    return afterwards.add(state, turn, facts)


def _feedback(state: State, turn: Turn, facts: Facts) -> Decision | None:
    rated = afterwards.rate(state, turn, facts)
    if rated is not None:
        return rated
    if turn.heard.case_type == "khen_ngoi":
        return reports.praise(state.idle(), turn, facts)
    if turn.heard.case_type in {"kien_nghi", "phan_anh"} and turn.heard.category:
        return _matter(state, turn, facts)
    unhappy = afterwards.rating_of(turn) == afterwards.UNSATISFIED
    return Decision(state.understood(), say=(Line("feedback.unhappy" if unhappy else "feedback.noted"),))


TOPICS: dict[str, Step] = {
    "bao_su_viec": _matter,
    "hoi_thu_tuc": _question,
    "tra_cuu": _lookup,
    "bo_sung": _addition,
    "danh_gia": _feedback,
    "huy": afterwards.cancel,
    "gap_tong_dai_vien": lambda state, turn, facts: opening.to_person(state, "asked"),
    "chao_hoi": lambda state, turn, facts: opening.hello(state, facts),
    "cam_on": lambda state, turn, facts: opening.thanks(state, facts),
    "quay_roi": opening.rude,
}

STEPS: tuple[Step, ...] = (
    _danger,
    afterwards.pressed,
    _english,
    _wishes,
    _sealed,
    _pending,
    _rating,
    _acknowledged,
    _nothing_asked,
    _correction,
    _afterthought,
    _progress,
    _earlier,
    _bare_wish,
    _topic,
)
