"""Other eyes in a real browser: chosen by hand or keyboard, kept by the address, given back."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.adapters.local.house import House, said
from tests.adapters.local.test_eyes import has_agreed


def switch(page: Page) -> Locator:
    """Give the choice of whose eyes look."""
    return page.get_by_label("Kijk als")


@pytest_asyncio.fixture(loop_scope="session")
async def watched(house: House, page: Page) -> Page:
    """Give the page after Sanne and Emma agreed, with the panel of the first visit put away."""
    await has_agreed(house)
    await page.reload()
    await page.locator("[data-guide-close]").click()
    await expect(page.locator("#c1 .messages")).to_contain_text("kaneel")
    return page


async def test_a_role_is_chosen_by_keyboard_and_given_back(watched: Page) -> None:
    await switch(watched).focus()
    await watched.keyboard.type("lei")

    await expect(watched.get_by_text("Je kijkt nu als leidinggevende.")).to_be_visible()
    await expect(switch(watched)).to_be_focused()
    await expect(watched.locator("#c1-chat")).to_have_text("Niet te zien voor leidinggevende")
    await expect(watched.locator("#c2-chat")).to_have_text("Not visible to manager")
    await watched.keyboard.press("Home")
    await expect(watched.locator("#c1 .messages")).to_contain_text("kaneel")


async def test_other_eyes_last_over_a_reload_another_language_and_another_column(
    watched: Page,
) -> None:
    await switch(watched).select_option("colleague")
    await expect(watched.get_by_text("Je kijkt nu als collega.")).to_be_visible()

    await watched.reload()
    await expect(switch(watched)).to_have_value("colleague")
    await watched.get_by_role("button", name="3", exact=True).click()
    await expect(watched.locator("#c3-chat")).to_have_text("Not visible to colleague")
    assert "as=colleague" in watched.url
    await watched.get_by_role("link", name="EN: English").click()

    await expect(watched.get_by_text("You're viewing as colleague.")).to_be_visible()
    await expect(watched.locator("#c1-chat")).to_have_text("Niet te zien voor collega")
    await watched.get_by_role("link", name="Back to the person themselves").click()
    await expect(watched.locator("#c1 .messages")).to_contain_text("kaneel")
    await expect(watched.locator(".column")).to_have_count(3)


async def test_a_colleague_sees_the_plan_and_the_rest_is_not_even_there(watched: Page) -> None:
    await switch(watched).select_option("colleague")

    await watched.locator("#c1-tab-plan").click()

    plan = watched.locator("#c1-plan")
    await expect(plan).to_contain_text("Als kruidnagel klaar is, dan zeg ik saffraan.")
    await expect(plan).to_contain_text("Emma: als ik dat zie, dan wijs ik naar het raam.")
    await expect(plan.get_by_text("Niet te zien voor collega")).to_have_count(2)
    assert "kaneel" not in await watched.content()


async def test_news_comes_to_other_eyes_as_nothing_at_all(house: House, watched: Page) -> None:
    await switch(watched).select_option("manager")
    await expect(watched.get_by_text("Je kijkt nu als leidinggevende.")).to_be_visible()

    async with watched.expect_response("**/api/state**"):
        await house.gets("In\u00eas", said("Hi.", language="en"))
        await house.gets("Sanne", said("Een nieuw woord."))

    await expect(watched.locator("#c1-chat")).to_have_text("Niet te zien voor leidinggevende")
    assert "nieuw woord" not in await watched.content()
    assert "\u2022" not in await watched.content()  # nobody is marked as having news


async def test_whom_one_watches_can_be_changed_with_other_eyes(watched: Page) -> None:
    await switch(watched).select_option("coach")
    await expect(watched.get_by_text("Je kijkt nu als coach.")).to_be_visible()
    await expect(watched.locator("#c1[data-seen]")).to_be_visible()  # its script runs

    await watched.locator("#c1 [data-who]").select_option(label="In\u00eas")

    await expect(watched.locator("#c1-chat")).to_have_text("Not visible to coach")
    assert "as=coach" in watched.url


async def test_on_paper_it_says_whose_eyes_these_were(watched: Page) -> None:
    await switch(watched).select_option("l_and_d")
    await expect(watched.get_by_text("Je kijkt nu als L&D.")).to_be_visible()

    await watched.emulate_media(media="print")

    await expect(watched.get_by_text("Je kijkt nu als L&D.")).to_be_visible()
    await expect(watched.locator("#c1-plan .veil").first).to_be_visible()
    await expect(watched.locator("#c1-log .veil")).to_be_visible()
    await expect(switch(watched)).to_be_hidden()


async def test_nothing_takes_a_tap_or_a_letter_but_what_chooses_whom_one_sees(
    watched: Page,
) -> None:
    await switch(watched).select_option("works_council")
    await expect(watched.get_by_text("Je kijkt nu als ondernemingsraad.")).to_be_visible()

    asks = watched.locator("form, input, textarea, [data-turn], [data-start], [data-speaks]")
    await expect(asks).to_have_count(0)
