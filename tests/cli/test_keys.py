"""`holdfast keys` and `holdfast retention`: what they print, refuse and note."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.cli.house import Desk, change, look
from storage import audit, people
from storage.audit import Entry
from storage.keyring import Keyring
from storage.tables import people as people_table
from tests.cli.conftest import Holdfast
from tests.storage.opened import damaged_copy

pytestmark = pytest.mark.slow

Given = Callable[[str], None]


@pytest.fixture
def given() -> Given:
    """Give the settings other master keys."""

    def give(text: str) -> None:
        Path("key").write_text(text)

    return give


async def _trail(desk: Desk) -> list[Entry]:
    return [each async for each in audit.entries(desk.tx)]


async def _add_late(desk: Desk) -> None:
    await people.add(
        desk.tx, organisation=desk.organisation.id, name="Late", email=None, language="nl",
        zone="Europe/Paris",
    )  # fmt: skip


def test_a_new_key_is_printed_and_nothing_else_happens(holdfast: Holdfast, folder: Path) -> None:
    said = holdfast("keys", "new", "k2")

    assert said.exit_code == 0
    assert Keyring.read(said.output).ids == ["k2"]
    assert list(folder.iterdir()) == []


def test_a_name_that_no_key_can_have_is_refused(holdfast: Holdfast) -> None:
    said = holdfast("keys", "new", "K 2")

    assert said.exit_code == 2
    assert "is no name for a master key" in " ".join(said.output.split())


def test_keys_are_listed_without_a_key(house: Path, holdfast: Holdfast) -> None:
    assert holdfast("people", "import", str(house)).exit_code == 0
    key = Path("key").read_text()

    plain, told = holdfast("keys", "list"), holdfast("keys", "list", "--json")

    assert json.loads(told.output) == {
        "keys": [
            {"name": "k1", "current": True, "given": True, "known": True, "people": 3, "values": 0}
        ],
        "people_under_other_keys": 0,
    }
    assert key.partition(":")[2] not in plain.output + told.output


def test_a_key_is_replaced_step_by_step(house: Path, holdfast: Holdfast, given: Given) -> None:
    holdfast("people", "import", str(house))
    old, new = Path("key").read_text(), holdfast("keys", "new", "k2").output

    given(new + old)
    rotated = holdfast("keys", "rotate", "--reason", "yearly")
    given(new)
    listed = json.loads(holdfast("keys", "list", "--json").output)

    assert rotated.exit_code == 0
    assert "3 people's keys and 0 other values sealed anew under 'k2'" in rotated.output
    assert "'k1' may be taken out of the settings" in rotated.output
    assert "Backups made before now still need it" in rotated.output
    assert [(each["name"], each["people"]) for each in listed["keys"]] == [("k2", 3)]
    begin, end = (each for each in look(_trail) if each.action == "rotate")
    assert begin.subject == end.subject == "key:k2"
    assert begin.reason == "begin: 3 people's keys and 0 other values under 1 older keys; yearly"
    assert end.reason == (
        "end: 3 people's keys and 0 other values sealed anew, 0 people's keys and 0 other values "
        "left"
    )


def test_a_database_that_was_rotated_wants_the_new_key(
    house: Path, holdfast: Holdfast, given: Given
) -> None:
    _ = house
    old, new = Path("key").read_text(), holdfast("keys", "new", "k2").output
    given(new + old)
    holdfast("keys", "rotate")
    given(old)

    said = holdfast("keys", "list")

    assert said.exit_code == 3
    assert "sealed with the master key 'k2'" in said.output


def test_the_list_shows_who_is_still_under_the_old_key(
    house: Path, holdfast: Holdfast, given: Given
) -> None:
    _ = house
    old, new = Path("key").read_text(), holdfast("keys", "new", "k2").output
    given(old + "\n" + new)
    change(_add_late)
    listed = json.loads(holdfast("keys", "list", "--json").output)
    given(new + old)

    said = holdfast("keys", "rotate")

    assert {each["name"]: each["people"] for each in listed["keys"]} == {"k1": 1, "k2": 0}
    assert said.exit_code == 0
    assert "1 people's keys" in said.output


async def _damage(desk: Desk) -> None:
    row = await desk.tx.row(select(people_table))
    assert row
    damaged = {"data_key": damaged_copy(row["data_key"])}
    await desk.tx.run(update(people_table).where(people_table.c.id == row["id"]).values(damaged))


def test_an_old_key_that_still_opens_something_stays_and_the_command_says_why(
    house: Path, holdfast: Holdfast, given: Given
) -> None:
    _ = house
    old, new = Path("key").read_text(), holdfast("keys", "new", "k2").output
    change(_add_late)
    change(_damage)
    given(new + old)

    said = holdfast("keys", "rotate")

    assert said.exit_code == 1
    assert "'k1' cannot go yet: it still opens 1 people's keys" in " ".join(said.output.split())
    assert "restart it" in said.output


def test_with_one_key_it_says_how_to_make_another(house: Path, holdfast: Holdfast) -> None:
    _ = house
    said = holdfast("keys", "rotate")

    assert said.exit_code == 0
    assert "holdfast keys new NAME" in said.output


def test_retention_shows_what_would_go_and_then_lets_it_go(
    house: Path, holdfast: Holdfast
) -> None:
    _ = house
    dry = holdfast("retention", "--dry-run")
    told = json.loads(holdfast("retention", "--dry-run", "--json").output)
    before = look(_trail)
    done = holdfast("retention")

    assert dry.exit_code == done.exit_code == 0
    assert "Would go" in dry.output
    assert "Went" in done.output
    assert told["dry_run"] is True
    assert {each["kind"] for each in told["parts"]} == {
        "texts", "codes", "events", "shifts", "audit",
    }  # fmt: skip
    assert [each.action for each in look(_trail)][len(before) :] == ["retention"]


def test_how_long_texts_are_kept_can_be_shortened_and_never_stretched(
    house: Path, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = house
    monkeypatch.setenv("HOLDFAST_KEEP_TEXTS_DAYS", "30")
    short = json.loads(holdfast("retention", "--dry-run", "--json").output)["parts"]
    monkeypatch.setenv("HOLDFAST_KEEP_TEXTS_DAYS", "211")
    refused = holdfast("retention", "--dry-run")

    days = {each["kind"]: each["before"] for each in short}
    assert days["texts"] > days["events"]
    assert refused.exit_code == 3
    assert "from 1 to 210" in refused.output
