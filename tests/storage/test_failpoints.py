import os
import signal
import subprocess
import sys

import pytest

from storage import failpoints
from storage.failpoints import NAMES, Failpoints, failpoint, read


def test_places_are_read_with_the_passage_at_which_they_kill() -> None:
    assert read("hear.received, delivery.claimed:3") == {
        "hear.received": 1,
        "delivery.claimed": 3,
    }


def test_nothing_arms_nothing() -> None:
    assert read("") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hear.receive_", "no failpoint 'hear.receive_'. Did you mean 'hear.received'?"),
        ("moon", "no failpoint 'moon'.$"),
        ("hear.received:0", "comes a number from 1, not '0'"),
        ("hear.received:x", "comes a number from 1, not 'x'"),
    ],
)
def test_a_bad_place_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(text)


@pytest.mark.parametrize(("passages", "kills"), [(1, 0), (2, 1), (3, 1)])
def test_a_place_kills_at_its_passage_and_at_no_other(passages: int, kills: int) -> None:
    killed: list[str] = []
    live = Failpoints("hear.received:2", kill=lambda: killed.append("now"))

    for _ in range(passages):
        live.passes("hear.received")

    assert len(killed) == kills


def test_a_place_that_is_not_armed_kills_nobody() -> None:
    killed: list[str] = []
    live = Failpoints("hear.received", kill=lambda: killed.append("now"))

    live.passes("delivery.claimed")

    assert killed == []


def test_arming_again_counts_from_the_start() -> None:
    killed: list[str] = []
    live = Failpoints("hear.received", kill=lambda: killed.append("now"))

    live.arm("delivery.claimed")
    live.passes("hear.received")
    live.passes("delivery.claimed")

    assert killed == ["now"]


def test_a_place_that_is_not_in_the_list_is_refused_when_passed() -> None:
    with pytest.raises(ValueError, match="add it to"):
        Failpoints("").passes("moon")


def test_switched_off_a_failpoint_does_nothing_at_all() -> None:
    failpoint("not even a name is looked at")

    with pytest.raises(RuntimeError, match="switched off"):
        failpoints.arm("hear.received")


def test_no_name_is_there_twice() -> None:
    assert len(NAMES) == len({*NAMES})


def _run(armed: str, code: str) -> int:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", f"from storage.failpoints import arm, failpoint; {code}"],
        env={**os.environ, "HOLDFAST_FAILPOINTS": armed},
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


@pytest.mark.kills
@pytest.mark.parametrize(
    ("armed", "code", "ended"),
    [
        ("hear.received", "failpoint('hear.received')", -signal.SIGKILL),
        ("hear.received:2", "failpoint('hear.received')", 0),
        ("", "arm('hear.received'); failpoint('hear.received')", -signal.SIGKILL),
        ("moon", "pass", 1),
    ],
)
def test_a_process_dies_where_it_was_told_to(armed: str, code: str, ended: int) -> None:
    assert _run(armed, code) == ended
