"""With the keyboard alone, and with more than one person: where focus and drafts go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, Route, expect

from bot.port import Heard, Message, Typed
from tests.adapters.local import examples
from tests.adapters.local.house import House, said


def first(page: Page) -> Locator:
    """Give the first column."""
    return page.locator("#c1")


def who(page: Page) -> Locator:
    """Give the choice of whom the first column shows."""
    return page.locator("#c1-who")


def box(page: Page) -> Locator:
    """Give the message box of the first column."""
    return page.locator("#c1-text")


async def answers_by_keyboard(house: House, page: Page, key: str, *replies: Message) -> None:
    """Press a key in the only card of Sanne, see it answered, and get what is said next."""
    [sent] = await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("Rust")
    async with page.expect_response("**/api/press*"):
        await page.keyboard.press(key)
    await house.chat.replace(house.to("Sanne"), sent, examples.answered())
    await house.gets("Sanne", *replies)


async def test_one_goes_on_in_the_next_card_after_a_button(house: House, page: Page) -> None:
    [sent] = await house.gets("Sanne", examples.buttons())
    await first(page).get_by_role("button", name="Vergeten").focus()
    async with page.expect_response("**/api/press*"):
        await page.keyboard.press("Enter")

    await house.chat.replace(house.to("Sanne"), sent, examples.answered())
    await house.gets("Sanne", said("Kan gebeuren."), examples.text())

    await expect(first(page).get_by_role("button", name="Schrijf")).to_be_focused()


@pytest.mark.parametrize(
    ("reply", "selector"),
    [
        (examples.scale(), "button[value='0']"),
        (examples.day(), "input[type=date]"),
        (examples.menu(), "select"),
        (examples.form(), "textarea"),
    ],
)
async def test_one_goes_on_in_the_next_card_after_writing(
    house: House, page: Page, reply: Message, selector: str
) -> None:
    await answers_by_keyboard(house, page, "Control+Enter", reply)

    await expect(first(page).locator(f"form.card {selector}").first).to_be_focused()


async def test_where_nothing_is_asked_one_goes_on_at_what_was_said_last(
    house: House, page: Page
) -> None:
    await answers_by_keyboard(house, page, "Control+Enter", said("Tot dinsdag."))

    await expect(first(page).locator(".bubble", has_text="Tot dinsdag.")).to_be_focused()


async def test_a_card_that_can_be_used_again_has_the_focus_back(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.buttons())
    forgotten = first(page).get_by_role("button", name="Vergeten")
    await forgotten.focus()

    await page.keyboard.press("Enter")

    await expect(forgotten).to_be_disabled()
    await expect(forgotten).to_be_enabled()
    await expect(forgotten).to_be_focused()


async def test_whoever_went_elsewhere_meanwhile_stays_there(house: House, page: Page) -> None:
    [sent] = await house.gets("Sanne", examples.buttons())
    await first(page).get_by_role("button", name="Vergeten").focus()
    async with page.expect_response("**/api/press*"):
        await page.keyboard.press("Enter")
    await box(page).focus()

    await house.chat.replace(house.to("Sanne"), sent, examples.answered())
    await house.gets("Sanne", examples.scale())

    await expect(first(page).get_by_role("button", name="10")).to_be_visible()
    await expect(box(page)).to_be_focused()


async def test_after_an_edit_one_is_where_the_answer_stands(house: House, page: Page) -> None:
    asked = examples.text()
    field = replace(asked.fields[0], current="Rust", count=1)
    house.answers.append(Heard(replacement=replace(asked, fields=(field,))))
    [sent] = await house.gets("Sanne", examples.answered())
    await first(page).get_by_role("button", name="Wijzig").focus()
    await page.keyboard.press("Enter")
    await expect(first(page).locator("form.card textarea")).to_be_focused()
    async with page.expect_response("**/api/press*"):
        await page.keyboard.press("Control+Enter")

    answered = replace(examples.answered(), answered="Aangepast")
    await house.chat.replace(house.to("Sanne"), sent, answered)

    await expect(first(page).get_by_text("Aangepast")).to_be_visible()
    await expect(first(page).locator(".bubble")).to_be_focused()


async def test_a_draft_stays_with_whom_it_was_begun_for(house: House, page: Page) -> None:
    await box(page).fill("Alleen van Sanne")

    await who(page).select_option("Inês")
    await expect(box(page)).to_have_value("")
    await box(page).press("Enter")
    await box(page).fill("plan")
    await box(page).press("Enter")
    await expect(first(page).locator(".bubble.person")).to_contain_text("plan")
    await who(page).select_option("Sanne")

    await expect(box(page)).to_have_value("Alleen van Sanne")
    assert [(event.user, event.what) for event in house.heard] == [("inês", Typed("plan"))]


async def test_an_opened_card_is_gone_with_whom_it_was_for(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()
    await page.keyboard.type("Alleen van Sanne")

    await who(page).select_option("Inês")

    await expect(first(page).locator("form.card")).to_have_count(0)
    assert house.heard == []


async def never_comes(route: Route) -> None:
    """Break off a look at the page."""
    await route.abort()


async def test_nothing_of_the_first_person_stays_when_the_look_at_the_next_fails(
    house: House, page: Page
) -> None:
    await house.has_a_course("Sanne")
    await house.gets("Sanne", examples.text())
    await page.reload()
    await first(page).get_by_role("button", name="Schrijf").click()
    await box(page).fill("Alleen van Sanne")
    await page.route("**/api/state*", never_comes)

    await who(page).select_option("Inês")

    await expect(first(page).locator("form.card")).to_have_count(0)
    await expect(first(page).locator(".panel.plan")).to_be_empty()
    await expect(first(page).locator(".panel.log")).to_be_empty()
    await expect(first(page).locator(".coming")).to_be_empty()
    await expect(box(page)).to_have_value("")
