"""What an administrator has Holdfast do with a whole database, as a task for a fork."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.cli.backup import backed_up
from bot.cli.house import opened
from bot.cli.places import keyring_of
from bot.cli.restore import restored
from bot.cli.upgrading import brought_up
from bot.settings import Settings
from storage.keyring import write_key
from tests.kills.forks import follow
from tests.towns import MASTER

KEY = write_key("k1", MASTER)


@dataclass(frozen=True, slots=True)
class Task:
    """A database, the folder of its ledger and backups, what to do, and where that is killed."""

    url: str
    folder: str
    work: str
    armed: str = ""

    @property
    def settings(self) -> Settings:
        """Give the settings under which it is done."""
        given: dict[str, Any] = {
            "database_url": self.url,
            "master_keys": KEY,
            "data_dir": self.folder,
            "erasures_file": self.ledger,
        }
        return Settings.model_validate(given)

    @property
    def backup(self) -> Path:
        """Name the backup."""
        return Path(self.folder) / "monday.backup"

    @property
    def ledger(self) -> Path:
        """Name the ledger of erasures."""
        return Path(self.folder) / "holdfast.erasures"


async def do(task: Task) -> None:
    """Do it to the end, or until it is killed."""
    await WORKS[task.work](task)


async def _backup(task: Task) -> None:
    await backed_up(task.settings, task.backup, force=True)


async def _restore(task: Task) -> None:
    await restored(task.settings, task.backup, replace=True)


async def _start(task: Task) -> None:
    """Do what `serve` begins with."""
    settings = task.settings
    older = partial(brought_up, settings)
    async with opened(settings, keyring_of(settings), hold=True, older=older):
        pass


WORKS = {"backup": _backup, "restore": _restore, "start": _start}

if __name__ == "__main__":
    follow(Task, do)
