"""The clock in a real browser: to a date, event by event, seen on the way and stopped at will."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from playwright.async_api import Page, Route, expect

from tests.adapters.local.house import House

TO_DATE = "Naar deze dag"


async def test_to_a_date_one_sees_what_happened_and_to_whom(house: House, page: Page) -> None:
    house.coming = [timedelta(days=1), timedelta(days=2)]

    await page.get_by_label("Dag om naartoe te draaien").fill("2026-11-30")
    await page.get_by_role("button", name=TO_DATE).click()

    told = page.locator("#turned")
    await expect(told).to_contain_text("ma 30 nov 17:00 — 2 nieuwe berichten")
    await expect(told.get_by_role("button", name="Sanne 2")).to_be_visible()
    await expect(page.locator("#clock")).to_have_text("maandag 30 november 2026 17:00")
    await expect(page.locator("#c1").get_by_text("Hoi Sanne.")).to_have_count(2)
    await expect(page.get_by_role("button", name=TO_DATE)).to_be_focused()


async def test_the_way_to_a_date_can_be_stopped(house: House, page: Page) -> None:
    house.coming = [timedelta(days=1)] * 30
    going_on = asyncio.Event()

    async def waits(route: Route) -> None:
        if len(house.coming) < 30:
            await going_on.wait()
        await route.continue_()

    await page.route("**/api/clock/towards*", waits)
    await page.get_by_label("Dag om naartoe te draaien").fill("2026-12-30")
    await page.get_by_role("button", name=TO_DATE).click()
    await page.get_by_role("button", name="Stop").click()
    going_on.set()

    await expect(page.locator("#turned")).to_contain_text("Gestopt. do 26 nov 9:30")
    await expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    await expect(page.get_by_role("button", name="+1 dag")).to_be_enabled()


async def test_a_date_that_is_over_is_refused_where_it_was_chosen(page: Page) -> None:
    day = page.get_by_label("Dag om naartoe te draaien")
    await day.fill("2026-11-02")

    await page.keyboard.press("Enter")

    await expect(page.locator("#turned")).to_contain_text("Kies een dag vanaf di 24 nov 2026.")
    await expect(day).to_have_attribute("aria-invalid", "true")
    await expect(day).to_be_focused()
