"""`db backup`, `db restore` and a start on older tables, as an administrator types them."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.cli.demo_world import entered
from bot.cli.edge import Ended
from bot.cli.house import Desk, at_work, change, look
from bot.settings import Settings, read_settings
from storage import audit, backups, clock, erasing, migrate, people
from storage.audit import Entry
from storage.database import Database
from storage.keyring import new_key, write_key
from tests.cli.conftest import Holdfast
from tests.cli.running import Running

pytestmark = pytest.mark.slow

Start = Callable[..., Running]
FILE = "monday.backup"
URL = "sqlite+aiosqlite:///.holdfast/holdfast.db"
LEDGER = Path(".holdfast/holdfast.erasures")


@pytest.fixture
def filled(house: Path, holdfast: Holdfast) -> Path:
    """Give a database with three people, of which there is a backup."""
    assert holdfast("people", "import", str(house)).exit_code == 0
    assert holdfast("db", "backup", FILE).exit_code == 0
    return Path(FILE)


def names() -> list[str]:
    async def work(desk: Desk) -> list[str]:
        return sorted(each.name for each in await people.all_in(desk.tx, desk.organisation.id))

    return look(work)


def trail() -> list[Entry]:
    async def work(desk: Desk) -> list[Entry]:
        return [each async for each in audit.entries(desk.tx)]

    return look(work)


def erase(name: str) -> None:
    async def work(desk: Desk) -> None:
        found = await people.all_in(desk.tx, desk.organisation.id)
        [person] = [each.id for each in found if each.name == name]
        assert await erasing.erase(desk.tx, person, desk.now)

    change(work)


def test_a_backup_says_what_is_in_it_and_what_is_not(filled: Path, holdfast: Holdfast) -> None:
    said = holdfast("db", "backup", str(filled), "--force", "--reason", "before the move")

    assert said.exit_code == Ended.FINE
    assert f"{FILE}: " in said.output
    assert f" kB, 3 people, revision {migrate.head()}." in said.output
    assert "The master keys and the ledger of erasures are NOT in it" in said.output
    entry = trail()[-1]
    assert (entry.action, entry.reason) == ("backup", "before the move")


def test_a_backup_is_told_as_json_too(filled: Path, holdfast: Holdfast) -> None:
    said = holdfast("db", "backup", str(filled), "--force", "--json")

    told = json.loads(said.stdout)
    assert told["bytes"] == filled.stat().st_size
    assert (told["people"], told["master_keys"]) == (3, ["k1"])


def test_a_backup_is_not_written_over_another(filled: Path, holdfast: Holdfast) -> None:
    before = filled.read_bytes()

    said = holdfast("db", "backup", str(filled))

    assert said.exit_code == Ended.REFUSED
    assert "--force" in said.output
    assert filled.read_bytes() == before


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_reason_holds_no_address(command: str, filled: Path, holdfast: Holdfast) -> None:
    said = holdfast("db", command, str(filled), "--reason", "for sanne@example.org")

    assert said.exit_code == Ended.USAGE


def test_what_is_put_back_is_as_it_was_and_says_so(filled: Path, holdfast: Holdfast) -> None:
    Path(".holdfast/holdfast.db").unlink()

    said = holdfast("db", "restore", str(filled), "--reason", "disk failed")

    assert said.exit_code == Ended.FINE
    assert "UTC. 3 people were in it." in " ".join(said.output.split())
    assert names() == ["Emma", "Marit", "Sanne"]
    assert [(each.action, each.reason) for each in trail()][-1] == ("restore", "disk failed")


def test_the_erased_stay_erased(filled: Path, holdfast: Holdfast) -> None:
    erase("Sanne")

    said = holdfast("db", "restore", str(filled), "--replace", "--json")

    told = json.loads(said.stdout)
    assert (told["erased_again"], told["ledger_found"]) == (1, True)
    assert names() == ["Emma", "Marit"]


def test_a_missing_ledger_is_said_and_can_be_given_afterwards(
    filled: Path, holdfast: Holdfast
) -> None:
    erase("Sanne")
    LEDGER.rename("the ledger")

    refused = holdfast("db", "restore", str(filled), "--replace")
    assert refused.exit_code == Ended.REFUSED
    assert "there is no ledger of erasures here (.holdfast/holdfast.erasures)" in refused.output
    assert names() == ["Emma", "Marit"]

    said = holdfast("db", "restore", str(filled), "--replace", "--without-ledger")
    assert "There is no ledger of erasures here (.holdfast/holdfast.erasures)" in said.output
    assert "--replace --ledger FILE" in said.output
    assert names() == ["Emma", "Marit", "Sanne"]

    again = holdfast("db", "restore", str(filled), "--replace", "--ledger", "the ledger")
    assert "Erased again, by the ledger of erasures: 1." in again.output
    assert names() == ["Emma", "Marit"]
    assert LEDGER.exists()


def test_a_ledger_that_is_not_there_is_refused(filled: Path, holdfast: Holdfast) -> None:
    said = holdfast("db", "restore", str(filled), "--replace", "--ledger", "nowhere")

    assert said.exit_code == Ended.PROBLEM
    assert "There is no ledger nowhere" in said.output


@pytest.mark.parametrize("given", [(), ("--ledger", ".holdfast/holdfast.erasures")])
def test_a_damaged_ledger_is_refused(
    given: tuple[str, ...], filled: Path, holdfast: Holdfast
) -> None:
    LEDGER.write_text("junk\n")

    said = holdfast("db", "restore", str(filled), "--replace", *given)

    assert said.exit_code == Ended.NOT_READY
    assert "Line 1 cannot be read" in said.output


def test_another_key_is_refused_and_named(
    filled: Path, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path(".holdfast/holdfast.db").read_bytes()
    Path("other").write_text(write_key("k2", new_key()))
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS_FILE", "other")

    said = holdfast("db", "restore", str(filled), "--replace")

    assert said.exit_code == Ended.NOT_READY
    assert "sealed with the master key 'k1', which is not among the keys given" in said.output
    assert Path(".holdfast/holdfast.db").read_bytes() == before


def test_a_database_that_is_there_is_not_replaced_unasked(
    filled: Path, holdfast: Holdfast
) -> None:
    said = holdfast("db", "restore", str(filled))

    assert said.exit_code == Ended.REFUSED
    assert "--replace" in said.output


def _settings(url: str) -> Settings:
    return Settings.model_validate({"database_url": url})


async def _demo() -> None:
    async with entered(_settings(URL)) as world, world.database.read() as tx:
        assert await clock.get(tx) is not None


def test_a_demos_backup_is_a_demos_again(holdfast: Holdfast) -> None:
    asyncio.run(_demo())
    assert holdfast("db", "backup", FILE).exit_code == Ended.FINE
    Path(".holdfast/holdfast.db").unlink()

    assert holdfast("db", "restore", FILE).exit_code == Ended.FINE

    assert holdfast("serve").exit_code == Ended.REFUSED
    asyncio.run(_demo())


@pytest.fixture
def port() -> str:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


def test_beside_serve_a_backup_is_made_and_a_restore_refused(
    filled: Path, start: Start, holdfast: Holdfast, port: str
) -> None:
    running = start("serve", port=port)
    running.prints("To see it talk")

    made = holdfast("db", "backup", str(filled), "--force")
    refused = holdfast("db", "restore", str(filled), "--replace")

    assert made.exit_code == Ended.FINE
    assert refused.exit_code == Ended.NOT_READY
    assert "Another Holdfast (process " in refused.output
    assert running.is_told(signal.SIGTERM) == Ended.FINE
    assert holdfast("db", "restore", str(filled), "--replace").exit_code == Ended.FINE


def test_on_postgresql_a_restore_is_refused_while_serve_runs(
    key: str, start: Start, holdfast: Holdfast, port: str, postgresql_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", postgresql_url)
    assert holdfast("db", "backup", FILE).exit_code == Ended.FINE
    running = start("serve", port=port, database_url=postgresql_url, master_keys_file=key)
    running.prints("To see it talk")

    refused = holdfast("db", "restore", FILE, "--replace")

    assert refused.exit_code == Ended.NOT_READY
    assert "Others are connected to this database" in refused.output
    running.is_told(signal.SIGTERM)
    assert holdfast("db", "restore", FILE, "--replace").exit_code == Ended.FINE
    assert (
        "There is no ledger of erasures here"
        in holdfast("db", "restore", FILE, "--replace").output
    )


def older() -> None:
    """Let the tables be those of the release before this one."""
    asyncio.run(migrate.downgrade(URL, "0003"))


def revision() -> str | None:
    return asyncio.run(migrate.current(URL))


def test_serve_brings_older_tables_up_after_a_backup(
    filled: Path, start: Start, port: str
) -> None:
    _ = filled
    older()
    running = start("serve", port=port)
    running.prints("The tables were brought from revision 0003 to ")
    running.prints("To see it talk")
    running.is_told(signal.SIGTERM)

    [made] = Path(".holdfast/backups").iterdir()
    manifest = asyncio.run(backups.read(made)).manifest
    assert made.name.startswith("holdfast-before-0003-")
    assert (manifest.revision, manifest.people) == ("0003", 3)
    assert revision() == migrate.head()
    assert names() == ["Emma", "Marit", "Sanne"]
    assert trail()[-1].reason == f"before the tables went from 0003 to {migrate.head()}"


def test_upgrading_by_hand_backs_older_tables_up_too(filled: Path, holdfast: Holdfast) -> None:
    _ = filled
    older()

    said = holdfast("db", "upgrade")
    again = holdfast("db", "upgrade")

    [made] = Path(".holdfast/backups").iterdir()
    assert f"The database as it was is in {made}." in said.output
    assert asyncio.run(backups.read(made)).manifest.revision == "0003"
    assert revision() == migrate.head()
    assert "as it was" not in again.output


def test_serve_refuses_older_tables_where_it_may_not_change_them(
    filled: Path, holdfast: Holdfast
) -> None:
    _ = filled
    older()

    said = holdfast("serve", "--no-migrate")

    assert said.exit_code == Ended.NOT_READY
    assert "run `holdfast db upgrade`" in said.output
    assert revision() == "0003"


def test_without_a_backup_nothing_is_brought_up(
    filled: Path, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    older()
    monkeypatch.setenv("HOLDFAST_BACKUPS_DIR", str(filled))

    said = holdfast("serve")

    assert said.exit_code == Ended.NOT_READY
    assert "not brought to this one without a backup, which cannot be made" in said.output
    assert "HOLDFAST_BACKUPS_DIR" in said.output
    assert revision() == "0003"


def test_serve_still_refuses_tables_of_a_newer_release(filled: Path, holdfast: Holdfast) -> None:
    _ = filled

    async def newer(database: Database) -> None:
        async with database.write() as tx:
            await tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    at_work(newer)

    said = holdfast("serve")

    assert said.exit_code == Ended.NOT_READY
    assert "a newer Holdfast made it" in said.output
    assert not Path(".holdfast/backups").exists()


def test_older_tables_are_backed_up_as_they_are(filled: Path, holdfast: Holdfast) -> None:
    older()

    said = holdfast("db", "backup", str(filled), "--force")

    assert "3 people, revision 0003." in said.output


def test_a_demo_brings_its_older_tables_up_after_a_backup(folder: Path) -> None:
    _ = folder
    asyncio.run(_demo())
    older()

    asyncio.run(_demo())

    [made] = Path(".holdfast/backups").iterdir()
    assert asyncio.run(backups.read(made)).manifest.people == 13  # and a channel
    assert read_settings().backups_dir is None
