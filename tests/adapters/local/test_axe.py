"""Whoever sees, hears or moves otherwise can use every page: axe-core in a real Chromium.

Each page is looked over in both languages, in light and dark, at three widths; with it goes that
nothing sticks out sideways, and that the keyboard reaches everything and is held by nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.adapters.local.door import Door
from bot.port import Heard, Notice, NoticeOption
from tests.adapters.local import examples
from tests.adapters.local.demo_house import Demo, open_demo
from tests.adapters.local.house import House, served
from tests.adapters.local.test_eyes import has_agreed
from tests.adapters.local.test_page import ATTACKS, full_of
from tests.support.axe import looked_over

pytestmark = pytest.mark.slow

LANGUAGES = ("nl", "en")
NOTICE = Notice(
    "tried",
    "care.patient",
    ("Dit lijkt op een patiëntgegeven. Ik heb het nog niet bewaard. Haal je het weg?",),
    (
        NoticeOption("edit", "Pas aan", "back"),
        NoticeOption("sure", "Het is er geen", "sure", "Goed, stuur het dan."),
        NoticeOption("stop", "Stop hier", "choose"),
    ),
)


def chosen(page: Page, path: str, language: str) -> str:
    """Give the address of a page of this site."""
    root = page.url.split("/", 3)[:3]
    joint = "&" if "?" in path else "?"
    return f"{'/'.join(root)}{path}{joint}language={language}"


async def put_guide_away(page: Page) -> None:
    """Close the panel of the first visit, as somebody does who has read it."""
    await page.locator("[data-guide-close]").click()


async def every_card(house: House, page: Page, language: str) -> None:
    """Show a chat with one of every kind of question, and the cards that were used."""
    await house.gets("Sanne", *examples.all_of("nl"))
    await house.gets("Emma", *examples.all_of("en"))
    await page.goto(chosen(page, "/", language))
    await put_guide_away(page)
    await expect(page.locator("#c1").get_by_text("Gedaan, werkte")).to_be_attached()


async def opened_cards(house: House, page: Page, language: str) -> None:
    """Show a field that is open to write in, a form that was refused, and a notice."""
    await house.gets("Sanne", examples.text("nl"), examples.form("nl"))
    await house.gets("Emma", examples.form("en"))
    await page.goto(chosen(page, "/", language))
    await put_guide_away(page)
    await page.locator("#c1 [data-write]").first.click()
    house.answers += [Heard(refusals={"tried": "Dat is te veel.", "": "Nog niet."})]
    await page.locator("#c1 form.card").last.locator("[type=submit]").last.click()
    await expect(page.locator("#c1").get_by_text("Dat is te veel.")).to_be_attached()


async def a_notice(house: House, page: Page, language: str) -> None:
    """Show what is said at a form whose words were not taken."""
    house.answers.append(Heard(notice=NOTICE))
    await house.gets("Sanne", examples.form("nl"))
    await page.goto(chosen(page, "/", language))
    await put_guide_away(page)
    await page.locator("#c1 form.card textarea").first.fill("Mevrouw Jansen op kamer 12")
    await page.locator("#c1 form.card [type=submit]").last.click()
    await expect(page.locator("#c1").get_by_text("Pas aan")).to_be_visible()


async def the_plan(house: House, page: Page, language: str) -> None:
    """Show the tab with somebody's plan, and beside it nobody's."""
    await house.has_a_course("Sanne")
    await page.goto(chosen(page, "/", language))
    await put_guide_away(page)
    await page.locator("#c1-tab-plan").click()
    await expect(page.locator("#c1-plan")).to_be_visible()


async def the_log(house: House, page: Page, language: str) -> None:
    """Show the tab with somebody's log."""
    await house.has_a_course("Sanne")
    await page.goto(chosen(page, "/", language))
    await put_guide_away(page)
    await page.locator("#c1-tab-log").click()
    await expect(page.locator("#c1-log")).to_be_visible()


async def an_agreement(house: House, page: Page, language: str) -> None:
    """Show the tab with somebody's plan and who holds them to it, and beside it theirs."""
    await has_agreed(house)
    await page.goto(chosen(page, "/", language))
    await put_guide_away(page)
    await page.locator("#c1-tab-plan").click()
    await page.locator("#c2-tab-plan").click()
    await expect(page.locator("#c1-plan .agreements")).to_be_visible()


