"""Killed at every step between receiving and marking, in the middle of everything people do."""

from __future__ import annotations

import signal
from dataclasses import dataclass

import pytest

from storage.failpoints import NAMES
from tests.kills.rows import Difference
from tests.kills.scenarios import SCENARIOS
from tests.kills.sites import Site
from tests.support.kills import Killed

pytestmark = pytest.mark.kills


@dataclass(frozen=True, slots=True)
class Kill:
    """A scenario, and the passage of a place at which it is killed."""

    scenario: str
    armed: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.armed}"


KILLS = [
    Kill(name, f"{place}:{passage}")
    for name, scenario in SCENARIOS.items()
    for place, most in scenario.kills.items()
    for passage in range(1, most + 1)
]


@pytest.mark.parametrize("kill", KILLS, ids=str)
def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(
    kill: Kill, site: Site, killed: Killed
) -> None:
    with site.begun(kill.scenario) as run:
        ended = run.dies(kill.armed)
        assert ended == -signal.SIGKILL, f"never reached, or: {site.forks.last_words()}"
        found = run.goes_on()

    difference = Difference.between(site.world(kill.scenario).ends, found)
    killed(lost=difference.lost.total(), doubled=difference.doubled.total())
    assert not difference, str(difference)


@pytest.mark.parametrize("scenario", ["form", "stumble"])
def test_two_runs_without_a_kill_end_alike(scenario: str, site: Site) -> None:
    with site.begun(scenario) as run:
        again = run.goes_on()

    assert not Difference.between(site.world(scenario).ends, again)


def test_every_place_on_the_way_of_a_message_is_killed_at() -> None:
    elsewhere = (
        *("migrate.", "backup.", "restore.", "rotate.", "retention."),  # tests of their own
        *("import.", "export.", "erase.before_commit", "erase.after_commit"),  # as commands
    )
    places = {name for name in NAMES if not name.startswith(elsewhere)}

    assert places == {place for each in SCENARIOS.values() for place in each.kills}
