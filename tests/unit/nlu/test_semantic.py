"""The opinion from the sentence's meaning: weighed with the words, and missed by nobody where it is not installed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import nlu.semantic
from nlu.classifier import Classifier
from nlu.embedded import SEMANTIC_MARK, SEMANTIC_VARIABLE, load_pipeline
from nlu.labels import load_labels
from nlu.restore import learn
from nlu.semantic import STRETCH, SemanticOpinion, SemanticWeightsNotReadable, load_encoder, load_opinion
from nlu.text import view

CODES = tuple(load_labels().categories)
MESSAGE = "đèn đường trước nhà tắt cả tuần nay"


def opinion_for(code: str, *, sure: float, heard: list[str] | None = None) -> SemanticOpinion:
    """An opinion of two numbers that is for one category whatever is said, and writes down what it was given."""

    def encode(text: str) -> NDArray[np.floating[Any]]:
        if heard is not None:
            heard.append(text)
        return np.array([1.0, 0.0], dtype=np.float32)

    weights = np.zeros((2, len(CODES)), dtype=np.float32)
    weights[0, CODES.index(code)] = sure / STRETCH
    return SemanticOpinion(
        version="test",
        encode=encode,
        categories=CODES,
        centre=np.zeros(2, dtype=np.float32),
        category_weights=weights,
        category_bias=np.zeros(len(CODES), dtype=np.float32),
        category_share=0.35,
        sharpness=0.9,
        restorer=learn(["đèn đường trước nhà tắt cả tuần nay"] * 2),
    )


@pytest.fixture(scope="module")
def classifier(model_folder: Path) -> Classifier:
    return Classifier.load(model_folder)


def test_a_sure_second_opinion_moves_the_ranking(classifier: Classifier) -> None:
    seen = view(MESSAGE)
    bag = classifier.bag(seen)
    assert classifier.ranking(bag, "category", 1)[0].code == "HT-01"
    moved = opinion_for("MT-02", sure=60.0).added_to(bag, seen, classifier)
    assert classifier.ranking(moved, "category", 1)[0].code == "MT-02"


def test_an_opinion_that_knows_nothing_leaves_the_order_as_it_is(classifier: Classifier) -> None:
    seen = view(MESSAGE)
    bag = classifier.bag(seen)
    same = opinion_for("MT-02", sure=0.0).added_to(bag, seen, classifier)
    before, after = (classifier.ranking(one, "category", 5) for one in (bag, same))
    assert [ranked.code for ranked in before] == [ranked.code for ranked in after]


def test_only_the_category_is_weighed_anew(classifier: Classifier) -> None:
    seen = view("cháy nhà rồi cứu với")
    bag = classifier.bag(seen)
    moved = opinion_for("MT-02", sure=60.0).added_to(bag, seen, classifier)
    for head in ("intent", "emergency", "urgency", "case_type", "number"):
        assert np.array_equal(classifier.probabilities(bag, head), classifier.probabilities(moved, head))


@pytest.mark.parametrize("text", [MESSAGE, "den duong truoc nha tat ca tuan nay"])
def test_the_encoder_reads_accents_even_where_none_were_typed(text: str, classifier: Classifier) -> None:
    heard: list[str] = []
    opinion_for("MT-02", sure=1.0, heard=heard).added_to(classifier.bag(view(text)), view(text), classifier)
    assert heard == [MESSAGE]


def test_without_the_package_words_alone_decide(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SEMANTIC_VARIABLE)
    monkeypatch.setattr(nlu.semantic, "PACKAGE", "no_such_encoder")
    load_encoder.cache_clear()
    try:
        pipeline = load_pipeline(model_folder)
    finally:
        load_encoder.cache_clear()
    assert SEMANTIC_MARK not in pipeline.model_version
    assert pipeline.understand(MESSAGE, "web").categories[0].code == "HT-01"


def test_it_can_be_switched_off(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SEMANTIC_VARIABLE, "off")
    assert SEMANTIC_MARK not in load_pipeline(model_folder).model_version


def test_weights_of_another_taxonomy_are_left_alone() -> None:
    assert load_opinion((*CODES, "ZZ-01")) is None


def test_weights_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    if load_encoder() is None:
        assert load_opinion(CODES, tmp_path / "broken.npz") is None
        return
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"not weights")
    with pytest.raises(SemanticWeightsNotReadable, match="broken"):
        load_opinion(CODES, broken)
