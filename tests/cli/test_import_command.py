"""`holdfast people import`: what it says, what it writes, and when it writes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.edge import Ended
from bot.cli.house import look
from bot.clock import MachineClock
from bot.lists.people import BATCH
from bot.lists.reading import read
from storage import people
from storage.people import Person
from tests.cli.conftest import Holdfast
from tests.lists.workbooks import rows, workbook

pytestmark = pytest.mark.slow

TRAINING_DAY = str(MachineClock().now().date() + timedelta(days=9))
COHORT = ("--programme", "feedback-geven", "--training-day", TRAINING_DAY)
HALF = "naam;e-mail;tijdzone\nAnna;anna@example.org;\n=Bob();bob@example.org;Mars\n"


def everybody() -> list[Person]:
    """Read who is there."""
    return look(lambda desk: people.all_in(desk.tx, desk.organisation.id))


def table(file: Path) -> list[list[str]]:
    """Read a report as a spreadsheet would."""
    return [row.values for row in read(file.name, file.read_bytes(), known=bool).rows]


def test_a_dry_run_says_what_would_change_and_writes_nothing(
    house: Path, holdfast: Holdfast
) -> None:
    said = holdfast("people", "import", str(house), "--dry-run")

    assert said.exit_code == Ended.FINE
    assert said.output.splitlines() == [
        "Read as CSV in UTF-8, separated by ','.",
        "people.csv:2: new",
        "people.csv:3: new",
        "people.csv:4: new",
        "3 people: 3 new, 0 changed, 0 as they were.",
        "Nothing was written: this was a dry run.",
    ]
    assert everybody() == []


def test_all_that_is_wrong_is_said_and_nothing_is_written(house: Path, holdfast: Holdfast) -> None:
    house.write_text(f"{HALF}Cor;;\n")

    said = holdfast("people", "import", str(house))

    assert said.exit_code == Ended.PROBLEM
    assert "people.csv:3: tijdzone: Unknown zone 'Mars'." in said.output
    assert "people.csv:4: e-mail: The e-mail address is missing." in said.output
    assert "2 of 3 rows were refused. The others: 1 people: 1 new" in said.output
    assert "Nothing was written: mend those rows, or import the others with" in said.output
    assert everybody() == []


def test_what_is_right_can_be_brought_in_without_the_rest(house: Path, holdfast: Holdfast) -> None:
    house.write_text(HALF)

    said = holdfast("people", "import", str(house), "--partial", "--report", "report.csv")

    assert said.exit_code == Ended.PROBLEM
    assert [each.name for each in everybody()] == ["Anna"]
    assert "1 of 2 rows were refused. The others: 1 people: 1 new" in said.output
    assert "What became of each row stands in report.csv." in said.output
    header, anna, bob = table(Path("report.csv"))
    assert header[:4] == ["row", "outcome", "written", "changed"]
    assert anna == ["2", "new", "yes", "", "Anna", "anna@example.org", "", ""]
    assert bob[:6] == ["3", "refused", "no", "", "'=Bob()", "bob@example.org"]
    assert bob[6].startswith("tijdzone: Unknown zone 'Mars'")


def test_a_report_names_who_was_refused_and_why(house: Path, holdfast: Holdfast) -> None:
    house.write_text(
        "name,email,zone\nAnna,anna@example.org,\nBob,bob@example.org,Mars\n"
        "Twin,Anna@example.org,\nNul\0l,x@example.org,\n"
    )

    holdfast("people", "import", str(house), "--report", "report.csv")

    rows = [(row[0], row[1], row[4], row[5]) for row in table(Path("report.csv"))[1:]]
    assert rows == [
        ("2", "new", "Anna", "anna@example.org"),
        ("3", "refused", "Bob", "bob@example.org"),
        ("4", "refused", "Twin", "Anna@example.org"),
        ("5", "refused", "Null", "x@example.org"),
    ]


def test_a_report_carries_nothing_out(house: Path, holdfast: Holdfast) -> None:
    house.write_text("name,email\n=cmd|'/c calc'!A1,a@example.org\n@SUM(1),b@example.org\n")

    holdfast("people", "import", str(house), "--report", "report.csv")

    names = [row[4] for row in table(Path("report.csv"))[1:]]
    assert names == ["'=cmd|'/c calc'!A1", "'@SUM(1)"]


def test_more_people_than_a_batch_come_in_order_and_only_once(
    house: Path, holdfast: Holdfast
) -> None:
    number = 2 * BATCH + 1
    listed = "".join(f"P{at},p{at}@example.org,p0@example.org\n" for at in range(1, number))
    house.write_text(f"name,email,manager_email\nP0,p0@example.org,\n{listed}")

    first = holdfast("people", "import", str(house), "--partial")
    second = holdfast("people", "import", str(house))

    assert f"{number} people: {number} new" in first.output
    assert f"{number} people: 0 new, 0 changed, {number} as they were." in second.output
    assert [each.name for each in everybody()] == [f"P{at}" for at in range(number)]


def test_a_workbook_is_imported_as_a_list_is(house: Path, holdfast: Holdfast) -> None:
    file = house.with_suffix(".xlsx")
    file.write_bytes(workbook({"Mensen": rows(("Naam", "Slack ID"), ("Anna", "U024BE7LH"))}))

    first, second = (
        holdfast("people", "import", str(file)),
        holdfast("people", "import", str(file)),
    )

    assert "Read as XLSX, sheet 'Mensen'." in first.output
    assert "The ids of Slack are kept until one Slack workspace is here." in first.output
    assert "1 people: 1 new" in first.output
    assert "1 people: 0 new, 0 changed, 1 as they were." in second.output


def test_not_more_is_said_than_can_be_read(house: Path, holdfast: Holdfast) -> None:
    house.write_text("name,email\n" + "".join(f"A,{at}\n" for at in range(120)))

    said = holdfast("people", "import", str(house))

    assert len([line for line in said.output.splitlines() if "no e-mail address" in line]) == 50
    assert "… and 70 more." in said.output


def test_a_report_that_cannot_be_written_is_said(house: Path, holdfast: Holdfast) -> None:
    said = holdfast("people", "import", str(house), "--report", "nowhere/report.csv")

    assert said.exit_code == Ended.PROBLEM
    assert "nowhere/report.csv: The report cannot be written" in said.output


@pytest.mark.parametrize("reason", ["", "  ", "…", "x" * 151, "mail from a@example.org"])
@pytest.mark.parametrize("command", [("people", "import", "people.csv"), ("cohort", "add", "A")])
def test_inviting_again_takes_a_reason_that_can_be_logged(
    command: tuple[str, ...], reason: str, house: Path, holdfast: Holdfast
) -> None:
    _ = house

    said = holdfast(*command, "--invite-again", reason)

    assert said.exit_code == Ended.USAGE
    assert "without anybody's name or address" in " ".join(said.output.replace("│", "").split())


def test_a_reason_names_nobody(house: Path, holdfast: Holdfast) -> None:
    house.write_text("name,email\nAnna de Wit,anna@example.org\n")
    holdfast("people", "import", str(house))

    said = holdfast("people", "import", str(house), "--invite-again", "anna De Wit asked")

    assert said.exit_code == Ended.PROBLEM
    assert said.output.endswith("Write the reason without names: it is kept in the log.\n")


def test_a_reason_is_printed_and_logged_and_tells_of_nobody(
    house: Path, holdfast: Holdfast
) -> None:
    said = holdfast("people", "import", str(house), "--invite-again", "They asked for it")

    assert said.exit_code == Ended.FINE
    words = "Whoever had declined, stopped or been erased was let in again: They asked for it"
    assert words in said.output
    assert "invited_again" in said.output
    assert "reason=They_asked_for_it" in said.output


def test_more_people_come_into_a_cohort(house: Path, holdfast: Holdfast) -> None:
    Path("one.csv").write_text("name,email\nEmma,emma@example.org\n")
    holdfast("people", "import", str(house))
    holdfast("cohort", "create", "Najaar", *COHORT, "--people", "one.csv")

    said = holdfast("cohort", "add", "Najaar")

    assert said.output.splitlines()[0] == (
        "1 person was left out: they follow this programme already, or take no part."
    )
    assert f"The cohort Najaar grew: 2 people, training day {TRAINING_DAY}." in said.output
