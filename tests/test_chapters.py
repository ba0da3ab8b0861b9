"""A chapter is played once, and every story that begins there has its end to itself."""

from __future__ import annotations

import pytest

from storage import people
from storage.people import Quiet
from tests.chapters import Chapter, Chapters, chapter
from tests.people import Someone, Town, Turning


@chapter()
async def reading(town: Town) -> None:
    """She read what she was sent."""
    await town.clock.goes_on_until(town["Sanne"])
    town["Sanne"].reads("welcome.hello")


@pytest.mark.begins(reading)
async def test_a_story_begins_where_its_chapter_ended(
    town: Town, learner: Someone, clock: Turning
) -> None:
    learner.reads("welcome.hello")
    assert clock.now.date().isoformat() == "2026-11-23"
    assert town.chat.sent == sum(map(len, town.chat.shown.values())) > 0


@pytest.mark.begins(reading)
async def test_a_story_goes_on_from_there(learner: Someone, clock: Turning) -> None:
    await learner.taps("Ik doe mee")
    learner.reads("welcome.promise")

    await clock.goes_on_until(learner)

    learner.reads("common.reminder")


async def test_what_happens_in_a_story_stays_in_it(chapters: Chapters) -> None:
    async with chapters.begin(reading) as town:
        sanne = town["Sanne"]
        before, read = sanne.text(), sanne.read
        await sanne.taps("Ik doe mee")
        await town.clock.passes(days=1)
        async with town.hands.database.write() as tx:
            await people.set_quiet(tx, sanne.id, Quiet("pause"))

    async with chapters.begin(reading) as another:
        same = another["Sanne"]
        async with another.hands.database.read() as tx:
            person = await people.get(tx, same.id)
        assert (same.id, same.text(), same.read) == (sanne.id, before, read)
        assert another.clock.now < town.clock.now
        assert person.quiet is None


async def test_a_chapter_and_what_came_before_it_are_played_once(chapters: Chapters) -> None:
    played: list[str] = []

    async def first(_: Town) -> None:
        played.append("first")

    async def second(_: Town) -> None:
        played.append("second")

    ends = Chapter(second, after=Chapter(first))
    async with chapters.begin(ends), chapters.begin(ends):
        assert played == ["first", "second"]
