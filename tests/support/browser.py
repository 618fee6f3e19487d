"""The browser and fonts that page tests need, installed by the run itself where it is root."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

# A font with every Vietnamese letter, so that screenshots show what people will see.
FONT_PACKAGE = "fonts-noto-core"
FONT_FOLDER = Path("/usr/share/fonts/truetype/noto")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
INSTALL_TIMEOUT_S = 900
ARTEFACTS = Path(__file__).parent.parent / "artefacts"


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def missing_packages() -> list[str]:
    missing = [] if find_chromium() else ["chromium"]
    return missing if FONT_FOLDER.exists() or shutil.which("apt-get") is None else [*missing, FONT_PACKAGE]


def install(packages: list[str]) -> None:
    """``apt-get install`` as root, one run at a time; else the test fails saying what to install."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.fail(f"page tests need these system packages, please install them: {' '.join(packages)}", pytrace=False)
    with open(Path(tempfile.gettempdir()) / "contact-center-apt.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            done = subprocess.run(
                ["apt-get", *command],
                check=False,
                env=environment,
                capture_output=True,
                text=True,
                timeout=INSTALL_TIMEOUT_S,
            )
            if done.returncode != 0:
                pytest.fail(f"apt-get {command[0]} failed: {done.stderr.strip()[-300:]}", pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that can draw Vietnamese."""
    packages = missing_packages()
    if packages:
        install(packages)
    program = find_chromium()
    assert program is not None
    return program


@pytest_asyncio.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # Chromium's own sandbox does not work for root.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page at desktop width in Vietnamese; a script error on it fails the test."""
    context = await browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert not errors, f"scripts on the page failed: {errors}"


@pytest.fixture
def artefacts() -> Path:
    """Where screenshots and traces are kept after the run."""
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS
