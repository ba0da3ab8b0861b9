"""`holdfast db restore`: a backup becomes the database again, and the erased stay erased.

Everything that can be wrong is said before anything is touched. A demo's backup is a demo's again:
the turn of its clock stands in it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.again import check_reason
from bot.cli.backup import told
from bot.cli.house import actor, moment, naming_file
from bot.cli.places import file_of, keyring_of, ledger_of, make_folder, url_of
from bot.errors import BadContent, NotAllowed
from bot.settings import Settings, read_settings
from storage import audit, backups, erasing, erasures, migrate, restoring
from storage.backups import Backup
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.keyring import Keyring
from storage.ledger import Held, Ledger


@dataclass
class Outcome:
    """What came of it: whose backup, who was erased again, and whether a ledger was there."""

    backup: Backup
    ledger: Path
    had_ledger: bool
    erased: int = field(default=0)


def restore(
    file: Annotated[Path, typer.Argument(help="The backup that `holdfast db backup` made.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Lose what is in the database now.")
    ] = False,
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", help="Another ledger of erasures than that of the settings."),
    ] = None,
    without_ledger: Annotated[
        bool,
        typer.Option("--without-ledger", help="The ledger is lost: let the erased come back."),
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why, for the audit trail: without names.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put a backup back as the database of the settings, brought to this release.

    Holdfast must not run. Whoever the ledger of erasures names is erased again.
    """
    why = check_reason(reason, "--reason")
    settings = read_settings()
    work = restored(settings, file, ledger, why, replace=replace, without_ledger=without_ledger)
    outcome = asyncio.run(work)
    if as_json:
        erased = {"erased_again": outcome.erased, "ledger_found": outcome.had_ledger}
        typer.echo(json.dumps({**told(outcome.backup), **erased}, indent=2))
    else:
        _say(outcome)


async def restored(
    settings: Settings,
    file: Path,
    named: Path | None = None,
    reason: str | None = None,
    *,
    replace: bool = False,
    without_ledger: bool = False,
) -> Outcome:
    """Put a backup back, by the ledger of the settings and one that is named.

    Raises:
        BadContent: there is no ledger of that name.
        NotAllowed: there is none at all, and the database to be replaced knows of erasures.
        StorageError: as `backups.read` and `restoring.restore` do, or a ledger is damaged.

    """
    keyring, own = keyring_of(settings), Ledger(ledger_of(settings))
    other = _read_ledger(named)
    print(f"Reading {file} …", file=sys.stderr)
    backup = await backups.read(file)
    restoring.check(backup, url_of(settings), keyring)
    own.read()  # a damaged one is said before anything is touched
    outcome = Outcome(backup, own.file, had_ledger=other is not None or own.file.exists())
    if replace and not outcome.had_ledger and not without_ledger:
        await _refuse_to_forget(settings, keyring, own)
    if database := file_of(settings):
        make_folder(database.parent)
    print("Restoring …", file=sys.stderr)
    finish = partial(_finish, outcome, own, other, reason)
    with naming_file(settings):
        await restoring.restore(
            backup, url_of(settings), keyring, ledger=own, replace=replace, finish=finish
        )
    return outcome


async def _refuse_to_forget(settings: Settings, keyring: Keyring, own: Ledger) -> None:
    """Raise NotAllowed when what is to be replaced knows who was erased, and nothing else does."""
    try:
        database = await Database.open(url_of(settings), keyring)
        try:
            async with database.read() as tx:
                knows = await erasures.has_any(tx)
        finally:
            await database.close()
    except StorageError:
        return  # it cannot be read, so it can tell nobody anything
    if knows:
        raise NotAllowed(
            "The database that is there knows that people were erased, and there is no ledger of "
            f"erasures here ({own.file}) to erase them again. Put it back, or name it with "
            "--ledger FILE. Only if it is lost for good: --without-ledger lets them come back. "
            "Nothing was changed."
        )


def _read_ledger(named: Path | None) -> Held | None:
    if named is None:
        return None
    if not named.exists():
        raise BadContent(f"There is no ledger {named}: look at its name. Nothing was changed.")
    return Ledger(named).read()


async def _finish(
    outcome: Outcome, own: Ledger, other: Held | None, reason: str | None, tx: Transaction
) -> None:
    now: datetime = await moment(tx)
    if other:
        await asyncio.to_thread(own.take_in, other)
    outcome.erased = await erasing.erase_again(tx, own, now)
    about = f"backup:{outcome.backup.manifest.sha256[:16]}"
    await audit.note(tx, actor=actor(), action="restore", subject=about, reason=reason, now=now)


def _say(outcome: Outcome) -> None:
    manifest = outcome.backup.manifest
    typer.echo(
        f"The database is as it was on {manifest.at:%Y-%m-%d %H:%M} UTC. {manifest.people} people "
        "were in it."
    )
    if manifest.revision != migrate.head():
        typer.echo(f"Its tables went from revision {manifest.revision} to {migrate.head()}.")
    if outcome.had_ledger:
        typer.echo(f"Erased again, by the ledger of erasures: {outcome.erased}.")
        return
    typer.echo(
        f"There is no ledger of erasures here ({outcome.ledger}). That is right if nobody was "
        "ever erased. Whoever was erased since that day is back now: before you start Holdfast, "
        "restore once more with --replace --ledger FILE, the ledger of where the backup is from."
    )
