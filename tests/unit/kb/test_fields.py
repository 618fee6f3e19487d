from hypothesis import given
from hypothesis import strategies as st

from kb import fields
from kb.fields import Key, Term
from kb.store import Passage
from kb.synonyms import SynonymTable

POWER = SynonymTable.of([["cúp điện", "mất điện", "mất lửa"]])


def keys(terms: tuple[Term, ...]) -> set[tuple[str, str]]:
    return {term.key for term in terms}


def passage(title: str, text: str, *questions: str) -> Passage:
    return Passage("p", "a", 1, title, "", text, questions)


def test_a_word_of_the_title_counts_more_than_one_of_the_text() -> None:
    counts = fields.of_passage(passage("Khai sinh", "lệ phí khai tử", "khai ở đâu"))["words"]
    assert (counts["khai"], counts["sinh"], counts["phi"], counts["dau"]) == (6, 3, 1, 2)


def test_what_people_say_asks_for_what_the_article_says() -> None:
    asked = fields.ask("nhà tôi cúp điện rồi", POWER)
    assert {("pairs", "mat_dien"), ("pairs", "mat_lua"), ("pairs", "cup_dien")} <= keys(asked.terms)


def test_the_longest_wording_is_taken() -> None:
    table = SynonymTable.of([["căn cước", "thẻ"], ["căn cước công dân", "cccd"]])
    assert [other for _, _, other in table.found_in(["doi", "can", "cuoc", "cong", "dan"])] == ["cccd can cuoc"]


def test_an_answer_in_other_words_covers_the_question() -> None:
    asked = fields.ask("cúp điện", POWER)
    rarities = {term.key: 1.0 for term in asked.meaning}
    assert fields.weigh(asked, rarities, unknown=3.0).coverage(fields.line_of(passage("Báo mất điện", ""))) > 0.7


def test_words_nobody_ever_wrote_make_a_question_less_covered() -> None:
    rarities: dict[Key, float] = {("words", "xay"): 1.0, ("words", "phep"): 1.0, ("pairs", "xay_phep"): 1.0}
    line = fields.line_of(passage("", "xây phép"))

    def covered(text: str) -> float:
        return fields.weigh(fields.ask(text, SynonymTable()), rarities, unknown=5.0).coverage(line)

    assert covered("xây phép") == 1.0
    assert covered("xây phép hyperloop") < 0.5


def test_a_guess_at_a_mistyped_word_stands_beside_its_neighbours() -> None:
    asked = fields.with_guesses(fields.ask("khai sihn", SynonymTable()), {"sihn": ["sinh", "sin"]})
    assert {("pairs", "khai_sinh"), ("pairs", "khai_sin"), ("words", "sinh")} <= keys(asked.terms)


def test_a_rare_term_tells_more_than_a_common_one() -> None:
    assert fields.rarity(100, 1) > fields.rarity(100, 50) > fields.rarity(100, 99) > 0


@given(st.text(max_size=120), st.text(max_size=120))
def test_coverage_is_a_part(question: str, text: str) -> None:
    asked = fields.ask(question, POWER)
    rarities = {term.key: fields.rarity(10, 3) for term in asked.meaning[::2]}
    line = fields.line_of(passage("", text))
    assert 0.0 <= fields.weigh(asked, rarities, unknown=2.0).coverage(line) <= 1.0


def test_the_end_of_one_part_and_the_beginning_of_the_next_are_no_pair() -> None:
    asked = fields.ask("cúp điện", SynonymTable())
    apart, together = fields.line_of(passage("Cúp", "điện")), fields.line_of(passage("", "cúp điện"))
    weighed = fields.weigh(asked, {term.key: 1.0 for term in asked.meaning}, unknown=3.0)
    assert weighed.coverage(apart) < weighed.coverage(together) == 1.0
