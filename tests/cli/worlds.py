"""Worlds in which one thing is wrong, for the doctor to find."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from bot.adapters.slack.credentials import Credentials
from bot.clock import MachineClock
from storage import (
    addresses,
    audit,
    engines,
    inbox,
    migrate,
    organisations,
    outbox,
    people,
    workspaces,
)
from storage.database import Database, Transaction
from storage.ids import new_id
from storage.keyring import Keyring, new_key, write_key
from storage.people import Person
from storage.tables import audit as audit_rows
from storage.tables import erasures
from storage.tables import organisations as organisation_rows
from storage.tables import people as people_rows
from storage.tables_talk import outbox as outbox_rows

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass
class World:
    """A house in which all is well, until something is done to it."""

    folder: Path
    url: str
    key: Path
    backup: Path
    environment: pytest.MonkeyPatch
    neighbour: Callable[[type[BaseHTTPRequestHandler]], None]
    hold: Callable[[], None]

    @property
    def file(self) -> Path:
        """The file of the SQLite database."""
        return Path(self.url.removeprefix("sqlite+aiosqlite:///"))

    def change(self, work: Callable[[Transaction], Awaitable[None]]) -> None:
        """Do something in the database, as anything but the doctor would."""

        async def run() -> None:
            database = await Database.open(self.url, Keyring.read(self.key.read_text()))
            async with database.write() as tx:
                await work(tx)
            await database.close()

        asyncio.run(run())


class Ready(BaseHTTPRequestHandler):
    """A Holdfast at work that is ready."""

    said: tuple[int, bytes] = (200, b"ready")

    def do_GET(self) -> None:
        """Answer /live and /ready as ours does."""
        status, body = {"/live": (200, b"alive"), "/ready": self.said}.get(self.path, (404, b""))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class NotReady(Ready):
    """A Holdfast at work that is not ready."""

    said = (503, b"The ticker stands still: start Holdfast again.")


class Stranger(Ready):
    """Some other program."""

    said = (200, b"ready")

    def do_GET(self) -> None:
        """Answer everything alike."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")


def misspelt_setting(world: World) -> None:
    """Misspell the name of a setting."""
    world.environment.setenv("HOLDFAST_PROT", "8210")


def no_database(world: World) -> None:
    """Take the database away."""
    world.file.unlink()


def file_for_everybody(world: World) -> None:
    """Let everybody read the database file."""
    world.file.chmod(0o644)


def damaged_file(world: World) -> None:
    """Overwrite a page near the end of the database file."""
    page = 4096
    with world.file.open("r+b") as file:
        file.seek(world.file.stat().st_size - 2 * page)
        file.write(b"\xff" * page)


def older_tables(world: World) -> None:
    """Take the tables back to an older release."""
    asyncio.run(migrate.downgrade(world.url, "0003"))


def no_tables(world: World) -> None:
    """Take all tables away."""
    asyncio.run(migrate.downgrade(world.url, "base"))


def no_key(world: World) -> None:
    """Give no key."""
    world.environment.delenv("HOLDFAST_MASTER_KEYS_FILE")


def another_key(world: World) -> None:
    """Give another key under the same name."""
    world.key.write_text(write_key("k1", new_key()))


def key_for_everybody(world: World) -> None:
    """Let everybody read the key file."""
    world.key.chmod(0o644)


def key_that_is_new(world: World) -> None:
    """Put a new key before the one that the database knows."""
    world.key.write_text(f"{write_key('k2', new_key())}\n{world.key.read_text()}")


def damaged_ledger(world: World) -> None:
    """Spoil a line of the ledger of erasures."""
    world.file.with_suffix(".erasures").write_text("no line of ours\n")
    world.file.with_suffix(".erasures").chmod(0o600)


def ledger_beside_backups(world: World) -> None:
    """Keep the ledger of erasures among the backups."""
    world.environment.setenv("HOLDFAST_ERASURES_FILE", str(world.backup.parent / "x.erasures"))


def lost_ledger(world: World) -> None:
    """Erase somebody, and lose the ledger."""

    async def work(tx: Transaction) -> None:
        organisation = await organisations.first(tx)
        assert organisation
        row = {"id": new_id(), "organisation_id": organisation.id, "mark": b"mark"}
        await tx.run(insert(erasures).values(**row, erased_at=await tx.now()))

    world.change(work)


def written_tomorrow(world: World) -> None:
    """Write something at a moment that is still to come."""

    async def work(tx: Transaction) -> None:
        await audit.note(tx, actor="a", action="b", now=await tx.now() + DAY)

    world.change(work)


def port_of_another(world: World) -> None:
    """Let another program answer on our port."""
    world.neighbour(Stranger)


def not_ready(world: World) -> None:
    """Let a Holdfast answer that it is not ready."""
    world.neighbour(NotReady)


def elsewhere_at_work(world: World) -> None:
    """Let a process hold the database that does not answer on our port."""
    world.hold()


def nobody_at_work(world: World) -> None:
    """Let a message wait for an hour while nobody is at work."""

    async def work(tx: Transaction) -> None:
        await _message(tx, await _person(tx), late=HOUR)

    world.change(work)


