"""The commands that bring in shifts and leave: what they say, and with which code they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.edge import Ended
from bot.cli.house import Desk, look
from bot.clock import MachineClock
from storage import people, shifts
from storage.people import Person
from storage.shifts import Span
from tests.cli.conftest import Holdfast

pytestmark = pytest.mark.slow

YEAR = MachineClock().now().year + 1
ROSTER = (
    "persoon;begin;einde\n"
    f"Sanne@example.org;23-11-{YEAR} 23:00;07:00\n"
    f"emma@example.org;23-11-{YEAR} 07:00;15:00\n"
)


@pytest.fixture
def full_house(house: Path, holdfast: Holdfast) -> Path:
    """Give a house with its people in it, and a roster of theirs."""
    assert holdfast("people", "import", str(house)).exit_code == 0
    file = Path("roster.csv")
    file.write_text(ROSTER)
    return file


async def _everybody(desk: Desk) -> dict[str, Person]:
    found = await people.all_in(desk.tx, desk.organisation.id)
    return {each.name: await people.get(desk.tx, each.id) for each in found}


async def _shifts(desk: Desk) -> dict[str, list[Span]]:
    return {
        name: await shifts.of_person(desk.tx, each.id, desk.now)
        for name, each in (await _everybody(desk)).items()
    }


def test_a_roster_is_brought_in_and_brought_in_again(full_house: Path, holdfast: Holdfast) -> None:
    first = holdfast("shifts", "import", str(full_house))
    again = holdfast("shifts", "import", str(full_house))

    assert (first.exit_code, again.exit_code) == (Ended.FINE, Ended.FINE)
    assert "roster.csv was read as CSV in UTF-8, separated by ';'." in first.output
    assert "New: 2. As they were: 0. Over and left out: 0." in first.output
    assert "New: 0. As they were: 2." in again.output
    assert {name: len(each) for name, each in look(_shifts).items()} == {
        "Sanne": 1, "Emma": 1, "Marit": 0,
    }  # fmt: skip
    assert [each.shifts for each in look(_everybody).values()].count(()) == 1


def test_a_dry_run_tells_of_each_row_and_changes_nothing(
    full_house: Path, holdfast: Holdfast
) -> None:
    said = holdfast("shifts", "import", str(full_house), "--dry-run")

    assert "roster.csv:2: new\nroster.csv:3: new\n" in said.output
    assert "Nothing was changed" in said.output
    assert set(map(tuple, look(_shifts).values())) == {()}


def test_one_wrong_row_and_nothing_is_brought_in(full_house: Path, holdfast: Holdfast) -> None:
    with full_house.open("a") as file:
        file.write(f"canary@example.org;24-11-{YEAR} 07:00;15:00\n")

    said = holdfast("shifts", "import", str(full_house))

    assert said.exit_code == Ended.PROBLEM
    assert "roster.csv:4: This person is nobody that we know." in said.output
    assert "canary" not in said.output
    assert set(map(tuple, look(_shifts).values())) == {()}


def test_shifts_of_long_ago_are_left_out(full_house: Path, holdfast: Holdfast) -> None:
    full_house.write_text("person,start,end\nsanne@example.org,2020-11-23 7:00,15:00\n")

    said = holdfast("shifts", "import", str(full_house))

    assert "New: 0. As they were: 0. Over and left out: 1." in said.output
    assert look(_everybody)["Sanne"].rhythm is None


def test_leave_is_brought_in_and_replaced_in_its_days(
    full_house: Path, holdfast: Holdfast
) -> None:
    file = full_house.with_name("leave.csv")
    file.write_text(
        "person,first,last\n"
        f"sanne@example.org,{YEAR}-07-01,{YEAR}-07-14\n"
        f"sanne@example.org,{YEAR}-12-24,\n"
    )
    first = holdfast("leave", "import", str(file))
    file.write_text(f"person,first,last\nsanne@example.org,{YEAR}-07-08,{YEAR}-07-21\n")

    second = holdfast("leave", "import", str(file))

    assert "New: 2." in first.output
    assert (
        "New: 1. As they were: 0. Over and left out: 0. Before, and not on the list: 1."
        in second.output
    )
    assert [str(each) for span in look(_everybody)["Sanne"].leave for each in span] == [
        f"{YEAR}-07-08", f"{YEAR}-07-21", f"{YEAR}-12-24", f"{YEAR}-12-24",
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["shifts", "leave"])
def test_a_list_without_the_right_columns_is_refused(
    command: str, full_house: Path, holdfast: Holdfast
) -> None:
    full_house.write_text("who,when\nsanne,now\n")

    said = holdfast(command, "import", str(full_house))

    assert said.exit_code == Ended.PROBLEM
    assert "There is no column 'person'." in said.output


@pytest.mark.parametrize("command", ["shifts", "leave"])
def test_each_command_explains_itself(command: str, holdfast: Holdfast) -> None:
    said = holdfast(command, "import", "--help")

    assert said.exit_code == 0
    assert f"Usage: holdfast {command} import" in said.output
