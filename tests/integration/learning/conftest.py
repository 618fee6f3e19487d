"""People who judge labels, and the real engine."""

import os
from pathlib import Path

import pytest

from nlu.engine import EmbeddedEngine
from nlu.models import ensure_model
from tests.integration.desk.conftest import served
from tests.support.web import web

__all__ = ["served", "web"]


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The model of the current data (``TEST_NLU_MODEL`` names another folder)."""
    folder = os.environ.get("TEST_NLU_MODEL")
    return Path(folder) if folder else ensure_model().absolute()


@pytest.fixture(scope="session")
def engine(model_folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine.load(model_folder)
