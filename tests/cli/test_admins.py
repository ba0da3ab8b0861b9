"""`holdfast people admin`: who may administer from a chat, noted in the trail, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.edge import Ended
from bot.cli.house import Desk, look
from storage import people
from tests.cli.conftest import Holdfast

EMMA = ("people", "admin", "emma@example.org", "--reason", "runs the trainings")


async def _admins(desk: Desk) -> list[str]:
    there = await people.all_in(desk.tx, desk.organisation.id)
    return [each.name for each in there if "admin" in each.roles]


@pytest.fixture
def with_people(house: Path, holdfast: Holdfast) -> None:
    """Give an organisation with the people of the list."""
    holdfast("people", "import", str(house))


@pytest.mark.usefixtures("with_people")
def test_somebody_may_administer_until_it_is_taken_back(holdfast: Holdfast) -> None:
    given, again = holdfast(*EMMA), holdfast(*EMMA)
    assert "may use `/holdfast admin`" in given.output
    assert "nothing has changed" in again.output
    assert look(_admins) == ["Emma"]

    taken, once_more = holdfast(*EMMA, "--no-longer"), holdfast(*EMMA, "--no-longer")
    assert "does not administer" in taken.output
    assert "nothing has changed" in once_more.output
    assert look(_admins) == []

    trail = holdfast("audit", "list").output
    assert trail.count("people.admin") == trail.count("people.no_admin") == 1


@pytest.mark.usefixtures("with_people")
def test_nobody_is_found_by_name(holdfast: Holdfast) -> None:
    said = holdfast("people", "admin", "Emma", "--reason", "runs the trainings")

    assert said.exit_code == Ended.PROBLEM
    assert look(_admins) == []
