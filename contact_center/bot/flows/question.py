"""A question: answered from an article with its source, or by a person. Never from imagination."""

import re
from dataclasses import replace

from contact_center.bot import reading, remarks
from contact_center.bot.decisions import (
    Answered,
    ArticleFact,
    Decision,
    Facts,
    HandOver,
    Line,
    NoteHelped,
    NoteUnanswered,
    Search,
    Turn,
)
from contact_center.bot.flows import sensitive
from contact_center.bot.state import Option, State

_HELPED = (Option("@bot.option.helped", "yes"), Option("@bot.option.not_helped", "no"))
_PERSON = (Option("@bot.option.person", "yes"), Option("@bot.option.no_need", "no"))
_MORE = (Option("@bot.option.listen_on", "yes"), Option("@bot.option.enough", "no"))
_NEITHER = Option("@bot.option.neither", "neither")

_LISTENS = re.compile(r"\b(nghe|tiep|doc di|noi di)\b")
_HAS_ENOUGH = re.compile(r"\b(du|thoi|khoi|khong|ko|hong)\b")

CATEGORIES_WEIGHED = 8
LONG_ANSWER = 7
"""More words than this are no mere yes or no."""


def begin(state: State, turn: Turn, facts: Facts) -> Decision:
    if reading.is_bare_wish(turn.text):
        return Decision(state.asking("question", "topic").understood(), say=(Line("question.ask_topic"),))
    state = replace(state, waiting=turn.rest or state.waiting)
    return Decision(state.asking("question", "").understood(), effect=search(state, turn))


def search(state: State, turn: Turn) -> Search:
    heard = turn.heard
    return Search(
        turn.text,
        categories=tuple((one.code, one.probability) for one in heard.categories[:CATEGORIES_WEIGHED]),
        article=state.last_article if reading.is_follow_up(turn.text) else "",
        places=(*heard.unit_candidates(), *((state.nearby.commune,) if state.nearby.commune else ())),
    )


