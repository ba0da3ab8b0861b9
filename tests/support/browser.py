"""The browser: Chromium as the system has it, driven by Playwright.

A test that takes `browser` carries the marker by itself. Playwright's own downloads are not used.
"""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.leaving_out import leave_out

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def _chromium() -> str:
    """Give the path of the system's Chromium, or leave the test out."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or leave_out("Chromium", "On Debian: apt-get install chromium")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the browser, before `-m` chooses."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Give a fresh, empty browser without a window."""
    chromium = _chromium()
    # Chromium's sandbox refuses to run as root, which containers and CI are.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=[*QUIET, *sandbox]
        )
        yield browser
        await browser.close()
