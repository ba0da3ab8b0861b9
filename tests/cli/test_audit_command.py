"""`holdfast audit`: all that changes or shows something stands in it, whole."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot.cli import house as cli_house
from bot.cli.edge import Ended
from bot.cli.house import Desk, change
from storage import audit
from storage.tables import audit as table
from tests.cli.conftest import Holdfast

pytestmark = pytest.mark.slow

SHIFTS = "person,start,end\nsanne@example.org,2027-03-01 07:00,2027-03-01 15:00\n"
LEAVE = "person,from,until\nsanne@example.org,2027-03-08,2027-03-12\n"


def listed(holdfast: Holdfast, *options: str) -> list[dict[str, Any]]:
    """Give the entries as JSON."""
    said = holdfast("audit", "list", "--json", *options)
    assert said.exit_code == Ended.FINE, said.output
    entries: list[dict[str, Any]] = json.loads(said.stdout)["entries"]
    return entries


def head(holdfast: Holdfast) -> str:
    """Give the head that is to be noted elsewhere."""
    said = holdfast("audit", "verify")
    assert said.exit_code == Ended.FINE, said.output
    return said.stdout.split("head ")[1].split()[0]


def test_every_command_that_changes_something_is_in_the_trail(
    house: Path, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "joke")
    Path("shifts.csv").write_text(SHIFTS)
    Path("leave.csv").write_text(LEAVE)
    cohort = ("--programme", "feedback-geven", "--training-day", "2099-03-01")

    ended = [
        holdfast(*command).exit_code
        for command in (
            ("people", "import", str(house), "--dry-run"),
            ("people", "import", str(house), "--invite-again", "on request"),
            ("people", "import", str(house)),
            ("people", "import", str(house), "--partial", "--invite-again", "they came back"),
            ("cohort", "create", "voorjaar", *cohort),
            ("cohort", "add", "voorjaar", "--invite-again", "asked to"),
            ("shifts", "import", "shifts.csv", "--dry-run"),
            ("shifts", "import", "shifts.csv"),
            ("leave", "import", "leave.csv"),
            (
                "programme",
                "import",
                str(Path(__file__).parents[2] / "bot/programmes/feedback-geven"),
            ),
            ("support",),
            ("db", "upgrade"),
        )
    ]

    entries = listed(holdfast)
    assert ended == [0] * 12
    assert [each["action"] for each in entries] == [
        "db.upgrade", "organisation.create", "programme.import",
        "people.import", "invite_again", "invite_again",
        "cohort.create", "cohort.add", "invite_again",
        "shifts.import", "leave.import", "support.unreachable",
    ]  # fmt: skip
    assert {each["actor"] for each in entries[3:]} == {"joke"}
    assert entries[3]["subject"] == "people:new 3, changed 0"
    assert [each["reason"] for each in entries if each["action"] == "invite_again"] == [
        "on request", "they came back", "asked to",
    ]  # fmt: skip
    assert "sanne" not in json.dumps(entries).casefold()


def test_the_trail_is_read_in_lines_too(house: Path, holdfast: Holdfast) -> None:
    _ = house

    first, *_, last = holdfast("audit", "list").stdout.splitlines()

    assert first.startswith("1  20")
    assert "db.upgrade  revision:" in first
    assert last.endswith("programme.import  programme:feedback-geven@1.0")
    assert "Nothing stands" in holdfast("audit", "list", "--since", "2099-01-01").stdout
    assert len(listed(holdfast, "--since", "2020-01-01")) == 3


async def _forget(desk: Desk) -> None:
    await desk.tx.run(delete(table).where(table.c.number <= 2))
    await audit.note_pruned(desk.tx, desk.now)


@pytest.mark.parametrize(
    ("kept", "says"), [(4, "The trail is empty"), (2, "The trail begins at entry 2")]
)
def test_a_trail_that_was_cut_is_told(
    kept: int, says: str, house: Path, holdfast: Holdfast
) -> None:
    _ = house
    change(lambda desk: desk.tx.run(delete(table).where(table.c.number < kept)))

    said = holdfast("audit", "verify")

    assert said.exit_code == Ended.PROBLEM
    assert says in " ".join(said.output.split())


def test_a_head_from_before_what_is_kept_cannot_be_checked(
    house: Path, holdfast: Holdfast
) -> None:
    _ = house
    change(_forget)

    said = holdfast("audit", "verify", "--head", "2:" + "0" * 64)

    assert said.exit_code == Ended.PROBLEM
    assert "the trail begins at 3" in " ".join(said.output.split())


def test_a_whole_trail_is_said_to_be_whole_with_its_head(house: Path, holdfast: Holdfast) -> None:
    _ = house
    noted = head(holdfast)

    said = holdfast("audit", "verify", "--head", noted)

    assert said.exit_code == Ended.FINE
    assert said.stdout.startswith(f"3 entries, head 3:{listed(holdfast)[2]['hash']}")


@pytest.mark.parametrize("noted", ["", "3", "3:abc", "x:" + "0" * 64])
def test_a_head_that_is_none_is_asked_for_again(
    noted: str, house: Path, holdfast: Holdfast
) -> None:
    _ = house

    said = holdfast("audit", "verify", "--head", noted)

    assert said.exit_code == Ended.USAGE
    assert "Copy it as it was printed" in " ".join(said.output.split())


def test_an_end_that_was_cut_off_shows_beside_the_head_that_was_noted(
    house: Path, holdfast: Holdfast
) -> None:
    _ = house
    other = "4:" + "0" * 64

    said = holdfast("audit", "verify", "--head", other)

    assert said.exit_code == Ended.PROBLEM
    assert "Entry 4 is not there any more as it was noted" in said.output
    assert "compare it with a backup" in said.output


def test_an_entry_that_does_not_follow_is_named(house: Path, holdfast: Holdfast) -> None:
    _ = house

    async def cut(desk: Desk) -> None:
        first = await audit.last(desk.tx)
        assert first is not None
        await audit.note(desk.tx, actor="x", action="x", now=desk.now)
        await audit.note(desk.tx, actor="x", action="x", now=desk.now)
        gone = table.c.number == first.number + 1
        await desk.tx.run(delete(table).where(gone))

    change(cut)

    said = holdfast("audit", "verify")

    assert said.exit_code == Ended.PROBLEM
    assert "Entry 5 does not follow the one before it" in said.output


def test_whoever_has_a_number_and_no_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError

    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(getpass, "getuser", nobody)

    assert cli_house.actor() == "unknown"
