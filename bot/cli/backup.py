"""`holdfast db backup`: one file with the whole database, made while Holdfast goes on.

The audit trail knows of a backup before the file has its name: of a copy that nobody noted, nobody
could say who has it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.again import check_reason
from bot.cli.house import actor, has_older_tables, moment, naming_file, opened
from bot.cli.places import keyring_of, url_of
from bot.clock import MachineClock
from bot.settings import Settings, read_settings
from storage import audit, backups
from storage.backups import Backup
from storage.database import Database
from storage.manifest import Manifest

_KB: Final = 1_000
_MB: Final = 1_000_000

NOT_IN_IT: Final = (
    "The master keys and the ledger of erasures are NOT in it: keep copies of both, apart from "
    "it. Without the keys nobody can read what is in it; without the ledger whoever was erased "
    "since comes back when it is restored."
)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as monday.backup.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why, for the audit trail: without names.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Back the whole database up into one file, also while Holdfast runs.

    Neither the master keys nor the ledger of erasures are in it. `holdfast db restore` reads it.
    """
    why = check_reason(reason, "--reason")
    made = asyncio.run(backed_up(read_settings(), file, why, force=force))
    if as_json:
        typer.echo(json.dumps(told(made), indent=2))
        return
    typer.echo(
        f"{made.file}: {in_words(made.size)}, {made.manifest.people} people, revision "
        f"{made.manifest.revision}."
    )
    typer.echo(NOT_IN_IT)


def told(backup: Backup) -> dict[str, object]:
    """Tell of a backup in plain values."""
    manifest = backup.manifest
    return {
        "file": str(backup.file),
        "bytes": backup.size,
        "people": manifest.people,
        "revision": manifest.revision,
        "release": manifest.release,
        "dialect": manifest.dialect,
        "at": manifest.at.isoformat(),
        "machine_at": manifest.machine_at.isoformat(),
        "master_keys": sorted(manifest.keys),
    }


def in_words(size: int) -> str:
    """Write a number of bytes as people read it.

    >>> in_words(900), in_words(1_500), in_words(25_000_000)
    ('1 kB', '2 kB', '25.0 MB')
    """
    return f"{size / _MB:.1f} MB" if size >= _MB else f"{max(1, round(size / _KB))} kB"


async def backed_up(
    settings: Settings, file: Path, reason: str | None = None, *, force: bool = False
) -> Backup:
    """Back the database of the settings up, and note it in its trail. Raises as `make` does."""
    url, now = url_of(settings), MachineClock().now()
    print(f"Copying the database to {file} …", file=sys.stderr)
    with naming_file(settings):
        if await has_older_tables(settings):
            # They have no trail to note it in, and a backup is what an upgrade begins with.
            return await backups.make(url, file, now, force=force)
    async with opened(settings, keyring_of(settings)) as database:
        noted = partial(_noted, database, reason)
        return await backups.make(url, file, now, force=force, before_named=noted)


async def _noted(database: Database, reason: str | None, manifest: Manifest) -> None:
    about = f"backup:{manifest.sha256[:16]}"
    async with database.write() as tx:
        now = await moment(tx)
        await audit.note(tx, actor=actor(), action="backup", subject=about, reason=reason, now=now)
