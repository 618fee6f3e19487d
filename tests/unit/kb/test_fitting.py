"""The weights of the rule, set on questions whose answers are known."""

from dataclasses import replace

from kb import fitting
from kb.deciding import Candidate, Verdict
from kb.evaluation import Asked, Outcome, Question, figures
from kb.fitting import ALONE, line_for, outcomes_at, sample_of, unseen, weights_of

NAMES = ("Cấp lại thẻ căn cước", "mất căn cước làm lại ở đâu")
OTHER = Candidate("water", 8.0, 0.2, ("Giá nước sinh hoạt",))


def asked(number: int, article: str | None) -> Asked:
    """One that is found well when it has an article, and poorly when it has none."""
    question = Question(f"q{number}", "làm lại căn cước ở đâu", article, view="accented")
    found = Candidate("identity", 40.0 + number, 0.9, NAMES) if article else replace(OTHER, article_id="identity")
    return Asked(question, "accented", question.text, (found, replace(OTHER, score=8.0 + number % 3)))


ASKED = [asked(number, "identity" if number % 2 else None) for number in range(20)]
SAMPLES = [sample_of(one) for one in ASKED]


def test_what_answers_is_told_from_what_does_not() -> None:
    weights = weights_of(SAMPLES, ALONE)
    answering, not_answering = SAMPLES[1].features[0], SAMPLES[0].features[0]
    assert weights.likelihood(answering) > 0.8
    assert weights.likelihood(not_answering) < 0.2


def test_every_question_is_judged_once_a_shuffle_by_what_others_taught() -> None:
    judged = unseen(SAMPLES, ALONE)
    assert len(judged) == fitting.SHUFFLES * len(SAMPLES)
    assert {one.question.id for one, _ in judged} == {one.question.id for one in ASKED}


def test_the_line_keeps_to_the_wrong_answers_that_were_agreed_to() -> None:
    judged = unseen(SAMPLES, ALONE)
    told = outcomes_at(judged, line_for(judged))
    assert sum(one.is_wrong for one in told) <= fitting.MOST_WRONG * len(told)
    assert any(one.is_right for one in told)


def test_figures_count_wrong_answers_of_everything_asked() -> None:
    question = Question("q", "mất căn cước", "identity", view="accented")
    seen = [
        Outcome(question, "accented", 1, Verdict(tell="identity")),
        Outcome(question, "accented", 2, Verdict(ask=("water", "identity"))),
        Outcome(replace(question, article=None), "accented", None, Verdict(tell="water")),
        Outcome(replace(question, article=None), "accented", None, Verdict()),
    ]
    all_of_them = figures(seen)[-1]
    assert (all_of_them.answered, all_of_them.offered, all_of_them.right) == (0.5, 0.5, 0.5)
    assert (all_of_them.wrong, all_of_them.asked, all_of_them.recall_1) == (0.25, 0.25, 0.5)
