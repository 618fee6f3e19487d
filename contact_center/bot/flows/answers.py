"""What an answer does to the report: each pending question has its reader. None = that was no answer to it."""

import re
from collections.abc import Callable
from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import Decision, Facts, Line, OpenTicket, Turn
from contact_center.bot.flows import report as reports
from contact_center.bot.flows.correcting import corrected, place_put_right
from contact_center.bot.state import Report, State

Reader = Callable[[State, Turn, Facts], Decision | None]

MOST_PLACE_QUESTIONS, MOST_WHICH = 2, 2

FEWEST_WORDS_MORE = 4
"""Words after a yes that say something."""

PHONE_WORDS = 4

WORDS_OF_A_WISH = 8

MATTER_SURE = 0.6
FEWEST_WORDS = 7
"""From this sure and this long on an answer tells the matter, not only its place."""

_ROUNDABOUT = re.compile(r"\b(hoi truoc|ngay xua|luc truoc|truoc day|hoi xua|moi doi ten|ten cu)\b")


def answer(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Read the turn as the answer to ``state.ask``."""
    if is_phone(turn) and state.ask not in {"phone", "confirm", "change"}:
        return _phone_besides(state, turn, facts)
    if reading.wants_anonymity(turn.text) and not state.report.anonymous:
        state = replace(state, report=replace(state.report, anonymous=True))
        if len(turn.text.split()) <= WORDS_OF_A_WISH and not turn.heard.places:
            return reports.proceed(state.understood(), facts)
    return READERS[state.ask](state, turn, facts) if state.ask in READERS else None


def is_phone(turn: Turn) -> bool:
    """A telephone number and hardly a word beside it."""
    return turn.heard.entity("phone") is not None and len(reading.folded(turn.text).split()) <= PHONE_WORDS


def _phone_besides(state: State, turn: Turn, facts: Facts) -> Decision:
    """The number before it was asked for: kept, and the question again."""
    phone = turn.heard.entity("phone")
    report = replace(state.report, phone=phone.value) if phone else state.report
    return reports.ask(replace(state, report=report).understood(), state.ask, facts, again=True)


def _with(state: State, report: Report, facts: Facts) -> Decision:
    return reports.proceed(replace(state, report=report).understood(), facts)


# --- what and which kind ------------------------------------------------------------------------------------------


def _what(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if reading.is_bare_wish(turn.text) and not turn.photo:
        return None
    if reports.says_only_where(turn):
        return _with(state, reports.with_place(state.report, turn.heard), facts)
    if turn.heard.intent in {"chao_hoi", "cam_on", "huy", "ngoai_pham_vi"} and turn.heard.intents[0].probability > 0.7:
        return None
    return _with(replace(state, waiting=turn.rest or state.waiting), reports.take_in(state.report, turn, facts), facts)


def _kind(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """The words of before and the answer together say which of the look-alikes it is; once asked, never again."""
    if not turn.text.strip():
        return None
    report = reports.take_in(state.report, turn, facts).settle("kind")
    return _with(state, _kept_kind(report, state.report), facts)


def _kept_kind(report: Report, before: Report) -> Report:
    if report.category or not before.category:
        return report
    return replace(report, category=before.category)


def _choose(state: State, turn: Turn, facts: Facts) -> Decision | None:
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    if option is not None:
        chosen = replace(state.report, category=option.value, likely="", guesses=(), question="")
        return _with(state, chosen.settle("kind"), facts)
    if turn.digits or not turn.text.strip():
        return None
    if turn.heard.intent not in {"bao_su_viec", "bo_sung"} and not turn.heard.places:
        return None
    report = reports.take_in(state.report, turn, facts).settle("kind")
    return _with(state, replace(report, likely=state.report.likely or report.likely), facts)


# --- where --------------------------------------------------------------------------------------------------------


def _place(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Any place will do; a shrug or a pointing finger is asked once more, then left to the dispatcher."""
    report = reports.with_spot(state.report, turn.spot)
    if turn.spot is not None:
        return _with(state, report, facts)
    if leaning := _leaning_place(state, report, turn.text):
        return _after_place(state, leaning, facts)
    if turn.heard.places:
        report = reports.take_in(report, turn, facts) if _tells_matter_too(turn) else _named_place(report, turn)
        return _after_place(state, report, facts)
    if reading.is_unknown(turn.text) or reading.is_vague_place(turn.text) or reading.is_mere_answer(turn.text):
        return _give_up_or_ask_again(state, turn, facts)
    return _unnamed_place(state, report, turn, facts)


def _unnamed_place(state: State, report: Report, turn: Turn, facts: Facts) -> Decision | None:
    """Words in which the finder knows no place: more of the matter, or a place nobody ever mapped."""
    if _tells_on(turn):
        return _give_up_or_ask_again(replace(state, report=_told_besides(report, turn)), turn, facts)
    if _is_a_place(turn):
        return _after_place(state, replace(report, place=_appended(report.place, turn.text)), facts)
    return None


def _tells_on(turn: Turn) -> bool:
    """More of the matter, and no place: 'chưa sao nhưng mà gió là đổ đó'."""
    if remarks.is_a_sentence(turn.text):
        return True
    return turn.heard.category is not None and not (reading.looks_like_place(turn.text) or remarks.is_a_name(turn.text))


def _leaning_place(state: State, report: Report, text: str) -> Report | None:
    """A place said by one told before: where the matter before it was, or one thing instead of another."""
    nearby = state.nearby
    if nearby.commune and remarks.is_same_there(text):
        return replace(report, place=report.place or nearby.place, commune=nearby.commune, candidates=())
    return _instead(report, text)


def _instead(report: Report, text: str) -> Report | None:
    """'bến xe chứ không phải bến phà', of the place told before."""
    right, wrong = remarks.instead_of(text)
    at = reading.folded_keeping_length(report.place).find(reading.folded(wrong)) if wrong else -1
    if at < 0:
        return None
    rest = report.place[at + len(wrong) :]
    return replace(report, place=f"{report.place[:at]}{reports.place_answer(right)}{rest}")


def _tells_matter_too(turn: Turn) -> bool:
    """'nước máy nhà ông mất hai ngày nay, ấp Tân Thuận ...': the matter comes only now, with its place."""
    heard = turn.heard
    told = heard.intent == "bao_su_viec" and heard.category is not None and heard.intents[0].probability > MATTER_SURE
    return told and len(turn.text.split()) > FEWEST_WORDS and not reading.looks_like_place(turn.text)


def _same(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """'Cũng ở đó phải không?': yes, or the right place at once, or no and then where."""
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else reading.yes_or_no(turn.text)
    report = state.report.settle("same")
    if said or (said is None and reading.is_vague_place(turn.text)):
        nearby = state.nearby
        return _with(state, replace(report, place=report.place or nearby.place, commune=nearby.commune), facts)
    if said is False and not turn.heard.places:
        return _with(state, report, facts)
    return _place(replace(state, report=report), turn, facts)


def _named_place(report: Report, turn: Turn) -> Report:
    named = reports.with_place(report, turn.heard)
    words = reports.place_answer(turn.text)
    if reading.is_unknown(turn.text) or _ROUNDABOUT.search(reading.folded(turn.text)):
        return named
    # "khu phố 3, gần chợ cũ, phường 4": the finder knows the ward, the officer needs the rest too.
    if len(words.split()) <= reports.LONGEST_PLACE_ANSWER:
        return replace(named, place=_appended(report.place, words))
    return replace(named, what=f"{report.what}\n{turn.text.strip()}")


def _appended(before: str, words: str) -> str:
    words = reports.place_answer(words)
    if not before or reading.folded(before) in reading.folded(words):
        return words
    return before if reading.folded(words) in reading.folded(before) else f"{before}, {words}"


def _is_a_place(turn: Turn) -> bool:
    words = turn.text.split()
    if turn.digits or not reading.folded(turn.text) or len(words) > reports.LONGEST_PLACE_ANSWER:
        return False
    heard = turn.heard
    return (
        heard.intent not in {"huy", "cam_on", "chao_hoi", "quay_roi", "tra_cuu"} or heard.intents[0].probability < 0.8
    )


def _after_place(state: State, report: Report, facts: Facts) -> Decision:
    asked = sum(state.times_asked(slot) for slot in ("place", "commune", "which"))
    if not report.commune and not report.candidates and asked >= MOST_PLACE_QUESTIONS:
        report = report.settle("place")
    return _with(state, report, facts)


def _give_up_or_ask_again(state: State, turn: Turn, facts: Facts) -> Decision:
    report = state.report
    if state.times_asked(state.ask) < 2 and not reading.is_unknown(turn.text):
        return reports.ask(state, state.ask, facts)
    if state.ask == "place" and not report.place and reading.is_vague_place(turn.text):
        report = replace(report, place=reports.place_answer(turn.text))
    return _with(state, report.settle("place"), facts)


def _which(state: State, turn: Turn, facts: Facts) -> Decision | None:
    report, commune = state.report, _meant_commune(state, turn, facts)
    if commune:
        return _with(state, replace(report, commune=commune, candidates=()), facts)
    if turn.digits or not turn.text.strip():
        return None
    if turn.heard.places:
        return _with(state, _narrowed(state, turn, facts), facts)
    if reading.is_unknown(turn.text) or reading.is_vague_place(turn.text) or state.times_asked("which") >= MOST_WHICH:
        return _with(state, report.settle("place"), facts)
    return reports.ask(replace(state, report=_told_besides(report, turn)), "which", facts)


def _narrowed(state: State, turn: Turn, facts: Facts) -> Report:
    """A town leaves fewer to choose from; another commune is one of its own; a street only tells more."""
    report, named = state.report, turn.heard.unit_candidates()
    if reading.is_wrong(turn.text):
        return place_put_right(report, turn, reading.after_answer(turn.text), facts) or report
    fewer = tuple(code for code in report.candidates if code in named)
    if named and not fewer:
        return reports.with_place(replace(report, place="", candidates=()), turn.heard)
    report = replace(report, place=_appended(report.place, turn.text), candidates=fewer or report.candidates)
    return report if fewer and state.times_asked("which") < MOST_WHICH else report.settle("place")


def _meant_commune(state: State, turn: Turn, facts: Facts) -> str:
    """The one of the candidates that was pressed, named, or agreed to ('đúng': the one whose name they said)."""
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    if option is not None:
        return option.value
    if reading.yes_or_no(turn.text) and not reading.after_answer(turn.text):
        said = reading.folded(state.report.place)
        named = [code for code in state.report.candidates if reading.folded(facts.communes.get(code, "-")) in said]
        return named[0] if len(named) == 1 else ""
    units = [code for code in turn.heard.unit_candidates() if code in state.report.candidates]
    return units[0] if len(units) == 1 else ""


# --- when, and how to reach them ----------------------------------------------------------------------------------


def _when(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if not turn.text.strip():
        return None
    report = state.report.settle("when")
    if when := reading.when_of(turn.text):
        return _with(state, replace(report, when=when), facts)
    return _with(state, _told_besides(report, turn), facts)


def _told_besides(report: Report, turn: Turn) -> Report:
    """Not what was asked for, yet part of the matter."""
    if reading.is_mere_answer(turn.text) or reading.is_unknown(turn.text) or len(turn.text.split()) < 2:
        return report
    when = report.when or reading.when_of(turn.text)
    return replace(report, what=f"{report.what}\n{turn.text.strip()}", when=when)


def _phone(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """Asked once and optional: whatever comes back, the report goes on."""
    phone = turn.heard.entity("phone")
    report = state.report.settle("phone")
    if phone is not None:
        return _with(state, replace(report, phone=phone.value), facts)
    if reading.wants_anonymity(turn.text):
        return _with(state, replace(report, anonymous=True), facts)
    if reading.asks_why(turn.text):
        asked = reports.ask(state, "phone", facts, again=True)
        return replace(asked, say=(Line("report.why_phone"), *asked.say))
    if turn.heard.places and not reading.is_skip(turn.text):
        return _with(state, reports.with_place(report, turn.heard), facts)
    if reading.digits_in(turn.text) and not reading.is_skip(turn.text) and state.times_asked("phone") < 2:
        return replace_line(reports.ask(state, "phone", facts), "report.ask_phone_again")
    return _with(state, report if reading.is_skip(turn.text) else _told_besides(report, turn), facts)


def replace_line(decision: Decision, key: str) -> Decision:
    return replace(decision, say=(Line(key),))


# --- the read-back ------------------------------------------------------------------------------------------------


def _confirm(state: State, turn: Turn, facts: Facts) -> Decision | None:
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = {"yes": True, "no": False}[option.value] if option else reading.yes_or_no(turn.text)
    if turn.digits and option is None:
        return None
    if reading.is_wrong(turn.text):
        said = False
    if said is True:
        return _agreed(state, turn)
    changed = corrected(state, turn, facts)
    if changed is not None:
        return _with(state, changed, facts)
    if said is False:
        return reports.ask(state.understood(), "change", facts)
    if turn.heard.intent == "cam_on" and turn.heard.intents[0].probability > 0.7:
        return _agreed(state, turn)
    return None


def _agreed(state: State, turn: Turn) -> Decision:
    more = reading.after_answer(turn.text)
    more = more if len(more.split()) >= FEWEST_WORDS_MORE and not reading.is_thanks(more) else ""
    if reading.asks_progress(more):
        more = ""  # the promised time is told with the code
    if more and not turn.rest and not _is_of_its_own(state.report, turn):
        state, more = replace(state, report=_told_besides(state.report, turn)), ""
    state = replace(state, waiting=turn.rest or more or state.waiting).understood()
    return Decision(state, effect=OpenTicket(reports.finished(state.report)))


def _is_of_its_own(report: Report, turn: Turn) -> bool:
    """'đúng rồi, mà cho hỏi ...' is; 'ừ, đừng báo xã, báo lên tỉnh' belongs to the report."""
    heard = turn.heard
    if heard.intent in {"hoi_thu_tuc", "tra_cuu", "gap_tong_dai_vien"}:
        return True
    return heard.intent == "bao_su_viec" and heard.category not in {None, report.category}


def _change(state: State, turn: Turn, facts: Facts) -> Decision | None:
    changed = corrected(state, turn, facts)
    if changed is not None:
        return _with(state, changed, facts)
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    if option is None and reading.yes_or_no(turn.text):
        return reports.ask(state.understood(), "confirm", facts)
    if option is None:
        return _changed_words(state, turn, facts)
    cleared = {
        "what": replace(state.report, what="", category="", guesses=(), likely="", question=""),
        "place": replace(state.report, place="", commune="", candidates=()),
        "phone": replace(state.report, phone=""),
    }[option.value]
    opened = replace(cleared, settled=tuple(slot for slot in cleared.settled if slot not in {option.value, "kind"}))
    fresh = replace(state, report=opened, thread=replace(state.thread, asked=()))
    return reports.ask(fresh.understood(), option.value, facts)


def _changed_words(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if turn.digits or len(turn.text.split()) < 2 or reading.yes_or_no(turn.text) is not None:
        return None
    return _with(state, reports.take_in(state.report, turn, facts), facts)


READERS: dict[str, Reader] = {
    "what": _what,
    "kind": _kind,
    "choose": _choose,
    "place": _place,
    "same": _same,
    "commune": _place,
    "which": _which,
    "when": _when,
    "phone": _phone,
    "confirm": _confirm,
    "change": _change,
}
