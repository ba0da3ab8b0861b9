"""The guided story: six steps of two people, through the application as everybody uses it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.adapters.local.story import (
    STEPS,
    Happened,
    Step,
    inputs_for,
    plain_inputs,
    steps_over,
    waiting,
)
from bot.corroboration import count_confirmed
from bot.engine.answers import Raw, Skip
from bot.lexicon import TEXTS
from bot.port import Message
from bot.words import Words
from storage import enrolments, observations, people, pledges
from tests.adapters.local import examples
from tests.adapters.local.demo_house import Demo, acting, open_demo
from tests.adapters.local.house import said, served

pytestmark = pytest.mark.slow

MOST_ACTS = 80


@dataclass
class Story:
    """The story as the page asks for it."""

    demo: Demo
    language: str = "nl"

    async def asks(self, path: str, body: object, status: int = 200) -> dict[str, Any]:
        """Ask for something; give what was told."""
        async with self.demo.client() as client:
            answer = await client.post(f"/api/story/{path}?language={self.language}", json=body)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def starts(self) -> dict[str, Any]:
        """Choose somebody."""
        return await self.asks("start", {})

    async def acts(self, person: str, step: int) -> dict[str, Any]:
        """Ask for one act."""
        return await self.asks("next", {"person": person, "step": step})

    async def tells(self, person: str, step: int) -> dict[str, Any]:
        """Ask for one act after another, until the step is over or cannot go on."""
        for _ in range(MOST_ACTS):
            told = await self.acts(person, step)
            if told["state"] != "going":
                return told
        raise AssertionError(f"step {step} does not end")

    async def tells_up_to(self, person: str, step: int) -> list[str]:
        """Tell all steps up to one; give how each ended."""
        return [(await self.tells(person, number))["state"] for number in range(1, step + 1)]

    async def where(self, person: str) -> dict[str, Any]:
        """Ask where somebody is."""
        async with self.demo.client() as client:
            answer = await client.get(f"/api/story?person={person}&language={self.language}")
        told: dict[str, Any] = answer.json()
        return told


@pytest_asyncio.fixture(loop_scope="session")
async def either(database_url: str) -> AsyncIterator[Story]:
    """Give a story in a demo, on both kinds of database."""
    async with open_demo(database_url) as demo:
        yield Story(demo)


@pytest_asyncio.fixture(loop_scope="session")
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """Give a story in a demo."""
    async with open_demo(sqlite_url) as demo:
        yield Story(demo)


# What is decided


@pytest.mark.parametrize(
    ("happened", "over"),
    [
        (Happened(), 0),
        (Happened(joined=True), 1),
        (Happened(joined=True, planned=True), 2),
        (Happened(joined=True, planned=True, visits=9), 2),
        (Happened(joined=True, planned=True, agreed=True), 3),
        (Happened(joined=True, planned=True, agreed=True, visits=1), 4),
        (Happened(joined=True, planned=True, agreed=True, visits=1, sent=True), 5),
        (Happened(joined=True, planned=True, agreed=True, visits=1, sent=True, judged=True), 6),
        (Happened(planned=True, agreed=True, visits=2), 0),
    ],
)
def test_a_step_is_over_when_it_happened(happened: Happened, over: int) -> None:
    assert steps_over(happened) == over


PLAIN: tuple[tuple[Message, Mapping[str, Raw]], ...] = (
    (examples.buttons(), {"went": "worked"}),
    (examples.scale(), {"sure": 5}),
    (examples.text(), {"outcome": Skip()}),
    (examples.moment(), {"plan.if": "…"}),
    (examples.day(), {"plan.day": "unknown"}),
    (examples.menu(), {"own_time": "0900"}),
    (examples.form(), {"tried": Skip(), "happened": Skip(), "barrier": ("OPP",)}),
    (examples.other_form(), {"day": "unknown", "worked": "yes", "sure": 5, "who": "nobody"}),
)


@pytest.mark.parametrize(("message", "inputs"), PLAIN)
def test_every_kind_of_question_has_an_answer_that_fits(
    message: Message, inputs: Mapping[str, Raw]
) -> None:
    assert plain_inputs(message) == inputs


@pytest.mark.parametrize(
    ("step", "went"), [(STEPS[3], "tough"), (STEPS[4], "worked"), (STEPS[5], "worked")]
)
def test_what_is_answered_depends_on_the_step(step: Step, went: str) -> None:
    assert inputs_for(examples.buttons(), step, str) == {"went": went}


def test_what_is_said_and_which_number_depends_on_the_question() -> None:
    outcome = replace(examples.text().fields[0], key="effect")
    message = replace(examples.text(), fields=(outcome, *examples.scale().fields))

    assert inputs_for(message, STEPS[4], str) == {"effect": "story.said_effect", "sure": 9}


@pytest.mark.parametrize(
    ("key", "asks", "answer"),
    [
        ("colleague", "tom", "tom"),  # whom the story wants
        ("colleague", "marit", "nobody"),  # somebody who cannot be asked
        ("colleague", "", "nobody"),
        ("witness", "tom", "nobody"),  # a question about somebody else's memory is left alone
    ],
)
def test_the_story_asks_one_colleague_and_nobody_else(key: str, asks: str, answer: str) -> None:
    field = replace(examples.other_form().fields[3], key=key)
    message = replace(examples.other_form(), fields=(field,))

    assert inputs_for(message, STEPS[1], str, asks) == {key: answer}


@pytest.mark.parametrize(
    ("step", "kind", "learner", "colleague"),
    [
        ("joining", "welcome", True, False),
        ("joining", "hold_me", False, False),
        ("plan", None, True, False),
        ("plan", "seen", False, False),
        ("together", "hold_me", False, True),
        ("together", "agree", True, True),
        ("together", "check_in", False, False),
        ("tough", "check_in", True, False),
        ("sighting", "buddy_visit", False, True),
        ("sighting", "seen", False, False),
        ("tough", "post", False, False),
        ("tough", "update", False, False),
        ("sighting", "welcome", True, False),
        ("counts", "seen", True, False),
        ("counts", None, True, False),
    ],
)
def test_each_of_the_two_answers_what_is_theirs_in_a_step(
    step: str, kind: str | None, *, learner: bool, colleague: bool
) -> None:
    [told] = [each for each in STEPS if each.name == step]

    assert told.answers(kind, is_learner=True) is learner
    assert told.answers(kind, is_learner=False) is colleague


def test_an_option_that_is_not_offered_is_not_chosen() -> None:
    field = replace(examples.menu().fields[0], key="hours")
    asking = replace(examples.menu(), fields=(field,))

    assert inputs_for(asking, STEPS[0], str) == {"hours": "0900"}


def test_the_newest_question_is_answered_first() -> None:
    older, newer = examples.buttons(), examples.scale()
    talks = {examples.DIALOGUE}

    assert waiting([older, newer, said("Genoteerd.")], talks) is newer
    assert waiting([said("Genoteerd.")], talks) is None
    assert waiting([older, newer], {None}) is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_is_a_row_of_the_evidence(language: str) -> None:
    evidence = Path("docs/evidence.md").read_text(encoding="utf-8")
    words = Words.load(TEXTS)
    told = " ".join(words.render(f"story.{step.name}_source", language, {}) for step in STEPS)

    cited = re.findall(r"E\d+", told)

    assert len(cited) >= len(STEPS)
    assert [row for row in cited if f'<a id="{row.lower()}"></a>' not in evidence] == []


# What is told


async def test_six_steps_lead_from_the_invitation_to_a_sighting_that_counts(
    either: Story,
) -> None:
    told = await either.starts()

    assert await either.tells_up_to(told["person"], 6) == ["over"] * 6

    async with either.demo.database.read() as tx:
        [enrolled] = await enrolments.of_person(tx, either.demo.people["Sanne"])
        [pledge] = await pledges.of_person(tx, either.demo.people["Sanne"])
        there = await observations.between(tx, either.demo.people["Sanne"])
    assert enrolled.status == "joined"
    assert (pledge.colleague_id, pledge.state) == (either.demo.people["Emma"], "active")
    assert count_confirmed(either.demo.people["Sanne"], there) == 1
    assert "veel te snel" in str(await either.demo.logged(enrolled.id))
    assert await either.demo.failed() == []


async def test_it_tells_who_the_two_are_whom_to_look_at_and_who_sees_it(story: Story) -> None:
    first = await story.starts()
    await story.tells_up_to(first["person"], 2)

    acted = await story.acts(first["person"], 3)
    await story.tells(first["person"], 3)
    over = await story.where(first["person"])

    sanne, emma = str(story.demo.people["Sanne"]), str(story.demo.people["Emma"])
    assert (first["person"], first["colleague"], first["look"]) == (sanne, emma, sanne)
    assert (acted["look"], acted["tab"]) == (emma, "chat")
    assert (over["look"], over["tab"]) == (sanne, "plan")
    assert over["seen"].startswith("Sanne en Emma, allebei dezelfde twee regels.")


async def test_what_it_answers_is_taken_as_a_person_would_give_it(story: Story) -> None:
    told = await story.starts()

    await story.tells_up_to(told["person"], 2)

    line = "Als het klantoverleg klaar is, dan zeg ik één collega wat hielp, en wat het deed."
    seen = "\n".join(text for each in await story.demo.sees("Sanne") for text in each.paragraphs)
    assert line in seen
    assert "Schrijf het alsof er een camera meeloopt" not in seen
    assert "Oké, we laten het zo." not in seen


async def test_the_colleague_reads_the_line_that_was_sent_and_no_other_word(story: Story) -> None:
    told = await story.starts()
    await story.tells_up_to(told["person"], 6)

    seen = str(await story.demo.sees("Emma"))

    assert "Als het klantoverleg klaar is, dan zeg ik één collega wat hielp" in seen
    own = ("Hoi Sanne", "overdreven klinkt", "veel te snel", "in één zin", "schouders")
    assert [each for each in own if each in seen] == []


async def test_where_nobody_was_asked_the_story_of_two_stops(story: Story) -> None:
    told = await story.starts()
    await story.tells_up_to(told["person"], 2)
    async with story.demo.database.write() as tx:
        [pledge] = await pledges.of_person(tx, story.demo.people["Sanne"])
        now = story.demo.hands.clock.now()
        await pledges.change(tx, pledge.id, state="ended", reason="declined", ended_at=now)

    ended = await story.acts(told["person"], 3)

    assert ended["state"] == "alone"
    assert ended["ended"].startswith("Niemand houdt Sanne nu aan het plan, en dat mag.")


async def test_who_is_alone_in_the_demo_asks_nobody(story: Story) -> None:
    async with story.demo.database.write() as tx:
        await people.lock(tx, story.demo.people["Emma"])
        await people.set_quiet(tx, story.demo.people["Emma"], people.Quiet("pause", None))
    told = await story.starts()

    assert await story.tells_up_to(told["person"], 3) == ["over", "over", "alone"]
    assert told["title"] == "Het verhaal van Sanne en een collega"


async def test_an_english_page_tells_of_somebody_who_speaks_english(story: Story) -> None:
    story.language = "en"

    told = await story.starts()

    assert told["title"] == "The story of Emma and Sanne"
    assert told["progress"] == "1 of 6"
    assert await story.tells_up_to(told["person"], 2) == ["over"] * 2
    assert "When the client meeting ends, I tell one colleague" in str(
        await story.demo.sees("Emma")
    )


async def test_it_begins_with_somebody_to_whom_nothing_happened_yet(story: Story) -> None:
    await story.demo.goes_on_until("Sanne")
    async with story.demo.client() as client:
        await client.post("/api/say", json=acting(story.demo.people["Sanne"], text="hulp"))

    told = await story.starts()

    assert told["title"] == "Het verhaal van Emma en Sanne"


async def test_when_everybody_has_a_history_it_says_how_to_begin_anew(story: Story) -> None:
    first = await story.starts()
    await story.tells(first["person"], 1)
    second = await story.starts()
    await story.tells(second["person"], 1)

    told = await story.asks("start", {}, status=409)

    assert first["person"] != second["person"]
    assert "make demo-reset" in told["error"]


async def test_when_everybody_has_a_history_it_goes_on_with_who_has_had_least(
    story: Story,
) -> None:
    first = await story.starts()
    await story.tells_up_to(first["person"], 2)
    second = await story.starts()
    await story.tells(second["person"], 1)

    told = await story.asks("start", {"anyway": True})

    assert (told["person"], told["number"]) == (second["person"], 2)


async def test_when_nobody_can_live_through_it_any_more_it_says_so(story: Story) -> None:
    first = await story.starts()
    await story.tells(first["person"], 1)
    second = await story.starts()
    await story.tells(second["person"], 1)
    quiet = people.Quiet("pause", None)
    async with story.demo.database.write() as tx:
        await people.lock(tx, UUID(first["person"]))
        await people.set_quiet(tx, UUID(first["person"]), quiet)
        await people.lock(tx, UUID(second["person"]))
        await people.set_quiet(tx, UUID(second["person"]), quiet)

    told = await story.asks("start", {"anyway": True}, status=409)

    assert "make demo-reset" in told["error"]


async def test_it_goes_on_where_the_person_went_on_by_hand(story: Story) -> None:
    told = await story.starts()
    await story.acts(told["person"], 1)
    asking = await story.demo.asks("Sanne")
    async with story.demo.client() as client:
        by_hand = acting(
            story.demo.people["Sanne"],
            dialogue=str(asking.dialogue),
            inputs={asking.fields[0].key: "join"},
            counts={asking.fields[0].key: 0},
        )
        await client.post("/api/press", json=by_hand)

    assert (await story.tells(told["person"], 1))["state"] == "over"
    assert (await story.where(told["person"]))["number"] == 1


async def test_a_step_that_is_over_is_not_done_again(story: Story) -> None:
    told = await story.starts()
    await story.tells(told["person"], 1)
    before = story.demo.hands.clock.now(), await story.demo.answers("Sanne")

    again = await story.acts(told["person"], 1)

    assert (again["state"], again["answered"]) == ("over", False)
    assert (story.demo.hands.clock.now(), await story.demo.answers("Sanne")) == before


async def test_whoever_declines_by_hand_is_left_in_peace(story: Story) -> None:
    told = await story.starts()
    await story.demo.goes_on_until("Sanne")
    asking = await story.demo.asks("Sanne")
    async with story.demo.client() as client:
        declines = acting(
            story.demo.people["Sanne"], dialogue=str(asking.dialogue),
            inputs={"hello": "decline"}, counts={"hello": 0},
        )  # fmt: skip
        await client.post("/api/press", json=declines)

    ended = await story.acts(told["person"], 1)

    assert ended["state"] == "gone"
    assert "dat is een goed antwoord" in ended["ended"]


async def test_whoever_wants_rest_by_hand_gets_it(story: Story) -> None:
    told = await story.starts()
    await story.tells(told["person"], 1)
    async with story.demo.database.write() as tx:
        await people.lock(tx, story.demo.people["Sanne"])
        await people.set_quiet(tx, story.demo.people["Sanne"], people.Quiet("pause", None))
    before = story.demo.hands.clock.now()

    ended = await story.acts(told["person"], 2)

    assert ended["state"] == "resting"
    assert "wil nu even rust" in ended["ended"]
    assert story.demo.hands.clock.now() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person": "x", "step": 1}, 400),
        ({"step": 1}, 400),
        ({"person": "00000000-0000-0000-0000-000000000009", "step": 1}, 404),
    ],
)
async def test_a_story_of_nobody_is_refused_in_words(
    story: Story, body: dict[str, object], status: int
) -> None:
    told = await story.asks("next", body, status=status)

    assert told["error"].endswith(".")


@pytest.mark.parametrize("step", [0, 7, -1, "1", None, True, 1.0])
async def test_a_step_that_is_none_is_refused(story: Story, step: object) -> None:
    told = await story.starts()

    refused = await story.asks("next", {"person": told["person"], "step": step}, status=400)

    assert refused["error"]


async def test_a_name_is_shown_as_it_is_written(story: Story) -> None:
    async with story.demo.database.write() as tx:
        await people.rename(tx, story.demo.people["Sanne"], "<b>Sanne</b>")

    assert (await story.starts())["title"] == "Het verhaal van <b>Sanne</b> en Emma"


# What is seen


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, story: Story) -> AsyncIterator[Page]:
    """Give the page of a demo, for somebody who wants no movement; nothing goes wrong on it."""
    async with served(story.demo) as door:
        context = await browser.new_context(locale="nl-NL", reduced_motion="reduce")
        page = await context.new_page()
        trouble: list[str] = []
        page.on(
            "console", lambda each: trouble.append(each.text) if each.type == "error" else None
        )
        page.on("pageerror", lambda error: trouble.append(str(error)))
        await page.goto(door.address)
        yield page
        await context.close()
    assert trouble == []


def panel(page: Page) -> Locator:
    """Give the panel of the story."""
    return page.locator("#story")


async def told_to_the_end(page: Page) -> None:
    """Wait until a step is over."""
    await expect(page.locator("[data-on]")).to_have_attribute(
        "aria-disabled", "false", timeout=60_000
    )


async def told_from(page: Page, step: int) -> None:
    """Go on from a step to the last."""
    for _ in STEPS[step - 1 :]:
        await page.get_by_role("button", name="Volgende", exact=True).click()
        await told_to_the_end(page)


async def test_the_story_is_told_by_keyboard_alone(page: Page) -> None:
    await page.get_by_role("button", name="Laat het zien").focus()
    await page.keyboard.press("Enter")

    await expect(
        panel(page).get_by_role("heading", name="Het verhaal van Sanne en Emma")
    ).to_be_focused()
    await told_to_the_end(page)
    await expect(panel(page)).to_contain_text("1 van 6")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Volgende", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(panel(page)).to_contain_text("2 van 6")
    await told_to_the_end(page)

    await expect(page.locator("#c1 .messages")).to_contain_text("Als het klantoverleg klaar is")
    await expect(page.get_by_role("button", name="Volgende", exact=True)).to_be_focused()


async def test_the_story_can_be_left_and_the_person_goes_on(page: Page) -> None:
    await page.get_by_role("button", name="Laat het zien").click()
    await told_to_the_end(page)

    await page.keyboard.press("Escape")

    await expect(panel(page)).to_contain_text("Sanne is vanaf hier iemand als alle anderen")
    await expect(page.get_by_role("button", name="Laat het zien")).to_be_focused()
    await expect(page.locator("#c1 form.card").last.get_by_role("button").first).to_be_enabled()


async def test_a_story_goes_on_after_a_reload(page: Page) -> None:
    await page.get_by_role("button", name="Laat het zien").click()
    await told_to_the_end(page)
    await page.get_by_role("button", name="Volgende", exact=True).click()
    await told_to_the_end(page)

    await page.reload()

    await expect(panel(page)).to_contain_text("2 van 6")
    await expect(page.get_by_role("button", name="Volgende", exact=True)).to_be_visible()


async def test_the_two_stand_side_by_side_and_at_the_end_a_sighting_in_the_log(
    page: Page,
) -> None:
    await page.get_by_role("button", name="Laat het zien").click()
    await told_to_the_end(page)

    await told_from(page, 2)

    await expect(panel(page)).to_contain_text("6 van 6")
    await expect(panel(page)).to_contain_text("Wie ziet dit")
    log = page.locator("#c1-log")
    await expect(log).to_contain_text("gezien door Emma")
    await expect(log).to_contain_text("After the client meeting I was told")
    await expect(page.locator("#c2 .messages")).to_contain_text("Sent. Only Sanne reads it.")
    await page.get_by_role("button", name="Klaar", exact=True).click()
    await expect(page.get_by_role("button", name="Laat het zien")).to_be_focused()


async def test_whoever_sees_one_column_gets_a_second_for_the_colleague(page: Page) -> None:
    await page.get_by_role("button", name="1", exact=True).click()

    await page.get_by_role("button", name="Laat het zien").click()
    await told_to_the_end(page)

    await expect(page.locator("#c2 [data-who] option:checked")).to_have_text("Emma")
