"""Two or three people at once: columns, tabs, languages, paper, and a screen with room for one."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from storage import people
from tests.adapters.local import examples
from tests.adapters.local.house import House, said


def column(page: Page, number: int) -> Locator:
    """Give a column."""
    return page.locator(f"#c{number}")


async def test_one_watches_three_people_or_one_and_loses_nothing_on_the_way(
    house: House, page: Page
) -> None:
    await column(page, 1).get_by_role("textbox").fill("Nog niet verstuurd")

    await page.get_by_role("button", name="3", exact=True).click()
    await expect(column(page, 3).locator("h2")).to_have_text("Inês's conversation with Holdfast")
    await house.gets("Inês", said("Hi Inês.", language="en"))
    await expect(column(page, 3).get_by_text("Hi Inês.")).to_be_visible()
    assert page.url.endswith(
        ",".join(str(house.people[each]) for each in ("Sanne", "Emma", "Inês"))
    )

    await page.get_by_role("button", name="1", exact=True).click()
    await expect(page.locator(".column")).to_have_count(1)
    await expect(column(page, 1).get_by_role("textbox")).to_have_value("Nog niet verstuurd")


async def test_tabs_are_walked_with_the_arrows_and_stay_where_they_are_when_news_comes(
    house: House, page: Page
) -> None:
    await column(page, 1).get_by_role("tab", name="Chat").focus()

    await page.keyboard.press("ArrowRight")
    await expect(column(page, 1).get_by_role("tab", name="Plan")).to_be_focused()
    await expect(column(page, 1).get_by_text("Nog geen plan.")).to_be_visible()
    await house.has_a_course("Sanne")
    await house.gets("Sanne", said("Hoi Sanne."))

    plan = column(page, 1).get_by_role("tabpanel", name="Plan")
    await expect(plan.get_by_text("Als het klantoverleg op dinsdag klaar is")).to_be_visible()
    await expect(column(page, 1).get_by_text("Hoi Sanne.")).to_be_hidden()
    await page.keyboard.press("End")
    await expect(column(page, 1).get_by_text("Hij knikte.")).to_be_visible()
    await expect(column(page, 2).get_by_role("tab", name="Chat")).to_have_attribute(
        "aria-selected", "true"
    )


async def test_a_person_is_spoken_to_in_another_language_and_the_page_is_not(
    house: House, page: Page
) -> None:
    await column(page, 1).get_by_role("button", name="EN: English").click()

    await expect(column(page, 1).get_by_text("From now on in English.")).to_be_visible()
    await expect(column(page, 1).get_by_role("button", name="Send")).to_be_visible()
    await expect(column(page, 1).locator("h2")).to_have_text("Sanne's conversation with Holdfast")
    await expect(page.get_by_role("button", name="Naar de volgende gebeurtenis")).to_be_visible()
    async with house.database.read() as tx:
        assert (await people.get(tx, house.people["Sanne"])).language == "en"


async def test_somebody_who_was_erased_makes_room_for_another(house: House, page: Page) -> None:
    await column(page, 1).get_by_role("textbox").fill("Niet voor een ander")

    async with house.database.write() as tx:
        await people.erase_key(tx, house.people["Sanne"])
    house.live.changed(house.people["Sanne"])

    await expect(column(page, 1).get_by_text("was erased. You now see Inês.")).to_be_visible()
    await expect(column(page, 1).get_by_role("textbox")).to_have_value("")
    await expect(column(page, 1).locator("[data-who] option")).to_have_text(["Emma", "Inês"])


async def test_a_phone_shows_one_person_at_a_time_and_tells_of_the_other(
    house: House, page: Page
) -> None:
    await page.set_viewport_size({"width": 320, "height": 700})
    shown = page.get_by_role("group", name="Wie je ziet")
    await expect(column(page, 1)).to_be_visible()
    await expect(column(page, 2)).to_be_hidden()

    await house.gets("Emma", examples.buttons("en"))
    await shown.get_by_role("button", name="Emma nieuw bericht").click()

    await expect(column(page, 1)).to_be_hidden()
    await expect(column(page, 2).get_by_role("button", name="Forgot")).to_be_visible()
    await expect(shown.get_by_role("button", name="Emma", exact=True)).to_be_visible()


async def test_the_panel_of_the_first_visit_is_put_away_for_good_and_comes_back_when_asked(
    page: Page,
) -> None:
    panel = page.get_by_role("region", name="Kijk mee hoe een training blijft hangen")
    opener = page.get_by_role("button", name="Zo werkt het")
    await expect(panel).to_be_visible()

    await page.get_by_role("button", name="Begrepen, ik begin").click()
    await expect(opener).to_be_focused()
    await page.reload()
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await expect(panel).to_be_hidden()

    await opener.click()
    await expect(panel).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()


async def test_on_paper_stand_the_plan_and_the_log_of_whoever_is_shown(
    house: House, page: Page
) -> None:
    await house.has_a_course("Sanne")
    await house.gets("Sanne", said("Hoi Sanne."))
    await expect(column(page, 1).get_by_text("Hoi Sanne.")).to_be_visible()

    await page.emulate_media(media="print")

    await expect(column(page, 1).get_by_text("Als het klantoverleg")).to_be_visible()
    await expect(column(page, 1).get_by_text("Hij knikte.")).to_be_visible()
    await expect(column(page, 1).get_by_text("Hoi Sanne.")).to_be_hidden()
    await expect(page.get_by_text("Proefversie")).to_be_hidden()
