"""The browser: Chromium as the system has it, driven by Playwright; started once a worker.

A test that takes `browser` carries the marker by itself, and runs in the session's loop, for the
browser lives there (see `run_in_one_loop`). Playwright's own downloads are not used.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterable

import pytest
import pytest_asyncio
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
OFF = (
    # What Playwright switches off by itself: of a switch that is given twice the last one counts.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    # Every window would start a process for the suggestions below an address that nobody types.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
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


def run_in_one_loop(items: Iterable[pytest.Item]) -> None:
    """Let tests that await run in the loop of the session, where the browser is.

    What they await must live there as well: their fixtures say `loop_scope="session"`.
    """
    for item in items:
        if item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give a browser without a window; each test opens a context of its own, which is empty."""
    chromium = _chromium()
    # Chromium's sandbox refuses to run as root, which containers and CI are.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        switches = [*QUIET, f"--disable-features={','.join(OFF)}", *sandbox]
        browser = await playwright.chromium.launch(executable_path=chromium, args=switches)
        yield browser
        await browser.close()
