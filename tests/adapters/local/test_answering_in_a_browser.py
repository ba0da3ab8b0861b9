"""Answering in a real browser: every kind of input, and what a person may do wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from bot.engine.answers import Raw, Skip
from bot.port import Heard, Message, Pressed, PutOff, Typed
from tests.adapters.local import examples
from tests.adapters.local.house import House, said
from tests.adapters.local.waits import unlocks_after


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def hurried(page: Page) -> None:
    """Let a card be usable again soon: nothing here replaces what is answered by itself."""
    await unlocks_after(page, 200)


def first(page: Page) -> Locator:
    """Give the first column."""
    return page.locator("#c1")


def pressed(house: House) -> list[dict[str, Raw]]:
    """Give the inputs of every press."""
    return [dict(event.what.inputs) for event in house.heard if isinstance(event.what, Pressed)]


async def test_a_button_tapped_twice_is_one_event(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.buttons())

    await first(page).get_by_role("button", name="Gedaan, ging stroef").dblclick()

    await expect(first(page).get_by_role("button", name="Vergeten")).to_be_enabled()
    assert pressed(house) == [{"went": "tough"}]


async def test_a_used_card_shows_what_was_answered(house: House, page: Page) -> None:
    [sent] = await house.gets("Sanne", examples.buttons())
    await first(page).get_by_role("button", name="Vergeten").click()

    await house.chat.replace(house.to("Sanne"), sent, examples.answered())

    await expect(first(page).get_by_text("Beantwoord · alleen jij")).to_be_visible()
    await expect(first(page).get_by_role("button", name="Vergeten")).to_have_count(0)


ANSWERS: tuple[tuple[Message, str, dict[str, Raw]], ...] = (
    (examples.scale(), "10", {"sure": 10}),
    (examples.text(), "Sla over", {"outcome": Skip()}),
    (examples.day(), "Weet ik nog niet", {"plan.day": "unknown"}),
)


@pytest.mark.parametrize(("message", "button", "inputs"), ANSWERS)
async def test_a_tap_is_an_answer(
    house: House, page: Page, message: Message, button: str, inputs: dict[str, Raw]
) -> None:
    await house.gets("Sanne", message)

    await first(page).get_by_role("button", name=button, exact=True).click()

    await expect(first(page).get_by_role("button", name=button, exact=True)).to_be_enabled()
    assert pressed(house) == [inputs]


async def test_a_question_can_be_put_off(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.moment())

    await first(page).get_by_role("button", name="Later").click()

    await expect(first(page).get_by_role("button", name="Later")).to_be_enabled()
    assert [event.what for event in house.heard] == [PutOff(examples.DIALOGUE, "plan.if", "later")]


async def test_writing_opens_a_field_that_counts(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()

    await page.keyboard.type("Meer rust 🌱")

    await expect(first(page).get_by_text("11 / 1000")).to_be_visible()
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()
    await expect(first(page).locator("textarea").first).to_be_enabled()
    assert pressed(house) == [{"outcome": "Meer rust 🌱"}]


async def test_what_is_being_written_survives_news(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.text())
    await first(page).get_by_role("button", name="Schrijf").click()
    await page.keyboard.type("Meer ")

    await house.gets("Sanne", said("Nog iets."))
    await expect(first(page).get_by_text("Nog iets.")).to_be_visible()
    await page.keyboard.type("rust")

    await expect(first(page).locator("form.card textarea")).to_have_value("Meer rust")


async def test_a_day_is_chosen_in_a_date_field(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.day())

    await first(page).locator("input[type=date]").fill("2026-11-26")
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()

    await expect(first(page).locator("input[type=date]")).to_be_enabled()
    assert pressed(house) == [{"plan.day": date(2026, 11, 26)}]


async def test_one_of_many_is_chosen_from_a_menu(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.menu())

    await first(page).locator("form.card select").select_option("13:00")
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()

    await expect(first(page).locator("form.card select")).to_be_enabled()
    assert pressed(house) == [{"own_time": "1300"}]


async def test_a_form_is_sent_whole_and_at_most_two_are_ticked(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.form())
    form = first(page).locator("form.card")
    await form.get_by_label("Wat deed of zei je?").fill("Ik vroeg door.")
    await form.get_by_label("Te druk").check()
    await form.get_by_label("Durfde niet").check()

    await expect(form.get_by_label("Vergeten")).to_be_disabled()
    await form.get_by_role("button", name="Verstuur").click()

    await expect(form.get_by_label("Te druk")).to_be_enabled()
    assert pressed(house) == [
        {"tried": "Ik vroeg door.", "happened": Skip(), "barrier": ("TIME", "CONF")}
    ]


async def test_a_list_with_nothing_ticked_is_sent_as_nothing_ticked(
    house: House, page: Page
) -> None:
    await house.gets("Sanne", examples.form())
    form = first(page).locator("form.card")
    await form.get_by_label("Wat deed of zei je?").fill("Ik vroeg door.")

    await form.get_by_role("button", name="Verstuur").click()

    await expect(form.get_by_label("Te druk")).to_be_enabled()
    assert pressed(house) == [{"tried": "Ik vroeg door.", "happened": Skip(), "barrier": ()}]


async def test_a_choice_instead_of_a_day_empties_the_day(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.other_form())
    form = first(page).locator("form.card")
    await form.locator("input[type=date]").fill("2026-11-26")
    await form.get_by_label("Weet ik niet").check()
    await form.get_by_label("Ja").check()
    await form.get_by_label("7", exact=True).check()
    await form.get_by_label("Wie hielp?").select_option("Tom")

    await form.get_by_role("button", name="Verstuur").click()

    await expect(form.get_by_label("Ja")).to_be_enabled()
    assert pressed(house) == [{"day": "unknown", "worked": "yes", "sure": 7, "who": "tom"}]


async def test_refusals_stand_at_their_fields_and_nothing_is_lost(
    house: House, page: Page
) -> None:
    house.answers.append(Heard(refusals={"tried": "Dat is te veel.", "": "Nog niet alles klopt."}))
    await house.gets("Sanne", examples.form())
    form = first(page).locator("form.card")
    written = form.get_by_label("Wat deed of zei je?")
    await written.fill("x" * 1001)

    await form.get_by_role("button", name="Verstuur").click()

    await expect(form.get_by_text("Dat is te veel.")).to_be_visible()
    await expect(form.get_by_text("Nog niet alles klopt.")).to_be_visible()
    await expect(written).to_have_attribute("aria-invalid", "true")
    await expect(written).to_have_value("x" * 1001)
    await expect(written).to_be_focused()


async def test_an_answer_is_edited_where_it_stands(house: House, page: Page) -> None:
    asked = examples.text()
    field = replace(asked.fields[0], current="Rust", count=1)
    house.answers.append(Heard(replacement=replace(asked, fields=(field,))))
    await house.gets("Sanne", examples.answered())
    await first(page).get_by_role("button", name="Wijzig").click()
    await expect(first(page).locator("form.card textarea")).to_have_value("Rust")

    await first(page).locator("form.card textarea").fill("Meer rust")
    await first(page).locator("form.card").get_by_role("button", name="Verstuur").click()

    await expect(first(page).get_by_text("Beantwoord · alleen jij")).to_be_visible()
    assert house.heard[-1].what == Pressed(
        examples.DIALOGUE, {"outcome": "Meer rust"}, {"outcome": 1}
    )


async def test_an_edit_may_be_left_as_it_is(house: House, page: Page) -> None:
    house.answers.append(Heard(replacement=examples.scale()))
    await house.gets("Sanne", examples.answered())
    await first(page).get_by_role("button", name="Wijzig").click()

    await first(page).get_by_role("button", name="Laat zo").click()

    await expect(first(page).get_by_role("button", name="Wijzig")).to_be_focused()
    assert pressed(house) == []


async def test_what_is_typed_stands_in_the_chat(house: House, page: Page) -> None:
    await first(page).get_by_label("Bericht van Sanne aan Holdfast").fill("plan")

    await page.keyboard.press("Enter")

    await expect(first(page).locator(".bubble.person")).to_contain_text("plan")
    await expect(first(page).get_by_label("Bericht van Sanne aan Holdfast")).to_have_value("")
    assert [event.what for event in house.heard] == [Typed("plan")]


async def test_the_keyboard_is_enough(house: House, page: Page) -> None:
    await house.gets("Sanne", examples.buttons())
    worked = first(page).get_by_role("button", name="Gedaan, werkte")
    await expect(worked).to_be_visible()
    await first(page).get_by_role("log").focus()

    await page.keyboard.press("Tab")
    await expect(worked).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(worked).to_be_enabled()
    assert pressed(house) == [{"went": "worked"}]


async def lose_the_answer(route: Route) -> None:
    """Let a request arrive, and break off before its answer does; the next one comes through."""
    await route.fetch()
    await route.abort()


async def test_a_tap_whose_answer_was_lost_is_sent_again_as_the_same_event(
    house: House, page: Page
) -> None:
    await house.gets("Sanne", examples.buttons())
    await page.route("**/api/press*", lose_the_answer, times=1)

    await first(page).get_by_role("button", name="Vergeten").click()

    await expect(first(page).get_by_role("button", name="Vergeten")).to_be_enabled()
    assert pressed(house) == [{"went": "forgot"}] * 2
    assert len({event.id for event in house.heard}) == 1