def answer(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.ask == "topic":
        return begin(state, turn, facts) if turn.text.strip() and not turn.digits else None
    if state.ask == "article":
        return _chosen(state, turn, facts)
    if state.last_article and not turn.digits and reading.is_follow_up(turn.text):
        return begin(state, turn, facts)
    if state.ask == "more":
        return _more(state, turn, facts)
    if state.ask == "person":
        return _person(state, turn)
    return _after_answer(state, turn) if state.ask == "helped" else None


def _said(state: State, turn: Turn) -> bool | None:
    """Yes or no, pressed or said."""
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    return option.value == "yes" if option else _helped(turn)


def _after_answer(state: State, turn: Turn) -> Decision | None:
    if reading.is_only_place(turn.text, [mention.text for mention in turn.heard.places]):
        return Decision(state.asking("question", "person", _PERSON).understood(), say=(Line("question.no_more"),))
    said = _said(state, turn)
    return None if said is None else Decision(state.understood(), effect=NoteHelped(said))


def noted(state: State, effect: NoteHelped) -> Decision:
    if effect.helped:
        return Decision(state.idle(), say=(Line("question.glad"),))
    return Decision(state.idle(), say=(Line("question.to_person"),), effect=HandOver("answer_not_helpful"))


def _person(state: State, turn: Turn) -> Decision | None:
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else reading.yes_or_no(turn.text)
    if said is True:
        return Decision(state.understood(), effect=HandOver("answer_not_helpful"))
    if said is False or turn.heard.intent == "cam_on":
        return Decision(state.idle().understood(), say=(Line("question.glad"),))
    return None


def _helped(turn: Turn) -> bool | None:
    if turn.heard.intent == "cam_on" or reading.is_thanks(turn.text):
        return True
    if len(turn.text.split()) > LONG_ANSWER:
        return None
    return reading.yes_or_no(turn.text)


# --- listening on -------------------------------------------------------------------------------------------------


def _more(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """The next piece of what is told by ear, for whoever wants it."""
    said = _said(state, turn)
    if said is None:
        said = _wants_on(reading.folded(turn.text))
    if said is None:
        return None
    if not said or not state.more:
        return _ask_helped(replace(state, more=()).understood(), ())
    piece, *rest = state.more
    state = replace(state, more=tuple(rest)).understood()
    return _ask_on(state, (Line("question.piece", {"piece": piece}),))


def _wants_on(said: str) -> bool | None:
    """'Dạ nghe', 'đọc đi'; 'đủ rồi'."""
    if _HAS_ENOUGH.search(said):
        return False
    return True if _LISTENS.search(said) else None


def _ask_on(state: State, lines: tuple[Line, ...]) -> Decision:
    if not state.more:
        return _ask_helped(state, lines)
    return Decision(state.asking("question", "more", _MORE), say=(*lines, Line("question.ask_more")))


def _ask_helped(state: State, lines: tuple[Line, ...]) -> Decision:
    return Decision(state.asking("question", "helped", _HELPED), say=(*lines, Line("question.ask_helped")))


# --- one of two ---------------------------------------------------------------------------------------------------


def _chosen(state: State, turn: Turn, facts: Facts) -> Decision | None:
    """The one they mean; told in other words, both questions are read as one, and nobody is asked a second time."""
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said_no = option is None and reading.is_mere_answer(turn.text) and reading.yes_or_no(turn.text) is False
    if said_no or (option is not None and option.value == _NEITHER.value):
        return _leave_open(state.understood(), state.asked)
    if option is not None:
        return Decision(state.understood(), effect=Search(state.asked, chosen=option.value))
    if turn.digits or not turn.text.strip() or reading.is_mere_answer(turn.text):
        return None
    if turn.heard.intent == "cam_on" or reading.is_thanks(turn.text):
        return Decision(state.idle().understood(), say=(Line("thanks"),))  # the names alone told them enough
    both = replace(turn, text=f"{state.asked}. {turn.text}")
    return Decision(state.understood(), effect=search(state, both))


# --- what came of it ----------------------------------------------------------------------------------------------


def answered(state: State, effect: Search, outcome: Answered, facts: Facts) -> Decision:
    article = outcome.article
    if article is None:
        return _undecided(state, effect, outcome)
    if article.silent:
        # The article told last says nothing of it: telling it again would be pretending to answer.
        return Decision(state.asking("question", "person", _PERSON), say=(Line("question.no_more"),))
    state = replace(state, last_article=article.slug, asked="", more=())
    lines = article_lines(article)
    if state.waiting:
        again, state = state.waiting, replace(state.idle(), waiting="")
        return Decision(state, say=(*lines, Line("second_matter")), again=again)
    return _ask_on(replace(state, more=article.more if facts.spoken else ()), lines)


def _undecided(state: State, effect: Search, outcome: Answered) -> Decision:
    if outcome.choices and not state.waiting and state.ask != "article":
        options = (*outcome.choices, _NEITHER)
        line = Line("question.which", {"about": outcome.about}) if outcome.about else Line("question.which_matter")
        return Decision(replace(state.asking("question", "article", options), asked=effect.text), say=(line,))
    return _leave_open(state, effect.text)


def _leave_open(state: State, question: str) -> Decision:
    """Nothing answers it: those who write articles learn of it, unless it is nothing for others to read."""
    if sensitive.has_denounced(state) or state.warned or remarks.curses(question):
        return unanswered(state)
    options = state.thread.options if state.ask == "article" else ()
    offered = tuple(option.value for option in options if option.value != _NEITHER.value)
    return Decision(state, effect=NoteUnanswered(question, offered))


def unanswered(state: State) -> Decision:
    """A person answers it; their other matter first, as long as something is left for the machine to do."""
    if state.waiting:
        again, state = state.waiting, replace(state.idle(), waiting="")
        return Decision(state, say=(Line("question.later"),), again=again)
    return Decision(state.idle(), say=(Line("question.unknown"),), effect=HandOver("no_article"))


def spoken_source(source: str) -> str:
    """The first law only and without its number: nobody notes down 'sáu ba gạch chéo hai không hai bốn' by ear."""
    return re.sub(r"\s*(?:số )?\d+/\d{4}/[^\s;,]+", "", source.split(";", maxsplit=1)[0]).strip()


def article_lines(article: ArticleFact) -> tuple[Line, ...]:
    """The answer, its papers as a list on a screen, its source, since when it holds, and where to read on."""
    blanks = {
        "answer": article.answer,
        "spoken": article.spoken,
        "sms": article.sms,
        "source": article.source,
        "source_spoken": spoken_source(article.source),
        "since": article.valid_from.strftime("%d/%m/%Y"),
        "note": "@bot.question.sample" if article.sample else "",
        "link": article.link,
    }
    papers = "\n".join(f"- {paper}" for paper in article.papers)
    listed = (Line("question.papers", {"papers": papers}),) if papers and not article.part else ()
    return (Line("question.answer", blanks), *listed, Line("question.source", blanks))
