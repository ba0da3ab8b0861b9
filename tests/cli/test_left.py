"""`holdfast people left`: who does not work here any more is sent nothing, and reads nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.edge import Ended
from bot.cli.house import Desk, look
from storage import people
from tests.cli.conftest import Holdfast

EMMA = "emma@example.org"


async def _statuses(desk: Desk) -> dict[str, str]:
    return {each.name: each.status for each in await people.all_in(desk.tx, desk.organisation.id)}


@pytest.fixture
def with_people(house: Path, holdfast: Holdfast) -> None:
    """Give an organisation with the people of the list."""
    holdfast("people", "import", str(house))


@pytest.mark.usefixtures("with_people")
def test_who_left_is_noted_once_and_in_the_trail(holdfast: Holdfast) -> None:
    first = holdfast("people", "left", EMMA, "--reason", "other job")
    again = holdfast("people", "left", EMMA, "--reason", "other job")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "Nothing is sent to this person any more" in first.output
    assert "nothing has changed" in again.output
    assert look(_statuses)["Emma"] == "left"
    assert holdfast("audit", "list").output.count("people.left") == 1


@pytest.mark.usefixtures("with_people")
@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        (
            ("nobody@example.org", "--reason", "other job"),
            Ended.PROBLEM,
            "There is no such person",
        ),
        (("Emma", "--reason", "other job"), Ended.PROBLEM, ""),
        ((EMMA,), Ended.USAGE, "--reason"),
    ],
)
def test_who_is_not_found_is_told_with_what_to_do(
    command: tuple[str, ...], code: int, why: str, holdfast: Holdfast
) -> None:
    said = holdfast("people", "left", *command)

    assert said.exit_code == code
    assert why in " ".join(said.output.split())
    assert set(look(_statuses).values()) == {"active"}