async def a_colleagues_eyes(house: House, page: Page, language: str) -> None:
    """Show what a colleague who was asked may see, and beside it what they may not."""
    await has_agreed(house)
    await page.goto(chosen(page, "/?as=colleague", language))
    await page.locator("#c1-tab-plan").click()
    await expect(page.locator("#c1-plan .agreements")).to_be_visible()


async def eyes_that_get_figures(house: House, page: Page, language: str) -> None:
    """Show the page to whoever may see nothing of anybody but in figures of groups."""
    await has_agreed(house)
    await page.goto(chosen(page, "/?as=l_and_d", language))
    await page.locator("#c2-tab-log").click()
    await expect(page.locator("#c2-log .veil")).to_be_visible()


async def the_first_visit(house: House, page: Page, language: str) -> None:
    """Show the panel for whoever is here for the first time."""
    _ = house
    await page.goto(chosen(page, "/", language))
    await expect(page.locator("#guide")).to_be_visible()


async def privacy(house: House, page: Page, language: str) -> None:
    """Show what happens with data."""
    _ = house
    await page.goto(chosen(page, "/privacy", language))


async def my_data(house: House, page: Page, language: str) -> None:
    """Show all that there is of somebody."""
    await house.has_a_course("Sanne")
    await page.goto(chosen(page, f"/my-data?person={house.people['Sanne']}", language))
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def refused(house: House, page: Page, language: str) -> None:
    """Show what somebody reads who was not let in."""
    _ = house
    await page.context.clear_cookies()
    await page.goto(chosen(page, "/", language))
    await expect(page.get_by_text("Open the address")).to_be_visible()


