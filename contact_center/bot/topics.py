"""A new topic, when nothing pending could use the turn: what the citizen wants, and the words that lean on a ticket.

Pure, like the flows; ``dialogue.STEPS`` holds the order.
"""

from collections.abc import Callable
from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import AddInformation, Decision, Facts, Line, LookUp, Turn
from contact_center.bot.flows import afterwards, answers, lookup, opening, question, sensitive
from contact_center.bot.flows import report as reports
from contact_center.bot.state import State
from nlu.understanding import Understanding

Step = Callable[[State, Turn, Facts], Decision | None]

FEWEST_WORDS = 3
"""A matter nobody can classify, told in fewer words, is a slip of the finger."""

LIKELY = 0.3

INTENT_SURE = 0.45
"""Below this nobody can say what the citizen wants."""

MATTER_SURE = 0.5
"""A category this likely stands although the intent was taken for another."""

OURS_AFTER_ALL = 0.9
"""So likely a category is a matter of ours although the words sound like small talk: "mấy giờ hết cúp điện vậy"."""

BEGINNINGS = frozenset({"bao_su_viec", "hoi_thu_tuc", "tra_cuu"})

ANGRY_WORDS = 6
"""Rudeness longer than this may hold a matter."""

LATE_PAPERS, HOW_TO_FOLLOW_PAPERS = "HC-02", "tra cứu hồ sơ một cửa"


def sure(turn: Turn, probability: float) -> bool:
    return turn.heard.intents[0].probability >= probability


