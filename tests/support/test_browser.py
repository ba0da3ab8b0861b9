import pytest
from playwright.async_api import Browser


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_shows_a_page(browser: Browser) -> None:
    async with await browser.new_page() as page:
        await page.set_content("<h1>Hoi</h1>")

        assert await page.inner_text("h1") == "Hoi"
