"""A small town lives well, alone or among others, and however often the bot is killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.simulation.characters import TEAM, character, start_of
from bot.simulation.limits import KINDS
from bot.simulation.lives import Wanted, empty_file, live
from bot.simulation.running import Outcome, simulate

pytestmark = pytest.mark.slow

WANTED = Wanted(people=2 * TEAM, days=30, seed=5, url="")


async def lived(wanted: Wanted) -> Outcome:
    """Simulate in memory."""
    async with empty_file() as url:
        return await simulate(replace(wanted, url=url), lambda _: None)


async def test_nothing_happens_that_must_not(empty_database_url: str) -> None:
    days: list[int] = []

    outcome = await simulate(
        replace(WANTED, url=empty_database_url), lambda day: days.append(day.number)
    )

    assert {kind: outcome.figures[kind] for kind in KINDS} == dict.fromkeys(KINDS, 0)
    assert outcome.figures["turns"] > 50
    assert outcome.figures["messages"] > 50
    assert days == list(range(1, 31))


@pytest.mark.kills
async def test_killed_every_few_turns_it_comes_out_the_same(empty_database_url: str) -> None:
    killed = await simulate(replace(WANTED, url=empty_database_url, kill_every=4), lambda _: None)

    spared = await lived(WANTED)
    same = ("turns", "messages", *KINDS)
    assert [killed.figures[each] for each in same] == [spared.figures[each] for each in same]
    assert killed.figures["kills"] > 10


async def test_a_team_lives_alone_as_among_others() -> None:
    everybody = [character(WANTED.seed, number) for number in range(WANTED.people)]
    async with empty_file() as url:
        among = await live(replace(WANTED, url=url), everybody, aloud=True)
    async with empty_file() as url:
        alone = await live(replace(WANTED, url=url), everybody[TEAM:], aloud=True)

    theirs = [step for step in among.taken if step.number >= TEAM]
    assert theirs == list(alone.taken)
    assert len(theirs) > 20


async def test_a_shorter_life_is_the_beginning_of_a_longer_one() -> None:
    everybody = [character(WANTED.seed, number) for number in range(TEAM)]
    async with empty_file() as url:
        long = await live(replace(WANTED, url=url), everybody, aloud=True)
    async with empty_file() as url:
        short = await live(replace(WANTED, url=url, days=13), everybody, aloud=True)

    end = start_of(WANTED.seed) + timedelta(days=13)
    assert [step for step in long.taken if step.at <= end] == list(short.taken)
    assert len(short.taken) > 5
