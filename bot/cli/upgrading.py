"""Bringing tables of an older release to this one when Holdfast starts, after a backup of them.

Only whoever holds the database does this. On PostgreSQL, where several may start at once, the
migration's own lock keeps the others waiting, and they find nothing older any more.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bot.cli.house import actor, moment, naming_file, upgraded
from bot.cli.places import url_of
from bot.clock import MachineClock
from bot.settings import Settings
from storage import audit, backups, migrate
from storage.archive import unwritable
from storage.database import Database
from storage.errors import DatabaseAway, StorageError

BACKUPS: Final = "backups"
_PREFIX: Final = "holdfast-before-"


async def brought_up(settings: Settings, database: Database) -> Path | None:
    """Back older tables up and upgrade them; give the backup, or None when they were not older.

    Raises:
        DatabaseAway: the backup cannot be made, or the database not be changed.
        NotReady: the tables are those of a newer release.

    """
    made: list[tuple[Path, str]] = []

    async def back_up(revision: str) -> None:
        made.append((await _backed_up(settings, revision), revision))

    with naming_file(settings):
        await migrate.upgrade(url_of(settings), before=back_up, by=actor())
    if not made:
        return None
    [(file, revision)] = made
    why = f"before the tables went from {revision} to {migrate.head()}"
    async with database.write() as tx:
        now = await moment(tx)
        await audit.note(tx, actor=actor(), action="backup", reason=why, now=now)
    print(
        f"The tables were brought from revision {revision} to {migrate.head()}. The database as "
        f"it was is in {file}.",
        file=sys.stderr,
    )
    return file


async def by_hand(settings: Settings) -> tuple[str, Path | None]:
    """Bring the tables up, older ones after a backup; give their revision, and the backup if any.

    Raises as `brought_up` does.
    """
    made: list[Path] = []

    async def back_up(revision: str) -> None:
        made.append(await _backed_up(settings, revision))

    revision = await upgraded(settings, by=actor(), before=back_up)
    return revision, made[0] if made else None


def folder_of(settings: Settings) -> Path:
    """Name the folder of the backups that Holdfast makes by itself."""
    return settings.backups_dir or settings.data_dir / BACKUPS


async def _backed_up(settings: Settings, revision: str) -> Path:
    """Make a backup beside those of earlier starts, which stay."""
    folder, now = folder_of(settings), MachineClock().now()
    try:
        _make(folder)
        backups.clear_leftovers(folder, f"{_PREFIX}*")
        file = folder / f"{_PREFIX}{revision}-{now:%Y-%m-%d-%H%M%S}.backup"
        await backups.make(url_of(settings), file, now, force=True)
    except StorageError as error:
        raise DatabaseAway(
            f"The tables are of an older release, and are not brought to this one without a "
            f"backup, which cannot be made. {error.message} Mend that, or name another folder "
            "with HOLDFAST_BACKUPS_DIR, and start again. Nothing was changed."
        ) from error
    return file


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
