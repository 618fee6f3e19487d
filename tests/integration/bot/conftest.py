import pytest

from nlu.engine import EmbeddedEngine, Engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine, with the model of the current data."""
    return EmbeddedEngine.load()
