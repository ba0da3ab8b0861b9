"""The comparison itself: what breaks a promise on purpose does not pass."""

from __future__ import annotations

import signal

import pytest

from tests.kills.rows import Difference
from tests.kills.sites import Site

pytestmark = pytest.mark.kills


def test_a_chat_that_does_not_know_a_delivery_again_doubles(site: Site) -> None:
    with site.begun("visit") as run:
        assert run.dies("delivery.after_send", chat="forgetful") == -signal.SIGKILL
        found = run.goes_on(chat="forgetful")

    difference = Difference.between(site.world("visit").ends, found)
    assert any(line.startswith("chat ") for line in difference.doubled)


def test_a_chat_that_says_everything_arrived_loses(site: Site) -> None:
    with site.begun("visit") as run:
        assert run.dies("delivery.before_send", chat="boastful") == -signal.SIGKILL
        found = run.goes_on(chat="boastful")

    difference = Difference.between(site.world("visit").ends, found)
    assert any(line.startswith("chat ") for line in difference.lost)


def test_hearing_in_two_transactions_loses(site: Site) -> None:
    with site.begun("typed") as run:
        assert run.dies("hear.received:2", ear="two steps") == -signal.SIGKILL
        found = run.goes_on(ear="two steps")

    difference = Difference.between(site.world("typed").ends, found)
    assert any("received" in line for line in difference.doubled)
    assert any(line.startswith("dialogues ") for line in difference.lost)


def test_hearing_in_two_transactions_goes_well_as_long_as_nobody_is_killed(site: Site) -> None:
    with site.begun("typed") as run:
        found = run.goes_on(ear="two steps")

    assert not Difference.between(site.world("typed").ends, found)


def test_a_place_that_is_never_reached_kills_nobody(site: Site) -> None:
    with site.begun("visit") as run:
        assert run.dies("delivery.claimed:9") == 0


def test_a_claim_that_outlives_its_process_is_left_alone(site: Site) -> None:
    with site.begun("visit") as run:
        assert run.dies("delivery.claimed", lease_seconds=300) == -signal.SIGKILL
        found = run.goes_on()

    difference = Difference.between(site.world("visit").ends, found)
    assert any(line.startswith("chat ") for line in difference.lost)
    assert any('"sending"' in line for line in difference.doubled)