def rating(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A resolved ticket waits for a word: a lone 1, 2, 3 or 'chưa xong mà' is that word."""
    if facts.awaiting is None or state.ask not in {"", "menu"}:
        return None
    is_theirs = turn.heard.category in {None, facts.awaiting.category} and not turn.taken_up
    if turn.heard.intent in {"danh_gia", "cam_on"} or len(turn.text.split()) <= 4:
        return afterwards.rate(state, turn, facts)
    if is_theirs and afterwards.rating_of(turn) == afterwards.UNSATISFIED and not turn.heard.unit_candidates():
        return afterwards.rate(state, turn, facts)
    return None


def nothing_asked(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """A yes or no to nothing: they follow, and may go on."""
    if state.ask in {"", "menu"} and (reading.is_mere_answer(turn.text) or remarks.is_slip(turn.text)):
        return Decision(state.understood(), say=(Line("go_on"),))
    return None


def afterthought(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'À quên, ...', 'điện lực tới rồi', 'không ai bị gì', a number to call: after a ticket they belong to it."""
    if state.ask not in {"", "menu"} or state.last_ticket is None or turn.taken_up:
        return None
    is_news = remarks.is_helped(turn.text) or remarks.is_harmless(turn.text)
    belongs = remarks.is_afterthought(turn.text) or (is_news and not turn.heard.places)
    return afterwards.add(state, turn, facts) if belongs or answers.is_phone(turn) else None


def taken_back(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Cho mình rút phản ánh đó nha', 'rút phiếu 450 422 234': of a ticket that is there."""
    if state.ask not in {"", "menu", "code"} or not remarks.takes_back(turn.text):
        return None
    return afterwards.take_back(state, turn, facts)


def correction(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Sai rồi, ấp 4' after a ticket puts its place right; a bare address says where it is."""
    if state.ask not in {"", "menu"} or state.last_ticket is None or turn.taken_up:
        return None
    if reports.says_only_where(turn):
        return afterwards.tell_place(state, turn, state.last_ticket.id)
    return afterwards.relocate(state, turn, facts)


def acknowledged(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Đúng rồi', 'ok' to what an SMS said was written down: nothing more to do."""
    if state.ask not in {"", "menu"} or not state.last_ticket or turn.digits or turn.photo or turn.spot:
        return None
    if reading.has_words(turn.text) and not reading.is_mere_answer(turn.text):
        return None
    if reading.yes_or_no(turn.text) is False:
        return None
    return Decision(state.understood(), say=(Line("acknowledged"),))


def progress(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Chừng nào làm?' right after a ticket is about that ticket."""
    asked = reading.asks_progress(turn.text) or remarks.urges(turn.text) or _says_undone(turn)
    if state.ask in {"", "menu"} and state.last_ticket and asked and not turn.heard.places:
        return Decision(state.asking("lookup", "").understood(), effect=LookUp(state.last_ticket.code))
    return None


def _says_undone(turn: Turn) -> bool:
    """'chưa xong mà', of a ticket nobody reported done yet."""
    return turn.heard.intent == "danh_gia" and afterwards.rating_of(turn) == afterwards.UNSATISFIED


def earlier(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Hôm bữa tui báo ... tới đâu rồi?' is about a ticket of theirs; if there is none, its code is asked for."""
    if state.ask not in {"", "menu"} or turn.digits or not reading.asks_after_earlier(turn.text):
        return None
    is_theirs = state.last_ticket or facts.latest or facts.awaiting
    if turn.heard.places and turn.heard.category and not is_theirs:
        return None  # told anew, with everything a report needs
    return lookup.begin(state, turn, facts)


def bare_wish(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Tôi muốn phản ánh', 'cho em hỏi', 'tra cứu phiếu': the door is named, the matter is not."""
    if state.ask not in {"", "menu"} or not reading.is_bare_wish(turn.text):
        return None
    said = reading.folded(turn.text)
    for words, door in (("tra cuu", "lookup"), ("hoi", "question"), ("phan anh", "report"), ("kien nghi", "report"),
                        ("gop y", "report"), ("bao", "report")):  # fmt: skip
        if f" {words} " in f" {said} ":
            return opening.choose_from_menu(state, door, turn, facts)
    return None


def topic(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.digits:
        return None
    if not turn.text.strip():
        return _wordless(state, turn, facts)
    if lookup.code_of(turn) and turn.heard.intents[0].code not in {"bao_su_viec", "bo_sung"}:
        return lookup.begin(aside(state), turn, facts)
    if not sure(turn, INTENT_SURE):
        return None
    if turn.heard.intent in BEGINNINGS and reading.is_mere_answer(turn.text):
        return None  # a 'đúng rồi' begins nothing
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


def aside(state: State) -> State:
    """Put a report aside while they speak of something else."""
    if state.flow == "report" and state.ask:
        return replace(state, suspended=state.thread)
    return state


def _matter(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.flow == "report" and state.ask:
        return None  # the pending question could not use it: stuck, not a new report
    if sensitive.is_complaint(turn):
        return sensitive.complain(state, turn, facts)
    if remarks.is_praise(turn.text):
        return reports.praise(state.idle(), turn, facts)
    if _is_rather_a_question(turn, facts):
        return question.begin(aside(state), turn, facts)
    if _is_more_of_the_same(state, turn):
        return afterwards.add(state, turn, facts)
    return None if _is_a_slip(turn) else reports.begin(state.idle(), turn, facts)


def _is_rather_a_question(turn: Turn, facts: Facts) -> bool:
    """'cho ông hỏi tiền già': asked with the word, on something no place belongs to."""
    matter = facts.matters.get(turn.heard.category or "")
    return reading.is_asking(turn.text) and matter is not None and not (matter.needs_place or turn.heard.places)


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
    return question.begin(aside(state), turn, facts)


def _lookup(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.heard.entity("dossier_code") is not None:
        return _dossier(state, turn, facts)
    return lookup.begin(aside(state), turn, facts)


def _dossier(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Papers filed at an office are not ours to look up: how to, or a ticket when they are late (category HC-02)."""
    if reading.is_late(turn.text):
        heard = _as_matter(turn.heard)
        heard = replace(heard, category=heard.category or LATE_PAPERS, confusable_question=None)
        return _matter(state, replace(turn, heard=heard), facts)
    return question.begin(aside(state), replace(turn, text=HOW_TO_FOLLOW_PAPERS), facts)


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


def _rude(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Whoever swears over a matter told has told a matter."""
    heard = _as_matter(turn.heard)
    if heard.category and len(turn.text.split()) > ANGRY_WORDS:
        return _matter(state, replace(turn, heard=heard), facts)
    return opening.rude(state, turn, facts)


def _outside(state: State, turn: Turn, facts: Facts) -> Decision | None:
    best = turn.heard.categories[0].probability if turn.heard.categories else 0.0
    return question.begin(aside(state), turn, facts) if best >= OURS_AFTER_ALL and not state.ask else None


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
    "quay_roi": _rude,
    "ngoai_pham_vi": _outside,
}