Show = Callable[[House, Page, str], Awaitable[None]]
PAGES: tuple[Show, ...] = (
    every_card, opened_cards, a_notice, the_plan, the_log, an_agreement, a_colleagues_eyes,
    eyes_that_get_figures, the_first_visit, privacy, my_data, refused,
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("show", PAGES, ids=lambda each: each.__name__)
async def test_a_page_has_nothing_that_anybody_stumbles_over(
    house: House, page: Page, show: Show, language: str
) -> None:
    await show(house, page, language)

    assert await looked_over(page) == []


@pytest_asyncio.fixture(loop_scope="session")
async def story(browser: Browser, sqlite_url: str) -> AsyncIterator[Page]:
    """Give the page of a demo for somebody who wants no movement; nothing goes wrong on it."""
    trouble: list[str] = []
    async with open_demo(sqlite_url) as demo, served(demo) as door:
        context = await browser.new_context(locale="nl-NL", reduced_motion="reduce")
        page = await context.new_page()
        page.on(
            "console", lambda each: trouble.append(each.text) if each.type == "error" else None
        )
        await page.goto(door.address)
        yield page
        await context.close()
    assert trouble == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_guided_story_has_nothing_that_anybody_stumbles_over(
    story: Page, language: str
) -> None:
    await story.goto(chosen(story, "/", language))
    await story.locator("[data-start]").click()
    on = story.locator("[data-on]")
    await expect(on).to_have_attribute("aria-disabled", "false", timeout=60_000)

    assert await looked_over(story) == []


# The keyboard

MOST_TABS = 400
WHERE = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const look = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const picked = at.type === "radio" ? document.querySelector(`[name="${at.name}"]`) : at;
  window.met ??= new Set();
  const [isNew, isSame] = [!window.met.has(picked), window.last === picked];
  window.met.add(picked);
  window.last = picked;
  return {
    isNew,
    isSame,
    name: at.outerHTML.slice(0, 120),
    isSeen: box.width > 0 && (look.outlineStyle !== "none" || look.boxShadow !== "none"
      || getComputedStyle(at.nextElementSibling ?? at).outlineStyle !== "none"),
  };
}"""
ALL = """() => {
  const controls = document.querySelectorAll(
    "a[href], button, input, select, textarea, [tabindex='0']");
  const named = new Set();
  return [...controls].filter((each) => {
    const isThere = !each.disabled && each.tabIndex >= 0 && each.getClientRects().length > 0;
    if (!isThere || each.type !== "radio") return isThere;
    const isFirst = !named.has(each.name);
    named.add(each.name);
    return isFirst;
  }).filter((each) => !window.met.has(each)).map((each) => each.outerHTML.slice(0, 120));
}"""


async def tabbed(page: Page) -> list[dict[str, object]]:
    """Press Tab until the keyboard has been all around the page; give where it was.

    A date has several stops of its own, of which the browser marks the last one itself; after the
    last stop of all the browser begins again.
    """
    met: list[dict[str, object]] = []
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        where = await page.evaluate(WHERE)
        if where is not None and not where["isNew"] and not where["isSame"]:
            return met
        met += [where] if where is not None else []
    raise AssertionError("the keyboard does not get around the page")


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_keyboard_reaches_everything_and_is_seen_there(
    house: House, page: Page, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await every_card(house, page, "nl")

    met = await tabbed(page)

    assert await page.evaluate(ALL) == []
    seen = {each["name"] for each in met if each["isSeen"]}
    assert [each["name"] for each in met if each["name"] not in seen] == []


# What somebody writes never runs


def violations(page: Page) -> list[str]:
    """Collect what the browser refused to run, and what opened a window."""
    found: list[str] = []
    page.on("dialog", lambda dialog: found.append(dialog.message))
    page.on(
        "console",
        lambda each: found.append(each.text) if "Content Security Policy" in each.text else None,
    )
    return found


async def typed(page: Page, words: str) -> Locator:
    """Type words in the chat; give where they stand."""
    box = page.locator("#c1 .say textarea")
    await box.fill(words)
    await box.press("Enter")
    return page.locator("#c1 .bubble.person").last


async def test_no_attack_runs_from_any_field_of_a_message(house: House, page: Page) -> None:
    found = violations(page)
    await house.gets("Sanne", *(each for words in ATTACKS for each in full_of(words)))

    await page.reload()

    await expect(page.locator("#c1").get_by_text(ATTACKS[0]).first).to_be_attached()
    assert found == []


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_attack_runs_from_a_chat_or_from_what_is_answered(
    house: House, page: Page, attack: str
) -> None:
    found = violations(page)
    house.answers += [Heard(), Heard(refusals={"tried": attack, "": attack})]

    await expect(await typed(page, attack)).to_be_visible()
    await house.gets("Sanne", examples.form("nl"))
    await page.locator("#c1 form.card textarea").first.fill(attack)
    await page.locator("#c1 form.card [type=submit]").last.click()

    await expect(page.locator("#c1 form.card [data-why]").first).to_be_visible()
    assert found == []


async def test_no_attack_runs_from_a_real_plan_and_log(browser: Browser, sqlite_url: str) -> None:
    attack = "na het overleg <img src=x onerror=alert(1)> <script>alert(1)</script> zeggen"
    async with open_demo(sqlite_url) as demo, served(demo) as door:
        context = await browser.new_context(locale="nl-NL")
        page = await context.new_page()
        found = violations(page)
        await _attacked(demo, attack)

        await page.goto(door.address)
        await page.locator("#c1-tab-plan").click()
        await expect(page.locator("#c1-plan")).to_contain_text("onerror=alert(1)")
        await page.goto(_my_data(door, demo))
        await expect(page.locator("main")).to_contain_text("onerror=alert(1)")
        await context.close()

    assert found == []


def _my_data(door: Door, demo: Demo) -> str:
    return f"http://127.0.0.1:{door.port}/my-data?person={demo.people['Sanne']}&language=nl"


async def _attacked(demo: Demo, attack: str) -> None:
    """Answer up to a plan, with an attack in every text."""
    await demo.goes_on_until("Sanne")
    for key, raw in (
        ("hello", "join"), ("promise", "fine"), ("hours", "tuesday"), ("pace", "two"),
        ("ready", "start"), ("goal", attack), ("outcome", attack),
        ("obstacle", f"ik ben {attack}"),
        ("plan.if", f"als het overleg {attack} is"), ("plan.day", "unknown"),
        ("plan.then", attack), ("plan.obstacle_then", attack), ("plan.reaction", "unlikely"),
        ("plan.right", "yes"), ("sure", 9), ("challenging", "yes"),
    ):  # fmt: skip
        await demo.answers_with("Sanne", key, raw)
