"""What one sees in a real browser, and what is not lost: new messages on a phone, and drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.port import Heard, Notice, NoticeOption, Pressed, Typed
from tests.adapters.local import examples
from tests.adapters.local.house import House, said
from tests.adapters.local.waits import settles_for

PHONE = {"width": 320, "height": 640}
LONG = tuple(said(f"Bericht {number}. " + "Nog iets om te lezen. " * 12) for number in range(6))


def first(page: Page) -> Locator:
    """Give the first column."""
    return page.locator("#c1")


def box(page: Page) -> Locator:
    """Give the message box of the first column."""
    return page.locator("#c1-text")


@pytest_asyncio.fixture(loop_scope="session")
async def phone(house: House, page: Page) -> Page:
    """Give the page on a phone, after a long talk, with the panel of the first visit put away."""
    await house.gets("Sanne", *LONG)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.locator("[data-guide-close]").click()
    await expect(first(page).get_by_text("Bericht 5.")).to_be_attached()
    return page


async def test_after_the_first_panel_a_phone_shows_the_newest_message(phone: Page) -> None:
    await expect(first(phone).get_by_text("Bericht 5.")).to_be_in_viewport()


async def test_a_reply_to_what_is_typed_on_a_phone_is_in_view(house: House, phone: Page) -> None:
    await box(phone).fill("hulp")
    await box(phone).press("Enter")
    await expect(first(phone).locator(".bubble.person")).to_contain_text("hulp")

    await house.gets("Sanne", examples.scale())

    last = first(phone).get_by_role("button", name="10", exact=True)
    await expect(last).to_be_in_viewport(ratio=1)
    await expect(box(phone)).to_be_focused()


async def test_a_visit_that_the_clock_brings_is_in_view_on_a_phone(
    house: House, phone: Page
) -> None:
    house.coming = [timedelta(days=1)]
    await phone.get_by_role("button", name="Naar de volgende gebeurtenis").click()

    await expect(first(phone).get_by_text("Hoi Sanne.")).to_be_in_viewport(ratio=1)


async def test_a_chat_is_where_it_was_after_a_look_at_the_log(phone: Page) -> None:
    await first(phone).get_by_role("tab", name="Logboek").click()
    await first(phone).get_by_role("tab", name="Chat").click()

    await expect(first(phone).get_by_text("Bericht 5.")).to_be_in_viewport()


async def test_what_is_opened_to_write_in_is_in_view_with_its_button(
    house: House, phone: Page
) -> None:
    await house.gets("Sanne", examples.text())
    await first(phone).get_by_role("button", name="Schrijf").click()

    send = first(phone).locator("form.card").get_by_role("button", name="Verstuur")
    await expect(send).to_be_in_viewport(ratio=1)


async def test_the_button_of_an_empty_box_leads_to_the_card_that_was_written_in(
    house: House, page: Page
) -> None:
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()
    await page.keyboard.type("Rust")

    await first(page).locator(".say button").click(force=True)

    await expect(first(page).get_by_text("gaat weg met de knop die eronder staat")).to_be_visible()
    assert house.heard == []


async def test_what_was_typed_is_there_after_a_reload_until_it_is_sent(
    house: House, page: Page
) -> None:
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()
    await page.keyboard.type("Meer rust")
    await box(page).fill("plan")

    await page.reload()

    await expect(first(page).locator("form.card textarea")).to_have_value("Meer rust")
    await expect(box(page)).to_have_value("plan")
    await box(page).press("Enter")
    await expect(first(page).locator(".bubble.person")).to_contain_text("plan")
    await page.reload()
    await expect(first(page).locator("form.card textarea")).to_have_value("Meer rust")
    await expect(box(page)).to_have_value("")
    assert [event.what for event in house.heard] == [Typed("plan")]


async def test_words_that_are_kept_nowhere_are_no_draft(house: House, page: Page) -> None:
    options = (NoticeOption("edit", "Pas aan", "back"),)
    house.answers.append(Heard(notice=Notice("outcome", "care.patient", ("Haal weg.",), options)))
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()
    await page.keyboard.type("Mevrouw Jansen")

    await page.keyboard.press("Control+Enter")
    await expect(first(page).get_by_text("Haal weg.")).to_be_visible()

    assert await page.evaluate("sessionStorage.getItem('holdfast-drafts')") is None


async def test_a_slow_second_tap_does_not_answer_the_next_question(
    house: House, page: Page
) -> None:
    await settles_for(page, 60_000)
    [sent] = await house.gets("Sanne", examples.buttons())
    button = first(page).get_by_role("button", name="Vergeten")
    async with page.expect_response("**/api/press*"):
        await button.click()
    await house.chat.replace(house.to("Sanne"), sent, replace(examples.buttons(), footer=""))
    await expect(first(page).get_by_text("Typ 'stop'")).to_have_count(0)

    await button.click()
    await settles_for(page, 0)
    async with page.expect_response("**/api/press*"):
        await button.click()

    assert len([each for each in house.heard if isinstance(each.what, Pressed)]) == 2


async def test_the_name_of_somebody_who_got_a_message_leads_to_their_newest_card(
    house: House, page: Page
) -> None:
    house.coming = [timedelta(days=1)]
    await page.get_by_role("button", name="Naar de volgende gebeurtenis").click()

    await page.locator("#turned").get_by_role("button", name="Sanne").press("Enter")

    await expect(first(page).locator(".bubble", has_text="Hoi Sanne.")).to_be_focused()


async def test_one_person_alone_is_printed_when_asked_in_their_column(
    house: House, page: Page
) -> None:
    await house.has_a_course("Sanne")
    await page.reload()
    await page.evaluate("window.print = () => {}")
    await first(page).get_by_role("tab", name="Plan").click()
    await first(page).locator("#c1-plan [data-print]").click()

    await page.emulate_media(media="print")

    await expect(first(page).get_by_text("Als het klantoverleg")).to_be_visible()
    await expect(page.locator("#c2")).to_be_hidden()
