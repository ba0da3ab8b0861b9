"""Long after a course: the words are gone, then all of it, and the chat goes on as if new."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot import my_data
from bot.clock import TurnedClock
from bot.port import EditAsked
from storage import dialogues, inbox, plans
from tests.people import Someone, Town
from tests.stories.beginnings import asked_after_tuesday

pytestmark = [pytest.mark.slow, pytest.mark.begins(asked_after_tuesday)]

WRITTEN = "zeg ik Tom één ding dat hielp, met effect"
COMMANDS = (
    "plan",
    "logboek",
    "start",
    "mijn gegevens",
    "hulp",
    "pauze",
    "nieuw plan",
    "stop",
    "start",
)


async def some_time_later(town: Town, days: int) -> None:
    """Let time pass in one leap, as where nobody was at work."""
    assert isinstance(town.hands.clock, TurnedClock)
    town.hands.clock.set_to(town.clock.now + timedelta(days=days))
    await town.hands.look()


async def written_out(town: Town, learner: Someone) -> str:
    """Give all that somebody reads and gets of their own."""
    place = (town.hands.words, learner.id, learner.id, town.clock.now)
    async with town.hands.database.read() as tx:
        document = await my_data.document_of(tx, *place)
        book = await my_data.book_of(tx, *place, None)
    return json.dumps(document, ensure_ascii=False, default=str) + str(book)


async def failed(town: Town) -> int:
    """Count the events that could not be heard."""
    async with town.hands.database.read() as tx:
        return len(await inbox.failed(tx))


@pytest.mark.parametrize("days", [230, 500])
async def test_whatever_is_typed_long_after_a_course_is_heard(
    town: Town, learner: Someone, days: int
) -> None:
    await some_time_later(town, days)

    for command in COMMANDS:
        await learner.types(command)
    await town.clock.passes(days=20)

    assert await failed(town) == 0


@pytest.mark.parametrize(("days", "stands"), [(190, True), (230, False)])
async def test_what_was_written_stands_nowhere_once_its_time_is_over(
    town: Town, learner: Someone, days: int, *, stands: bool
) -> None:
    await some_time_later(town, days)

    assert (WRITTEN in await written_out(town, learner)) == stands


async def test_an_old_card_cannot_be_changed_any_more_and_says_so(
    town: Town, learner: Someone
) -> None:
    card = next(each for each in reversed(learner.messages) if each.edits)
    await some_time_later(town, 230)

    assert card.dialogue
    heard = await learner.does(EditAsked(card.dialogue, card.edits[0].key, card.edits[0].count))

    assert heard.refusals
    assert await failed(town) == 0


async def test_while_a_course_runs_its_plan_stands(town: Town, learner: Someone) -> None:
    await town.clock.passes(days=89)

    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id)
        enrolment = held[0].enrolment_id
        assert enrolment
        assert await plans.current(tx, enrolment)


async def test_in_the_end_nothing_of_the_course_is_left(town: Town, learner: Someone) -> None:
    await some_time_later(town, 500)

    async with town.hands.database.read() as tx:
        assert await dialogues.of_person(tx, learner.id) == []
