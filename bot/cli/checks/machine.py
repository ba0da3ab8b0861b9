"""Checks of the machine: rights of files, room, ports, the process, zones' data and backups.

A file of the operating system that cannot be looked at is a finding too, never an error.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bot.cli.checks.finding import Finding, Premises, broken, counted, fine, warning
from bot.settings import Settings
from bot.settings_places import file_given
from storage import audit

LEAST_ROOM: Final = 1 << 30  # bytes
TIMES_THE_DATABASE: Final = 2  # a backup and a migration each need a copy
OLDEST_BACKUP: Final = timedelta(days=7)
PARTIAL: Final = ".part"
_OTHERS: Final = stat.S_IRWXO
_MOUNTED: Final = Path("/run/secrets")  # where containers get files that others cannot reach
_GIBIBYTE: Final = 1 << 30


async def rights(premises: Premises) -> Finding:
    """Look whether only we can read the files, and whether their folder can be written."""
    file = premises.file
    if file is None:
        return fine("PostgreSQL looks after its own files.")
    if not os.access(file.parent, os.W_OK | os.X_OK) or not os.access(file, os.W_OK):
        return broken(
            f"{file} or its folder may not be written by this user.",
            f"Give both to the user that runs Holdfast: `chown -R USER {file.parent}`.",
        )
    beside = (Path(f"{file}{end}") for end in ("", "-wal", "-shm"))
    open_ones = _open_to_others((*beside, premises.ledger))
    if open_ones:
        return warning(
            f"Everybody on this machine can reach {_listed(open_ones)}.",
            f"`chmod o-rwx {_listed(open_ones, ' ')}`",
        )
    return fine(f"Only we can reach {file}, and its folder can be written.")


def open_keys(settings: Settings, beside: Path) -> list[Path]:
    """Give the files of the keys that everybody on this machine can reach."""
    given = file_given(type(settings), "master_keys")
    file = given if given or settings.master_keys else beside
    return _open_to_others([file]) if file and not file.is_relative_to(_MOUNTED) else []


async def ports(premises: Premises) -> Finding:
    """Look who answers on the ports of the settings."""
    if premises.is_demo:
        return fine("A demo takes the next port that is free.")
    foreign = [port for port in premises.around.ports if port.state == "taken"]
    if foreign:
        names = " and ".join(f"HOLDFAST_{port.setting.upper()}" for port in foreign)
        return broken(
            " ".join(port.fault for port in foreign),
            f"End what uses it, or choose another port with {names}.",
        )
    said = [
        f"{port.number} {'is ours' if port.state == 'ours' else 'is free'}"
        for port in premises.around.ports
    ]
    return fine(f"Of {premises.settings.host}: {', '.join(said)}.")


async def process(premises: Premises) -> Finding:
    """Look which process is at work, and whether it says that it is ready."""
    held, answers = premises.around.process, premises.around.answers
    who = f"Process {held}" if held else "A Holdfast"
    if answers and answers.problems:
        return broken(
            f"{who} answers that it is not ready: {' '.join(answers.problems)}",
            "Mend what it names; if nothing else is found here, start `holdfast serve` again.",
        )
    if answers:
        return fine(f"{who} is at work, and ready.")
    if held and premises.is_demo:
        return fine(f"A demo (process {held}) is at work.")
    if held:
        return warning(
            f"{who} is at work on the database, and does not answer on our port.",
            "Run `holdfast doctor` with the settings of that process, in its folder.",
        )
    return fine("Nobody is at work: `holdfast serve` is not running here.")


async def disk(premises: Premises) -> Finding:
    """Look whether there is room for the database, a copy of it, and what it writes."""
    folder = _nearest(premises.data_folder)
    free = shutil.disk_usage(folder).free
    size = premises.file.stat().st_size if premises.file and premises.file.exists() else 0
    needed = max(LEAST_ROOM, TIMES_THE_DATABASE * size)
    if free < needed:
        return warning(
            f"The disk of {folder} has {_room(free)} left, and {_room(needed)} are needed to "
            "write, upgrade and back up without care.",
            "Make room there, or move the database: HOLDFAST_DATABASE_URL.",
        )
    return fine(f"The disk of {folder} has {_room(free)} left.")


async def backups(premises: Premises) -> Finding:
    """Look how old the newest backup is, in the folder of backups or by the audit trail."""
    if premises.is_demo:
        return fine("A demo needs no backup.")
    folder = premises.backups
    try:
        files = [each for each in folder.iterdir() if each.is_file() and each.suffix != PARTIAL]
        made = [datetime.fromtimestamp(each.stat().st_mtime, UTC) for each in files]
    except FileNotFoundError:
        made = []
    async with premises.database.read() as tx:
        noted = await audit.newest(tx, "backup")
    newest = max((*made, *([noted] if noted else ())), default=None)
    if newest is None:
        return warning(f"There is no backup in {folder}, and none was noted.", _BACK_UP)
    age = premises.now - newest
    where = f"in {folder}" if newest in made else "that the audit trail knows of"
    if age > OLDEST_BACKUP:
        return warning(f"The newest backup {where} is {age.days} days old.", _BACK_UP)
    return fine(f"The newest backup {where} is {counted(age.days, 'day', 'days')} old.")


_BACK_UP: Final = (
    "Make one with `holdfast db backup FILE`, and let one be made every day: "
    "docs/running/backup.md tells how."
)


def zone_data() -> str:
    """Name the release of the zones' data that come with us."""
    return version("tzdata")


def _open_to_others(files: Iterable[Path]) -> list[Path]:
    return [file for file in files if file.exists() and file.stat().st_mode & _OTHERS]


def _nearest(folder: Path) -> Path:
    """Give the folder itself, or the nearest one around it that is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.is_dir())


def _listed(files: Iterable[Path], between: str = ", ") -> str:
    return between.join(str(file) for file in files)


def _room(size: int) -> str:
    return f"{size / _GIBIBYTE:.1f} GiB"
