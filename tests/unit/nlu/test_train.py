"""Training: the version, the readings, what is kept on disk."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlu.corpus import Utterance
from nlu.labels import load_labels
from nlu.models import KEPT_MODELS, data_version, forget_old_models, train_and_save
from nlu.text import fold
from nlu.train import (
    LEAST_SHARE,
    AbstentionCosts,
    NoTrainingData,
    Row,
    TrainSettings,
    call_shares,
    emergency_number,
    fits_sureness,
    readings,
    train,
)


def utterance(text: str, **changes: object) -> Utterance:
    plain = Utterance(
        text=text,
        intent="bao_su_viec",
        category="HT-01",
        case_type="phan_anh",
        urgency="thuong",
        register="sms",
        region="",
        emergency=False,
        emergency_number=None,
        acceptable=(),
        places=(),
        file="a.yml",
        line=1,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_changed_word_or_setting_is_another_version(tmp_path: Path) -> None:
    corpus = tmp_path / "a.yml"
    corpus.write_text("đèn tắt", "utf-8")
    first = data_version([corpus], TrainSettings(), tmp_path)
    assert data_version([corpus], TrainSettings(), tmp_path) == first
    assert data_version([corpus], TrainSettings(svm_c=9.0), tmp_path) != first
    corpus.write_text("đèn sáng", "utf-8")
    assert data_version([corpus], TrainSettings(), tmp_path) != first


def test_an_accented_utterance_is_learned_without_accents_too_in_the_same_group() -> None:
    rows = readings([utterance("Đèn đường tắt"), utterance("den duong tat")], seed=1)
    assert fold("Đèn đường tắt") in {row.text for row in rows if row.group == 0}
    assert [row.text for row in rows if row.group == 1] == ["den duong tat"]


def test_nothing_to_learn_from_is_said_so() -> None:
    with pytest.raises(NoTrainingData):
        train([], TrainSettings(), "v", progress=lambda message: None)


def test_the_number_marked_goes_before_the_categorys() -> None:
    assert emergency_number(utterance("cháy", category="AN-02", emergency=True)) == "114"
    assert emergency_number(utterance("cháy", category="AN-02", emergency=True, emergency_number="115")) == "115"


def test_the_dearer_a_wrong_department_the_more_is_handed_over() -> None:
    assert AbstentionCosts(wrong_department=10).abstain_below > AbstentionCosts(wrong_department=5).abstain_below


def test_only_the_newest_models_are_kept(tmp_path: Path) -> None:
    for age in range(KEPT_MODELS + 2):
        model = tmp_path / f"m{age}" / "model.json"
        model.parent.mkdir()
        model.write_text("{}", "utf-8")
        os.utime(model, (1_000_000 - age, 1_000_000 - age))
    forget_old_models(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"m{age}" for age in range(KEPT_MODELS)]


def test_confusable_categories_have_their_question() -> None:
    labels = load_labels()
    question = labels.question_between("HT-03", "GT-01")
    assert question is not None
    assert question.endswith("?")
    assert labels.question_between("HT-03", "CB-02") is None


FEW = [
    utterance("đèn đường tắt cả tuần"),
    utterance("đèn hẻm không sáng"),
    utterance("rác chất đống đầu hẻm", category="MT-01"),
    utterance("rác hôi quá không ai gom", category="MT-01"),
    utterance("cháy nhà rồi cứu với", category="AN-02", case_type="khan_cap", urgency="khan", emergency=True),
    utterance("chào em", intent="chao_hoi", category=None, case_type="khac"),
]


def test_the_same_data_give_the_same_weights(tmp_path: Path) -> None:
    for name in ("once", "twice"):
        train(FEW, TrainSettings(), "v", progress=lambda message: None).save(tmp_path / name)
    with np.load(tmp_path / "once" / "weights.npz") as once, np.load(tmp_path / "twice" / "weights.npz") as twice:
        assert all(np.array_equal(once[part], twice[part]) for part in ("idf", "weights", "bias"))
    models = [(tmp_path / name / "model.json").read_text("utf-8") for name in ("once", "twice")]
    assert models[0] == models[1]


def test_how_sure_a_category_may_be_is_fitted_on_calm_text_alone() -> None:
    lamp, call = FEW[0], FEW[4]
    rows = [Row(lamp.text, 0, lamp), Row(call.text, 1, call)]
    assert [fits_sureness("category", row, {0, 1}) for row in rows] == [True, False]
    assert [fits_sureness("emergency", row, {0, 1}) for row in rows] == [True, True]
    assert [fits_sureness("category", row, {1}) for row in rows] == [False, False]


def test_a_category_knows_how_often_it_is_a_call_and_is_never_certain() -> None:
    shares = call_shares([*FEW, utterance("hôm qua cháy nhà bên", category="AN-02")])
    assert shares["AN-02"] == 0.5
    assert shares["HT-01"] == shares["GT-01"] == LEAST_SHARE


def test_a_training_that_is_cut_short_leaves_nothing_behind(tmp_path: Path) -> None:
    def cut_before_the_places(message: str) -> None:
        if message == "nlu: places":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_and_save(FEW, TrainSettings(), "v", tmp_path / "v", cut_before_the_places)
    assert list(tmp_path.iterdir()) == []


def test_a_whole_training_leaves_one_folder(tmp_path: Path) -> None:
    train_and_save(FEW, TrainSettings(), "v", tmp_path / "v", lambda message: None)
    assert [path.name for path in tmp_path.iterdir()] == ["v"]
    assert {path.name for path in (tmp_path / "v").iterdir()} == {
        "model.json",
        "vocabulary.txt",
        "weights.npz",
        "places.json",
    }


def test_a_question_is_worth_its_cost_only_where_the_second_guess_is_likely_enough() -> None:
    assert AbstentionCosts(wrong_department=5, needless_question=1).ask_from == pytest.approx(0.2)
    assert AbstentionCosts(wrong_department=5, needless_question=5).ask_from == pytest.approx(1.0)
