"""Menus, and what is said at a form whose words were not taken; the words stay in their field."""

from __future__ import annotations

from dataclasses import replace

from playwright.async_api import Locator, Page, expect

from bot.port import Choices, Chosen, Field, Heard, Message, Notice, NoticeOption, Option, Pressed
from tests.adapters.local import examples
from tests.adapters.local.house import House, said
from tests.adapters.local.waits import unlocks_after

WORDS = "Meneer De Vries op kamer 12 zei dat het hielp"
NOTICE = Notice(
    "outcome",
    "care.patient_data",
    ("Dit lijkt op een patiëntgegeven.", "Haal je het weg?"),
    (
        NoticeOption("edit", "Pas aan", "back"),
        NoticeOption("is_none", "Het is er geen", "sure", "Goed, stuur het nog eens."),
        NoticeOption("pause", "Pauzeer", "choose"),
    ),
)


def first(page: Page) -> Locator:
    """Give the first column."""
    return page.locator("#c1")


def menu() -> Message:
    """Ask something that belongs to no dialogue."""
    options = tuple(map(Option, ("week", "weeks"), ("1 week", "2 weken")))
    asked = replace(examples.menu(), fields=(Field("control.pause", Choices(options), 0, ""),))
    return replace(asked, dialogue=None, paragraphs=("Hoe lang zal ik stil zijn?",))


async def writes(house: House, page: Page) -> Locator:
    """Write words in a form that are not taken, and give its field."""
    house.answers.append(Heard(notice=NOTICE))
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()
    field = first(page).locator("form.card textarea")
    await field.fill(WORDS)
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()
    await expect(first(page).get_by_text("Haal je het weg?")).to_be_visible()
    return field


async def test_a_menu_is_chosen_from_once_even_when_tapped_twice(house: House, page: Page) -> None:
    asked = menu()
    await unlocks_after(page, 200)
    await house.gets("Sanne", asked)

    await first(page).get_by_role("button", name="2 weken").dblclick()

    await expect(first(page).get_by_role("button", name="2 weken")).to_be_enabled()
    assert [event.what for event in house.heard] == [
        Chosen(asked.delivery, "control.pause", "weeks")
    ]


async def test_a_menu_that_was_used_already_says_so_where_it_stands(
    house: House, page: Page
) -> None:
    house.answers.append(Heard(refusals={"": "Deze knop is al gebruikt."}))
    await house.gets("Sanne", menu())

    await first(page).get_by_role("button", name="1 week").click()

    await expect(first(page).get_by_text("Deze knop is al gebruikt.")).to_be_visible()


async def test_a_notice_takes_the_focus_and_leads_back_to_the_words(
    house: House, page: Page
) -> None:
    field = await writes(house, page)
    await expect(first(page).locator("[data-notice]")).to_be_focused()

    await first(page).get_by_role("button", name="Pas aan").click()

    await expect(field).to_be_focused()
    await expect(field).to_have_value(WORDS)
    await expect(first(page).locator("[data-notice]")).to_have_count(0)


async def test_whoever_is_sure_sends_the_same_words_again_and_says_so(
    house: House, page: Page
) -> None:
    field = await writes(house, page)
    await unlocks_after(page, 200)

    await first(page).get_by_role("button", name="Het is er geen").click()
    await expect(first(page).get_by_text("Goed, stuur het nog eens.")).to_be_visible()
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()

    await expect(field).to_be_enabled()
    sure = Pressed(examples.DIALOGUE, {"outcome": WORDS}, {"outcome": 0}, sure=True)
    assert house.heard[-1].what == sure


async def test_other_words_than_those_one_was_sure_of_are_heard_afresh(
    house: House, page: Page
) -> None:
    field = await writes(house, page)
    await unlocks_after(page, 200)
    await first(page).get_by_role("button", name="Het is er geen").click()

    await field.fill("Iets anders")
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()

    await expect(field).to_be_enabled()
    assert house.heard[-1].what == Pressed(
        examples.DIALOGUE, {"outcome": "Iets anders"}, {"outcome": 0}
    )


async def test_a_choice_of_a_notice_is_made_and_the_words_stay(house: House, page: Page) -> None:
    field = await writes(house, page)

    await first(page).get_by_role("button", name="Pauzeer").click()

    await expect(first(page).locator("[data-notice]")).to_have_count(0)
    await expect(field).to_have_value(WORDS)
    await expect(field).to_be_enabled()
    assert house.heard[-1].what == Chosen(None, "care.patient_data", "pause")


async def test_what_may_not_stand_is_shown_as_not_kept(house: House, page: Page) -> None:
    house.answers.append(Heard(may_stand=False))
    await house.gets("Sanne", said("Hoi Sanne."))
    await first(page).get_by_label("Bericht van Sanne aan Holdfast").fill("Iets zwaars.")

    await page.keyboard.press("Enter")

    await expect(first(page).locator(".bubble.person")).to_contain_text("Niet bewaard.")
    await expect(first(page).get_by_text("Iets zwaars.")).to_have_count(0)


async def test_the_addresses_of_our_own_pages_are_links_that_keep_the_language(
    house: House, page: Page
) -> None:
    where = "Alles wat ik van je bewaar: 127.0.0.1:8300/my-data"
    await house.gets("Sanne", said(where, footer="Gegevens: 127.0.0.1:8300/privacy"))

    links = first(page).locator(".bubble a")

    sanne = house.people["Sanne"]
    await expect(links.nth(0)).to_have_attribute("href", f"/my-data?person={sanne}&language=nl")
    await expect(links.nth(1)).to_have_attribute("href", "/privacy?language=nl")
