"""/live and /ready: whether the process runs, and whether it can do its work, in words.

A process that is alive but not ready is to be left alone, not killed: its database may be back in
a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.cli.house import check_tables
from storage import keys
from storage.database import Database
from storage.errors import DatabaseAway, StorageError
from storage.keyring import Keyring

_UNAVAILABLE: Final = 503
_ROTATED: Final = (
    "This process still seals with the master key '{key}', which `holdfast keys rotate` let go: "
    "start Holdfast again with the new key in front, then rotate once more."
)
_MISSED_LOOKS: Final = 3
_PATIENCE: Final = timedelta(seconds=10)


class Pulse:
    """Knows whether the ticker still ticks: it looks at nothing, but notes when."""

    def __init__(self, every: timedelta, seconds: Callable[[], float] = time.monotonic) -> None:
        """Take how often the ticker ticks, and the machine's clock."""
        self._allowed = _MISSED_LOOKS * every + _PATIENCE
        self._seconds = seconds
        self._last = seconds()
        self.cannot_write = ""
        """What kept the last tick from writing, in words; empty when nothing did."""

    async def look(self) -> None:
        """Note that the ticker ticked."""
        self._last = self._seconds()

    @property
    def beats(self) -> bool:
        """Whether the last tick is not too long ago."""
        return self._seconds() - self._last <= self._allowed.total_seconds()


@dataclass(frozen=True, slots=True)
class Health:
    """What there is to be well."""

    database: Database
    url: str = field(repr=False)
    keyring: Keyring
    pulse: Pulse

    async def look(self) -> None:
        """Note that the ticker ticked, and find out whether the database can be written.

        Not when somebody asks for /ready: anybody may, and each write waits for the disk.
        """
        await self.pulse.look()
        try:
            await self.database.prove_writable()
        except DatabaseAway as error:
            self.pulse.cannot_write = error.message
        else:
            self.pulse.cannot_write = ""

    async def problems(self) -> list[str]:
        """Say what keeps this process from its work, each with the remedy; empty when nothing."""
        found = [] if self.pulse.beats else ["The ticker stands still: start Holdfast again."]
        try:
            async with self.database.read() as tx:
                if not await keys.check(tx.connection, self.keyring):
                    found.append(_ROTATED.format(key=self.keyring.current))
            await check_tables(self.url)
        except StorageError as error:
            found.append(error.message)
        if self.pulse.cannot_write:
            found.append(self.pulse.cannot_write)
        return list(dict.fromkeys(found))

    def routes(self) -> list[Route]:
        """Give the routes that tell."""
        return [Route("/live", _live), Route("/ready", self._ready)]

    async def _ready(self, _request: Request) -> Response:
        problems = await self.problems()
        if problems:
            return PlainTextResponse("\n".join(problems), _UNAVAILABLE)
        return PlainTextResponse("ready")


async def _live(_request: Request) -> Response:
    return PlainTextResponse("alive")
