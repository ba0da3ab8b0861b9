from playwright.async_api import Browser


async def test_the_browser_shows_a_page(browser: Browser) -> None:
    page = await browser.new_page()

    await page.set_content("<h1>Hoi</h1>")

    assert await page.inner_text("h1") == "Hoi"
