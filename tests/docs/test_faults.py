"""The page of faults holds every fault that tests bring about, and nothing that nobody does."""

import re

import pytest

from tests.support.faults import KINDS, MARK, PAGE


def _rows() -> list[list[str]]:
    below = PAGE.read_text("utf-8").partition(MARK)[2].splitlines()
    _head, _rule, *table = (line for line in below if line.startswith("|"))
    return [line.strip("| ").split(" | ") for line in table]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_fault_stands_on_the_page(kind: str) -> None:
    assert kind in {row[0] for row in _rows()}


def test_the_page_has_no_fault_that_nobody_brings_about() -> None:
    there = {row[0] for row in _rows()}

    assert {kind for kind in there if not kind.startswith("SIGKILL")} <= set(KINDS)


def test_every_fault_was_survived_and_nothing_lost_or_doubled() -> None:
    assert _rows()
    assert [row for row in _rows() if row[3] != row[4] or row[5:] != ["0", "0"]] == []


def test_the_page_does_not_say_when_it_was_written() -> None:
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", PAGE.read_text("utf-8"))
