"""The report form's way through its pages, without pages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.portal.report import (
    LONGEST_TEXT,
    MOST_CANDIDATES,
    Pin,
    Step,
    Told,
    may_open,
    next_step,
    pin_of,
    problems_of_contact,
    problems_of_place,
    problems_of_what,
    step_before,
    told_from,
    with_contact,
    with_place,
    with_text,
)
from nlu.understanding import PlaceMention, Ranked, Understanding

KNOWN = ["HT-01", "GT-02", "MT-01"]
HEARD = Understanding(
    text="",
    intent="bao_su_viec",
    intents=(),
    case_type="phan_anh",
    case_types=(),
    category="HT-01",
    categories=(Ranked("HT-01", 0.7), Ranked("GT-02", 0.2), Ranked("XX-99", 0.09), Ranked("MT-01", 0.01)),
    abstained=False,
    emergency=False,
    emergency_number=None,
    emergency_ask=False,
    urgency="thuong",
    legal_track="ordinary",
)
FIRE = replace(HEARD, emergency=True, emergency_number="114")


def told(*done: Step, **facts: object) -> Told:
    return replace(Told(text="đèn hư", done=tuple(step.value for step in done)), **facts)  # type: ignore[arg-type]


def test_an_ordinary_report_goes_what_kind_where_contact_review() -> None:
    seen: list[Step] = []
    state = with_text(Told(), "đèn hư", HEARD, KNOWN)
    for _ in range(4):
        state = state.finished(Step.WHAT) if not seen else state
        seen.append(next_step(state))
        state = state.finished(seen[-1])
    assert seen == [Step.KIND, Step.WHERE, Step.CONTACT, Step.REVIEW]


def test_danger_shows_the_number_before_anything_else() -> None:
    state = with_text(Told(), "cháy nhà", FIRE, KNOWN).finished(Step.WHAT)
    assert next_step(state) is Step.EMERGENCY
    assert not may_open(Step.WHERE, state)


def test_new_words_are_understood_anew_and_warned_of_again() -> None:
    first = with_text(Told(), "đèn hư", HEARD, KNOWN).finished(Step.WHAT).finished(Step.KIND)
    second = with_text(first, "cháy nhà", FIRE, KNOWN).finished(Step.WHAT)
    assert next_step(second) is Step.EMERGENCY
    assert Step.KIND not in second.done


def test_the_same_words_again_keep_what_was_chosen() -> None:
    first = replace(with_text(Told(), "đèn hư", HEARD, KNOWN), category="GT-02").finished(Step.WHAT)
    assert with_text(first, "đèn hư", HEARD, KNOWN) == first


def test_guesses_are_plausible_known_and_few() -> None:
    assert with_text(Told(), "đèn hư", HEARD, KNOWN).guesses == ("HT-01", "GT-02")


def test_a_machine_that_is_not_sure_chooses_nothing() -> None:
    unsure = replace(HEARD, abstained=True, category=None)
    assert with_text(Told(), "hư rồi", unsure, KNOWN).category == ""


def test_a_place_named_in_the_story_is_not_asked_from_nothing() -> None:
    mention = PlaceMention(text="chợ Mỹ Tho,", start=0, end=10, units=("28261",), score=0.9, kind="landmark")
    assert with_text(Told(), "đèn hư", replace(HEARD, places=(mention,)), KNOWN).heard_place == "chợ Mỹ Tho"


@given(st.sets(st.sampled_from(list(Step))), st.booleans(), st.booleans())
def test_no_page_is_opened_before_its_turn(done: set[Step], danger: bool, guessed: bool) -> None:
    state = told(*done, emergency_number="114" if danger else "", guesses=("HT-01",) if guessed else ())
    turn = next_step(state)
    assert may_open(turn, state) or turn is Step.REVIEW
    for step in Step:
        if may_open(step, state):
            before = step_before(step, state)
            assert before is None or before in state.done


@pytest.mark.parametrize(
    ("text", "wrong"), [("", "required"), (" \n ", "required"), ("x" * (LONGEST_TEXT + 1), "too_long")]
)
def test_a_report_says_something_and_not_too_much(text: str, wrong: str) -> None:
    assert problems_of_what(text) == {"text": wrong}


# --- where --------------------------------------------------------------------------------------------------------

COMMUNES = ["28249", "28261", "28300"]


def placed(**given: object) -> Told:
    facts: dict[str, object] = {"text": "", "pin": None, "chosen": "", "named": (), "nearest": "", "known": COMMUNES}
    return with_place(Told(), **(facts | given))  # type: ignore[arg-type]


def test_one_commune_in_the_words_is_the_place() -> None:
    assert placed(text="chợ Mỹ Tho", named=["28261"]).commune == "28261"


def test_several_communes_are_asked_about() -> None:
    state = placed(text="phường 4 cũ", named=["28249", "28261"])
    assert (state.commune, state.candidates) == ("", ("28249", "28261"))
    assert problems_of_place(state, needed=True, unsure=False) == {"commune": "which"}


def test_a_pin_settles_what_the_words_leave_open() -> None:
    state = placed(text="phường 4 cũ", named=["28249", "28261"], nearest="28261", pin=Pin(10.3, 106.3))
    assert state.commune == "28261"


def test_words_and_pin_that_disagree_are_asked_about() -> None:
    state = placed(text="chợ Mỹ Tho", named=["28261"], nearest="28300", pin=Pin(10.3, 106.3))
    assert state.candidates == ("28261", "28300")


def test_what_the_citizen_picks_counts() -> None:
    assert placed(text="chợ", named=["28261"], nearest="28300", chosen="28249").commune == "28249"
    assert placed(text="chợ", chosen="99999").commune == ""


def test_i_do_not_know_is_an_answer_that_keeps_the_possibilities() -> None:
    state = placed(text="phường 4 cũ", named=["28249", "28261"])
    assert problems_of_place(state, needed=True, unsure=True) == {}
    assert state.candidates == ("28249", "28261")


def test_a_name_nobody_knows_leads_to_the_list() -> None:
    assert problems_of_place(placed(text="xóm ngoài"), needed=True, unsure=False) == {"commune": "unknown"}


def test_no_place_at_all_is_fine_only_where_none_is_needed() -> None:
    assert problems_of_place(placed(), needed=True, unsure=False) == {"place": "required"}
    assert problems_of_place(placed(), needed=False, unsure=False) == {}


def test_never_more_candidates_than_a_page_can_show() -> None:
    many = [f"{code}" for code in range(28000, 28020)]
    assert len(placed(text="An", named=many, known=many).candidates) == MOST_CANDIDATES


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_sent_as_a_point_is_a_point_on_earth_or_none(latitude: str, longitude: str) -> None:
    pin = pin_of(latitude, longitude)
    assert pin is None or (abs(pin.latitude) <= 90 and abs(pin.longitude) <= 180)


@pytest.mark.parametrize("pair", [("nan", "106"), ("91", "106"), ("10", "inf"), ("", ""), ("10,5", "106")])
def test_what_is_no_point_is_none(pair: tuple[str, str]) -> None:
    assert pin_of(*pair) is None


# --- contact ------------------------------------------------------------------------------------------------------


def contact(**given: object) -> Told:
    return with_contact(Told(), **({"name": "", "phone": "", "anonymous": False, "publish": False} | given))  # type: ignore[arg-type]


def test_a_phone_is_kept_in_one_form_and_may_be_missing() -> None:
    assert contact(phone="0912 345 678").phone == "+84912345678"
    assert problems_of_contact(contact()) == {}


def test_what_is_no_phone_stays_in_its_field() -> None:
    state = contact(phone="12")
    assert state.phone == "12"
    assert problems_of_contact(state) == {"phone": "not_a_phone"}


def test_who_stays_unnamed_leaves_no_name() -> None:
    assert contact(name="Nguyễn Văn A", anonymous=True).name == ""


def test_a_draft_comes_back_as_it_was_stored() -> None:
    state = with_text(Told(), "đèn hư", HEARD, KNOWN).finished(Step.WHAT)
    stored = {key: list(value) if isinstance(value, tuple) else value for key, value in state.as_json().items()}
    assert told_from(stored | {"of_an_older_form": 1}) == state
