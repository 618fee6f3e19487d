"""What counts as the same model."""

import pytest

from contact_center.learning.serving import ServingEngine, weights_of
from nlu.embedded import SEMANTIC_MARK
from nlu.engine import EmbeddedEngine


class Marked(EmbeddedEngine):
    """An engine that weighs the sentence's meaning beside its weights."""

    def __init__(self) -> None:
        """No models: only its name is asked for."""

    @property
    def model_version(self) -> str:
        return f"shipped00000{SEMANTIC_MARK}.1"


@pytest.mark.parametrize("version", ["shipped00000", f"shipped00000{SEMANTIC_MARK}.1"])
def test_the_mark_of_the_sentences_meaning_makes_no_other_model(version: str) -> None:
    assert weights_of(version) == "shipped00000"


def test_where_the_meaning_is_weighed_too_the_shipped_model_keeps_its_name() -> None:
    assert ServingEngine(Marked()).shipped == "shipped00000"
