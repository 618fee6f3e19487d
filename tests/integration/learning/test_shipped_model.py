"""The model every new hotline starts with, on messages of people whose words it has not learned."""

from nlu.engine import EmbeddedEngine
from nlu.evaluate import below_the_line, evaluate


def test_the_shipped_model_holds_the_line_in_every_view(engine: EmbeddedEngine) -> None:
    assert below_the_line(evaluate(engine)) == []
