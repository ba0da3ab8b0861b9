"""A town comes out the same however it is shared out, and says so when a process is lost."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import HoldfastError, TryLater
from bot.simulation.characters import TEAM
from bot.simulation.limits import KINDS
from bot.simulation.lives import Day, Wanted, empty_file
from bot.simulation.running import simulate
from bot.simulation.shares import shared_out

WANTED = Wanted(people=2 * TEAM, days=20, seed=5, url="")


@given(people=st.integers(1, 500), most=st.integers(1, 20))
def test_everybody_has_one_place_among_their_team(people: int, most: int) -> None:
    shares = shared_out(people, most)

    assert [number for share in shares for number in share] == list(range(people))
    assert len(shares) <= most
    assert all(share.start % TEAM == 0 for share in shares)
    sizes = [-(-len(share) // TEAM) for share in shares]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.slow
async def test_two_processes_see_what_one_sees() -> None:
    days: list[Day] = []

    shared = await simulate(replace(WANTED, jobs=2), days.append)

    async with empty_file() as url:
        alone = await simulate(replace(WANTED, url=url), lambda _: None)
    same = ("turns", "messages", *KINDS)
    assert [shared.figures[each] for each in same] == [alone.figures[each] for each in same]
    assert shared.figures["turns"] > 20
    assert days[-1] == Day(WANTED.days, int(shared.figures["turns"]))
    assert all(before.number <= after.number for before, after in pairwise(days))
    assert not multiprocessing.active_children()


@pytest.mark.slow
async def test_a_process_that_is_killed_ends_the_simulation_in_words() -> None:
    def kill_one(_: Day) -> None:
        multiprocessing.active_children()[0].kill()

    with pytest.raises(TryLater, match="was killed"):
        await simulate(replace(WANTED, jobs=2), kill_one)

    assert not multiprocessing.active_children()


@pytest.mark.slow
async def test_what_a_process_cannot_do_is_told_by_the_one_that_asked() -> None:
    with pytest.raises(HoldfastError, match="TypeError"):
        await simulate(replace(WANTED, jobs=2, seed="none"), lambda _: None)  # type: ignore[arg-type]
