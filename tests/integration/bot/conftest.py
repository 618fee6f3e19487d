import os
from pathlib import Path

import pytest

from nlu.engine import EmbeddedEngine, Engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine, with the model of the current data (``TEST_NLU_MODEL`` names another folder)."""
    folder = os.environ.get("TEST_NLU_MODEL")
    return EmbeddedEngine.load(Path(folder) if folder else None)
