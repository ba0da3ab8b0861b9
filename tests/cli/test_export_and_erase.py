"""`holdfast export` and `holdfast erase`: one person's copy, one person gone; never by name."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from bot import my_data
from bot.app import shipped
from bot.cli.edge import Ended
from bot.cli.house import Desk, change, look
from bot.support import code_of
from scheduler.local import local_of
from storage import addresses, erasing, outbox, people, workspaces
from storage.ledger import Ledger
from tests.cli.conftest import Holdfast
from tests.cli.test_audit_command import listed

pytestmark = pytest.mark.slow

T = TypeVar("T")
WHY = ("--reason", "She asked for it by letter")
LEDGER = Path(".holdfast/holdfast.erasures")


@pytest.fixture
def sanne(house: Path, holdfast: Holdfast) -> UUID:
    """Give Sanne, who is reachable, beside others who are not; all are invited."""
    assert holdfast("people", "import", str(house)).exit_code == 0
    day = ("--programme", "feedback-geven", "--training-day", "2099-03-01")
    assert holdfast("cohort", "create", "voorjaar", *day).exit_code == 0

    async def reach(desk: Desk) -> UUID:
        found = await people.by_email(desk.tx, desk.organisation.id, "sanne@example.org")
        assert found
        home = await workspaces.add(
            desk.tx, organisation=desk.organisation.id, platform="slack", external_id="T1",
            language="nl", zone="Europe/Amsterdam",
        )  # fmt: skip
        await addresses.add(desk.tx, person=found.id, workspace=home.id, user="U1", preferred=True)
        return found.id

    return change(reach)


def _call(person: UUID, how: str) -> str:
    """Name a person in one of the ways that find one."""

    async def made(desk: Desk) -> str:
        owner = await people.get(desk.tx, person)
        today = local_of(desk.now, owner.zone).day
        code = code_of(desk.tx.vault.keyring, person, today)
        ways = {"address": f" {owner.email} ".upper(), "id": str(person), "code": code.lower()}
        return ways[how]

    return look(made)


def _of(person: UUID, read: Callable[[Desk, UUID], Awaitable[T]]) -> T:
    async def done(desk: Desk) -> T:
        return await read(desk, person)

    return look(done)


async def _waiting(desk: Desk, person: UUID) -> list[outbox.Row]:
    return await outbox.waiting_of(desk.tx, person, "notice")


async def _rows(desk: Desk, person: UUID) -> int:
    return await erasing.count_rows(desk.tx, person)


async def _document(desk: Desk, person: UUID) -> Any:  # noqa: ANN401 - JSON
    words, _ = shipped()
    made = await my_data.document_of(desk.tx, words, person, person, desk.now)
    return json.loads(my_data.written(made))


@pytest.mark.parametrize("how", ["address", "id", "code"])
def test_a_copy_is_what_my_data_gives_and_nobody_else_may_open_it(
    how: str, sanne: UUID, holdfast: Holdfast
) -> None:
    said = holdfast("export", _call(sanne, how), "--to", "copy.json", *WHY)

    assert said.exit_code == Ended.FINE, said.output
    rows, page = Path("copy.json"), Path("copy.html")
    copy = json.loads(rows.read_text())
    now = _of(sanne, _document)
    # What came after it: that it is told, and the moment.
    notice = copy["tables"].pop("outbox"), now["tables"].pop("outbox")
    assert {**copy, "made_at": ""} == {**now, "made_at": ""}
    assert [len(each) for each in notice] == [0, 1]
    assert copy["tables"]["people"][0]["name"] == "Sanne"
    assert "She asked for it by letter" in copy["seen_by"]["told"]
    assert "Sanne" in page.read_text()
    assert "href" not in page.read_text()
    assert [oct(each.stat().st_mode)[-3:] for each in (rows, page)] == ["600", "600"]
    assert list(Path().glob("*.part")) == []


def test_the_person_will_read_that_it_was_done_and_why_in_their_own_hours(
    sanne: UUID, holdfast: Holdfast
) -> None:
    said = holdfast("export", str(sanne), "--to", "copy", *WHY)

    (notice,) = _of(sanne, _waiting)
    assert "told in their chat" in said.output
    assert notice.body
    assert notice.body["lines"][0]["row"] == "my_data.exported"
    assert notice.body["lines"][0]["values"]["reason"] == {"own": "She asked for it by letter"}
    (entry,) = [each for each in listed(holdfast) if each["action"] == "export"]
    assert entry["subject"] == f"person:{sanne}"
    assert entry["reason"] == "She asked for it by letter"


def test_the_same_reason_waits_once_however_often_it_is_done(
    sanne: UUID, holdfast: Holdfast
) -> None:
    holdfast("export", str(sanne), "--to", "copy", *WHY)
    holdfast("export", str(sanne), "--to", "copy", "--force", *WHY)
    holdfast("export", str(sanne), "--to", "other", "--reason", "For the court")

    assert len(_of(sanne, _waiting)) == 2


def test_who_cannot_be_reached_is_to_be_told_otherwise(sanne: UUID, holdfast: Holdfast) -> None:
    _ = sanne

    said = holdfast("export", "emma@example.org", "--to", "copy", *WHY)

    assert said.exit_code == Ended.FINE
    assert "tell them yourself" in said.output


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(
    sanne: UUID, holdfast: Holdfast
) -> None:
    Path("copy.html").write_text("mine")

    kept = holdfast("export", str(sanne), "--to", "copy.json", *WHY)
    replaced = holdfast("export", str(sanne), "--to", "copy.json", "--force", *WHY)

    assert kept.exit_code == Ended.PROBLEM
    assert "copy.html is there already: name another file, or add --force" in kept.output
    assert replaced.exit_code == Ended.FINE


def test_a_copy_that_cannot_be_written_was_not_made(sanne: UUID, holdfast: Holdfast) -> None:
    said = holdfast("export", str(sanne), "--to", "nowhere/copy", *WHY)

    assert said.exit_code == Ended.PROBLEM
    assert "cannot be written" in said.output
    assert "export" not in {each["action"] for each in listed(holdfast)}
    assert _of(sanne, _waiting) == []


@pytest.mark.parametrize("command", [("export", "--to", "copy"), ("erase", "--yes")])
@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("nobody@example.org", "There is no such person here"),
        (str(UUID(int=7)), "There is no such person here"),
        ("22222222", "There is no such person here"),
        ("Sanne", "Nobody is looked up by name"),
        ("", "Nobody is looked up by name"),
    ],
)
def test_nobody_is_found_by_name_nor_told_to_have_been_here(
    command: tuple[str, ...], person: str, words: str, sanne: UUID, holdfast: Holdfast
) -> None:
    name, *options = command

    said = holdfast(name, person, *options, *WHY)

    assert said.exit_code == Ended.PROBLEM
    assert words in " ".join(said.output.split())
    assert _of(sanne, _rows) > 0


@pytest.mark.parametrize("command", [("export", "--to", "copy"), ("erase", "--yes")])
@pytest.mark.parametrize("reason", ["", "mail of sanne@example.org", "x" * 151])
def test_a_reason_is_given_and_names_nobody(
    command: tuple[str, ...], reason: str, sanne: UUID, holdfast: Holdfast
) -> None:
    name, *options = command

    said = holdfast(name, str(sanne), *options, "--reason", reason)

    assert said.exit_code == Ended.USAGE
    assert _of(sanne, _rows) > 0


@pytest.mark.parametrize("how", ["address", "id", "code"])
def test_an_erased_person_is_gone_with_all_that_was_planned_and_the_ledger_knows(
    how: str, sanne: UUID, holdfast: Holdfast
) -> None:
    said = holdfast("erase", _call(sanne, how), "--yes", *WHY)

    assert said.exit_code == Ended.FINE, said.output
    assert "Backups made before now still hold them" in said.output
    assert str(LEDGER) in said.output.replace("\n", "")
    assert _of(sanne, _rows) == 0
    assert [each.person_id for each in Ledger(LEDGER).read().erased] == [sanne]
    (entry,) = [each for each in listed(holdfast) if each["action"] == "erase"]
    assert (entry["subject"], entry["reason"]) == (f"person:{sanne}", WHY[1])


def test_it_is_asked_who_is_meant_and_how_much_goes_only_in_hundreds(
    sanne: UUID, holdfast: Holdfast
) -> None:
    said = holdfast("erase", "sanne@example.org", *WHY, typed="Sanne@Example.org\n")

    assert said.exit_code == Ended.FINE, said.output
    assert "At most 100 rows about this person go" in said.output
    assert _of(sanne, _rows) == 0


@pytest.mark.parametrize(("typed", "ended"), [("emma@example.org\n", 4), ("yes\n", 4), ("", 1)])
def test_who_types_another_one_erases_nobody(
    typed: str, ended: int, sanne: UUID, holdfast: Holdfast
) -> None:
    said = holdfast("erase", "sanne@example.org", *WHY, typed=typed)

    assert said.exit_code == ended
    assert _of(sanne, _rows) > 0
    assert "erase" not in {each["action"] for each in listed(holdfast)}


@pytest.mark.parametrize("how", ["address", "id"])
def test_who_was_erased_is_erased(how: str, sanne: UUID, holdfast: Holdfast) -> None:
    called = _call(sanne, how)
    holdfast("erase", called, "--yes", *WHY)

    said = holdfast("erase", called, *WHY)
    copy = holdfast("export", called, "--to", "copy", *WHY)

    assert said.exit_code == Ended.FINE
    assert "was erased before" in said.output
    assert len([each for each in listed(holdfast) if each["action"] == "erase"]) == 1
    assert copy.exit_code == Ended.PROBLEM
    assert "There is no such person here" in " ".join(copy.output.split())


def test_a_person_who_was_never_invited_is_erased_too(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))

    said = holdfast("erase", "emma@example.org", "--yes", *WHY)

    assert said.exit_code == Ended.FINE
    assert "Erased." in said.output


def test_an_import_says_nothing_of_who_was_erased_and_leaves_them_out(
    sanne: UUID, house: Path, holdfast: Holdfast
) -> None:
    holdfast("erase", str(sanne), "--yes", *WHY)

    assert holdfast("people", "import", str(house)).exit_code == Ended.FINE
    assert holdfast("export", "sanne@example.org", "--to", "c", *WHY).exit_code == Ended.PROBLEM
