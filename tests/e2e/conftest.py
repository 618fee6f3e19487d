"""The stage of a story: the whole house, and people with browsers of their own around it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.people import Stage
from tests.support.house import House

# The house, its classifier and as many as three browsers share a small machine.
PATIENCE_MS = 30_000


@pytest_asyncio.fixture
async def stage(
    browser: Browser, house: House, artefacts: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Stage]:
    """Where a story plays; a script error on anybody's page fails it."""
    expect.set_options(timeout=PATIENCE_MS)
    stage = Stage(browser, house.url, artefacts, story=story_name(request))
    yield stage
    await stage.close()


def story_name(request: pytest.FixtureRequest) -> str:
    return re.sub(r"^test_", "", request.node.name).replace("_", "-")
