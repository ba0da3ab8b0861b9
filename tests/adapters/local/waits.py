"""How long the page waits for something that does not come; a test need not wait as long."""

from __future__ import annotations

from playwright.async_api import Page

_SET = "(windows, [what, time]) => windows.forEach((window) => (window.dataset[what] = time))"


async def settles_for(page: Page, milliseconds: int) -> None:
    """Say for how long a card that came under the pointer cannot be tapped."""
    await _waits(page, "settleMs", milliseconds)


async def unlocks_after(page: Page, milliseconds: int) -> None:
    """Say after how long a card that was answered, and not replaced, can be used again."""
    await _waits(page, "unlockMs", milliseconds)


async def _waits(page: Page, what: str, milliseconds: int) -> None:
    await page.locator(".messages").evaluate_all(_SET, [what, str(milliseconds)])
