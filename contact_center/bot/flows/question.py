"""A question: answered from an article with its source, or by a person. Never from imagination."""

import re
from dataclasses import replace

from contact_center.bot import reading
from contact_center.bot.decisions import Answered, ArticleFact, Decision, Facts, HandOver, Line, Search, Turn
from contact_center.bot.state import Option, State

_HELPED = (Option("@bot.option.helped", "yes"), Option("@bot.option.not_helped", "no"))


_PERSON = (Option("@bot.option.person", "yes"), Option("@bot.option.no_need", "no"))


def begin(state: State, turn: Turn, facts: Facts) -> Decision:
    if reading.is_bare_wish(turn.text):
        return Decision(state.asking("question", "topic").understood(), say=(Line("question.ask_topic"),))
    state = replace(state, waiting=turn.rest or state.waiting)
    return Decision(state.asking("question", "").understood(), effect=search(state, turn))


def search(state: State, turn: Turn) -> Search:
    leans = state.last_article if reading.is_follow_up(turn.text) else ""
    return Search(turn.text, turn.heard.category or "", leans)


def answer(state: State, turn: Turn, facts: Facts) -> Decision | None:
    if state.ask == "topic":
        return begin(state, turn, facts) if turn.text.strip() and not turn.digits else None
    if state.ask == "person":
        return _person(state, turn)
    return _after_answer(state, turn) if state.ask == "helped" else None


def _after_answer(state: State, turn: Turn) -> Decision | None:
    if reading.is_only_place(turn.text, [mention.text for mention in turn.heard.places]):
        return Decision(state.asking("question", "person", _PERSON).understood(), say=(Line("question.no_more"),))
    option = reading.chosen(turn.text, turn.digits, state.thread.options)
    said = option.value == "yes" if option else _helped(turn)
    if said is True:
        return Decision(state.idle().understood(), say=(Line("question.glad"),))
    if said is False:
        return Decision(
            state.idle().understood(), say=(Line("question.to_person"),), effect=HandOver("answer_not_helpful")
        )
    return None


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
    if len(turn.text.split()) > 7:
        return None
    return reading.yes_or_no(turn.text)


def answered(state: State, effect: Search, outcome: Answered, facts: Facts) -> Decision:
    article = outcome.article
    if article is not None and article.slug == effect.article and article.whole:
        # They heard all of it already: saying it again would be pretending to answer.
        return Decision(state.asking("question", "person", _PERSON), say=(Line("question.no_more"),))
    if article is None and state.waiting:
        # Their other matter first: a person answers the question once nothing is left for the machine to do.
        again, state = state.waiting, replace(state.idle(), waiting="")
        return Decision(state, say=(Line("question.later"),), again=again)
    if article is None:
        return Decision(state.idle(), say=(Line("question.unknown"),), effect=HandOver("no_article"))
    state = replace(state, last_article=article.slug)
    lines = article_lines(article)
    if state.waiting:
        again, state = state.waiting, replace(state.idle(), waiting="")
        return Decision(state, say=(*lines, Line("second_matter")), again=again)
    return Decision(state.asking("question", "helped", _HELPED), say=(*lines, Line("question.ask_helped")))


def spoken_source(source: str) -> str:
    """The first law only and without its number: nobody notes down 'sáu ba gạch chéo hai không hai bốn' by ear."""
    return re.sub(r"\s*(?:số )?\d+/\d{4}/[^\s;,]+", "", source.split(";", maxsplit=1)[0]).strip()


def article_lines(article: ArticleFact) -> tuple[Line, ...]:
    note = "@bot.question.sample" if article.sample else ""
    blanks = {
        "answer": article.answer,
        "spoken": article.spoken,
        "sms": article.sms,
        "source": article.source,
        "source_spoken": spoken_source(article.source),
        "note": note,
    }
    return (Line("question.answer", blanks),)
