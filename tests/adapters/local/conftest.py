"""A house on one kind of database or on both, served, and opened in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page

from bot.adapters.local.door import Door
from tests.adapters.local.house import House, open_house, served


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """Give a house on SQLite: the page does not care which database it stands on."""
    async with open_house(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def either_house(database_url: str) -> AsyncIterator[House]:
    """Give a house, on both kinds of database."""
    async with open_house(database_url) as opened:
        yield opened


@pytest.fixture
async def door(house: House) -> AsyncIterator[Door]:
    """Give the door of the served page."""
    async with served(house) as door:
        yield door


@pytest.fixture
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
