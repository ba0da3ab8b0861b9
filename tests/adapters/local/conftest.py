"""A house on one kind of database or on both, served, and opened in a browser.

All these tests run in one loop a worker, for the browser is started there once; so a fixture that
awaits says `loop_scope="session"`.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page

from bot.adapters.local.door import Door
from tests.adapters.local.house import House, Residents, moved_in, open_house, served
from tests.support.browser import run_in_one_loop

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is tested here in the loop of the browser."""
    run_in_one_loop(each for each in items if each.path.is_relative_to(HERE))


@pytest.fixture(scope="session")
def lived_in(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Residents]:
    """Give a SQLite file in which three people live, and who they are; copy it."""
    file = tmp_path_factory.mktemp("lived_in") / "holdfast.db"
    shutil.copy(sqlite_template, file)
    return file, asyncio.run(moved_in(f"sqlite+aiosqlite:///{file}"))


@pytest_asyncio.fixture(loop_scope="session")
async def house(lived_in: tuple[Path, Residents], tmp_path: Path) -> AsyncIterator[House]:
    """Give a house on SQLite: the page does not care which database it stands on."""
    file, residents = lived_in
    copied = shutil.copy(file, tmp_path / "holdfast.db")
    async with open_house(f"sqlite+aiosqlite:///{copied}", residents) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def either_house(database_url: str) -> AsyncIterator[House]:
    """Give a house, on both kinds of database."""
    async with open_house(database_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def door(house: House) -> AsyncIterator[Door]:
    """Give the door of the served page."""
    async with served(house) as door:
        yield door


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, door: Door) -> AsyncIterator[Page]:
    """Give the page, opened by its printed address; it raises no error and asks no other host."""
    context = await browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    trouble: list[str] = []
    asked_for: set[str] = set()
    ours = f"http://127.0.0.1:{door.port}/"
    page.on("console", lambda said: trouble.append(said.text) if _is_trouble(said) else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.on("request", lambda asked: asked_for.add(asked.url))
    await page.goto(door.address)
    yield page
    await context.close()
    assert trouble == []
    assert all(url.startswith(ours) for url in asked_for)


def _is_trouble(said: ConsoleMessage) -> bool:
    """Say whether the browser complains of the page, and not of a connection that broke off."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")