def at_work_and_late(world: World) -> None:
    """Let a message wait for an hour while somebody is at work."""
    world.neighbour(Ready)
    nobody_at_work(world)


def died_at_work(world: World) -> None:
    """Claim a message, and die."""

    async def work(tx: Transaction) -> None:
        await _message(tx, await _person(tx))
        left = await tx.now() - HOUR
        await tx.run(update(outbox_rows).values(state="sending", claimed_until=left))

    world.change(work)


def failed_event(world: World, times: int = 1) -> None:
    """Let an event fail."""

    async def work(tx: Transaction) -> None:
        person = await _person(tx)
        workspace = await workspaces.by_external(tx, "local", "local")
        assert workspace
        for _ in range(times):
            await inbox.keep_failed(
                tx, workspace.id, "e1", "typed", person.id, "{}", await tx.now()
            )

    world.change(work)


def given_up_event(world: World) -> None:
    """Let an event fail as often as it is tried."""
    failed_event(world, times=5)


def failed_message(world: World) -> None:
    """Let a message fail."""

    async def work(tx: Transaction) -> None:
        await _message(tx, await _person(tx))
        await tx.run(update(outbox_rows).values(state="failed", reason="unreachable"))

    world.change(work)


def unreachable_person(world: World) -> None:
    """Let somebody block the chat."""

    async def work(tx: Transaction) -> None:
        await _person(tx, state="blocked")

    world.change(work)


def slack_not_installed(world: World) -> None:
    """Let Slack be set up, and nobody have installed Holdfast in it."""
    world.environment.setenv("HOLDFAST_SLACK_SIGNING_SECRET", "what Slack signs with")


def slack_removed(world: World) -> None:
    """Let Holdfast have been taken out of Slack."""
    slack_not_installed(world)

    async def work(tx: Transaction) -> None:
        await _slack(tx, None)

    world.change(work)


def slack_grants_too_little(world: World) -> None:
    """Let Slack grant next to nothing."""
    slack_not_installed(world)

    async def work(tx: Transaction) -> None:
        await _slack(tx, Credentials("xoxb-1", "UBOT", scopes=("chat:write",)))

    world.change(work)


async def _slack(tx: Transaction, credentials: Credentials | None) -> None:
    person = await _person(tx)
    home = await workspaces.add(
        tx, organisation=person.organisation_id, platform="slack", external_id="T1",
        language="nl", zone="Europe/Amsterdam",
    )  # fmt: skip
    await workspaces.set_credentials(tx, home.id, credentials.dump() if credentials else None)


def hardly_any_room(world: World) -> None:
    """Let the database be half as large as what is free on its disk, and more."""
    # Nothing is written: a file may say that it is larger than its disk.
    os.truncate(world.file, shutil.disk_usage(world.folder).free)


def unknown_zone(world: World) -> None:
    """Put the organisation in a zone that nobody knows."""

    async def work(tx: Transaction) -> None:
        await tx.run(update(organisation_rows).values(zone="Mars/Olympus_Mons"))

    world.change(work)


def unknown_country(world: World) -> None:
    """Let somebody work in a country that nobody knows."""

    async def work(tx: Transaction) -> None:
        await _person(tx)
        await tx.run(update(people_rows).values(country="XX"))

    world.change(work)


def changed_trail(world: World) -> None:
    """Change what an entry of the audit trail says."""

    async def work(tx: Transaction) -> None:
        now = await tx.now()
        await audit.note(tx, actor="a", action="b", reason="because", now=now)
        await audit.note(tx, actor="a", action="c", now=now)
        await tx.run(update(audit_rows).where(audit_rows.c.number == 1).values(reason="no"))

    world.change(work)


def no_backup(world: World) -> None:
    """Leave a backup unfinished."""
    world.backup.rename(world.backup.with_suffix(".part"))


def old_backup(world: World) -> None:
    """Let the newest backup be nine days old."""
    old = (MachineClock().now() - 9 * DAY).timestamp()
    os.utime(world.backup, (old, old))


async def _person(tx: Transaction, state: addresses.State = "reachable") -> Person:
    organisation = await organisations.first(tx)
    assert organisation
    home = {"language": "nl", "zone": "Europe/Amsterdam"}
    person = await people.add(
        tx, organisation=organisation.id, name="N", email=None,
        language=home["language"], zone=home["zone"],
    )  # fmt: skip
    workspace = await workspaces.add(
        tx, organisation=organisation.id, platform="local", external_id="local", **home
    )
    await addresses.add(tx, person=person.id, workspace=workspace.id, user="u", state=state)
    return person


async def _message(tx: Transaction, person: Person, late: timedelta = timedelta(0)) -> None:
    await outbox.put(
        tx,
        person=person.id,
        conversation="c",
        priority=0,
        kind="message",
        body={},
        due_at=await tx.now() - late,
    )


def run_sql(url: str, statement: str) -> None:
    """Run a statement on a PostgreSQL server, as its administrator would."""

    async def run() -> None:
        engine = engines.postgresql(engines.read_url(url))
        async with engine.begin() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    asyncio.run(run())
