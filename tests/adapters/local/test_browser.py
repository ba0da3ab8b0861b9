"""The page in a real browser: whom one sees, the clock, the screens, and what must never run."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.adapters.local.door import Door
from tests.adapters.local import examples
from tests.adapters.local.house import House, said
from tests.adapters.local.test_page import ATTACKS, full_of

WIDTHS = (320, 360, 768, 1024, 1280, 1400)


def first(page: Page) -> Locator:
    """Give the first column."""
    return page.locator("#c1")


def who(page: Page) -> Locator:
    """Give the choice of whom the first column shows."""
    return page.locator("#c1-who")


async def test_one_opens_the_printed_address_and_sees_two_people(page: Page) -> None:
    await expect(first(page).locator("h2")).to_have_text("Gesprek van Sanne met Holdfast")
    await expect(page.locator("#c2 h2")).to_have_text("Emma's conversation with Holdfast")
    assert "token" not in page.url


async def test_a_message_appears_at_once(house: House, page: Page) -> None:
    await expect(first(page).get_by_text("Nog geen berichten")).to_be_visible()

    await house.gets("Sanne", said("Hoi Sanne."))

    await expect(first(page).get_by_text("Hoi Sanne.")).to_be_visible()
    await expect(first(page).get_by_text("Nog geen berichten")).to_be_hidden()


async def test_the_clock_says_what_it_is_doing_and_what_happened(house: House, page: Page) -> None:
    house.coming = [timedelta(hours=25)]

    await page.get_by_role("button", name="Naar de volgende gebeurtenis").click()

    status = page.locator("#turned")
    await expect(status).to_contain_text("wo 25 nov 10:30 — 1 nieuw bericht")
    await expect(page.locator("#clock")).to_have_text("woensdag 25 november 2026 10:30")
    await expect(first(page).get_by_text("Hoi Sanne.")).to_be_visible()
    await expect(page.get_by_role("button", name="+1 dag")).to_be_enabled()


async def test_somebody_who_got_news_is_marked_and_can_be_chosen(house: House, page: Page) -> None:
    await expect(first(page).get_by_text("Nog geen berichten")).to_be_visible()
    await house.gets("Inês", said("Hi Inês.", language="en"))
    await expect(page.locator("#c1-who option", has_text="• Inês")).to_have_count(1)

    await who(page).select_option("• Inês")

    await expect(first(page).get_by_text("Hi Inês.")).to_be_visible()
    await expect(page.locator("#c1-who option", has_text="• Inês")).to_have_count(0)
    assert f"people={house.people['Inês']}," in page.url


async def test_the_page_speaks_the_other_language_and_stays_where_it_is(
    house: House, page: Page
) -> None:
    await who(page).select_option("Inês")
    await expect(first(page).locator("h2")).to_contain_text("Inês")

    await page.get_by_role("link", name="EN: English").click()

    await expect(who(page)).to_have_value(str(house.people["Inês"]))
    await expect(page.get_by_role("button", name="To the next event")).to_be_visible()


async def test_nothing_that_is_written_runs(house: House, page: Page) -> None:
    await house.gets("Sanne", *(message for words in ATTACKS for message in full_of(words)))

    await page.reload()

    await expect(first(page).get_by_text(ATTACKS[0]).first).to_be_attached()


async def sticks_out(page: Page, width: int) -> list[int]:
    """Give by how many pixels the page and the two chats are too narrow for what they hold."""
    await page.set_viewport_size({"width": width, "height": 800})
    places = [page.locator("html"), *await page.locator(".messages").all()]
    too_much = "element => element.scrollWidth - element.clientWidth"
    return [await place.evaluate(too_much) for place in places]


@pytest.mark.parametrize(("scheme", "language"), [("light", "nl"), ("dark", "en")])
async def test_nothing_sticks_out_on_any_screen(
    house: House, page: Page, scheme: Literal["light", "dark"], language: str
) -> None:
    await house.has_a_course("Sanne")
    await house.gets("Sanne", *examples.all_of("nl"))
    await house.gets("Emma", *examples.all_of("en"))
    await page.emulate_media(color_scheme=scheme)
    await page.goto(f"{page.url}?language={language}")
    await expect(first(page).get_by_text("Gedaan, werkte")).to_be_attached()

    too_narrow = {width: await sticks_out(page, width) for width in WIDTHS}

    assert too_narrow == {width: [0, 0, 0] for width in WIDTHS}


async def test_whoever_was_not_let_in_reads_what_to_do(browser: Browser, door: Door) -> None:
    context = await browser.new_context()
    page = await context.new_page()

    await page.goto(f"http://127.0.0.1:{door.port}/")

    await expect(page.get_by_text("Open the address that 'holdfast demo' prints")).to_be_visible()
    await context.close()
