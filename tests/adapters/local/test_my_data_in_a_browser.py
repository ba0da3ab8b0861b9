"""The page "my data" in a browser: readable for everybody, at every width, and printed."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.adapters.local.door import Door
from tests.adapters.local import examples
from tests.adapters.local.house import House
from tests.support.axe import looked_over

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(loop_scope="session")
async def full_house(house: House) -> House:
    """Give a house in which Sanne has a course and a chat."""
    await house.has_a_course("Sanne")
    await house.gets("Sanne", *examples.all_of("nl"))
    return house


@pytest_asyncio.fixture(loop_scope="session")
async def my_data(page: Page, door: Door, full_house: House) -> Page:
    """Give Sanne's page, opened."""
    person = full_house.people["Sanne"]
    await page.goto(f"http://127.0.0.1:{door.port}/my-data?person={person}")
    return page


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_nobody_stumbles_over_it(my_data: Page, language: str) -> None:
    await my_data.goto(f"{my_data.url}&language={language}")

    assert await looked_over(my_data) == []


async def test_it_fits_the_narrowest_screen(my_data: Page) -> None:
    await my_data.set_viewport_size({"width": 320, "height": 900})

    assert await my_data.evaluate("document.documentElement.scrollWidth") <= 320


async def test_the_other_language_is_one_tap_away(my_data: Page) -> None:
    await my_data.get_by_role("link", name="English").click()

    await expect(my_data.get_by_role("heading", level=1)).to_have_text("My data")


async def test_the_file_comes_by_the_link(my_data: Page) -> None:
    async with my_data.expect_download() as coming:
        await my_data.get_by_role("link", name="Download alles").click()
    file = await (await coming.value).path()

    assert (await coming.value).suggested_filename == "holdfast-my-data.json"
    assert json.loads(file.read_text("utf-8"))["tables"]["people"][0]["name"] == "Sanne"


async def test_printed_it_has_words_and_no_buttons(my_data: Page) -> None:
    await my_data.emulate_media(media="print")

    await expect(my_data.get_by_role("navigation")).to_be_hidden()
    await expect(my_data.get_by_text("Download alles")).to_be_hidden()
    await expect(my_data.get_by_text("Dit is van jou. Niemand mag ernaar vragen.")).to_be_visible()
    await expect(my_data.get_by_text("Ik zei wat hielp.")).to_be_visible()
