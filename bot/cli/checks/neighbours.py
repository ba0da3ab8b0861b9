"""Who else is at work here: the process that holds the database, and who answers on our ports.

Whatever answers may be any program, so what it says counts only if it first says that it is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Final, Literal, TypeAlias

from bot.cli.places import file_of
from bot.cli.serving import listen
from bot.errors import TryLater
from bot.settings import Settings
from storage.held import holder

PATIENCE: Final = 2.0  # seconds
_MOST_READ: Final = 100_000
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to ask, not to listen
_METRICS: Final = "holdfast_"
_LONGEST: Final = 300

State = Literal["free", "ours", "taken"]
Ask: TypeAlias = Callable[[str, int], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Port:
    """A port of the settings: who answers there, and what /ready says if that is ours."""

    setting: str
    number: int
    state: State
    fault: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """Who is there: `process` holds the SQLite file, `ports` are those of the settings."""

    process: str | None
    ports: tuple[Port, ...]

    @property
    def answers(self) -> Port | None:
        """Give the port on which our own /ready answers."""
        ours = (each for each in self.ports if each.state == "ours" and each.setting == "port")
        return next(ours, None)

    @property
    def at_work(self) -> bool:
        """Say whether a Holdfast is at work on this database, as far as can be seen."""
        return self.process is not None or self.answers is not None


async def look_around(settings: Settings) -> Around:
    """Look who holds the database file and who answers on the ports."""
    file = file_of(settings)
    asked: list[tuple[str, int, Ask]] = [("port", settings.port, _health)]
    if settings.metrics_port is not None:
        asked.append(("metrics_port", settings.metrics_port, _numbers))
    ports = [
        asyncio.to_thread(_look, setting, settings.host, number, ask)
        for setting, number, ask in asked
    ]
    return Around(holder(file) if file else None, tuple(await asyncio.gather(*ports)))


def _look(setting: str, host: str, number: int, ask: Ask) -> Port:
    """Try to listen there; where that cannot be, ask who does."""
    try:
        listen(host, number).close()
    except TryLater as error:
        problems = ask(host, number)
        if problems is not None:
            return Port(setting, number, "ours", problems=tuple(problems))
        return Port(setting, number, "taken", fault=error.message)
    return Port(setting, number, "free")


def _health(host: str, number: int) -> Sequence[str] | None:
    """Give what keeps the Holdfast on a port from being ready; None when there is none."""
    if _asked(host, number, "/live") != (HTTPStatus.OK, "alive"):
        return None
    ready = _asked(host, number, "/ready")
    if ready is None:
        return ("/ready does not answer.",)
    status, said = ready
    return () if status == HTTPStatus.OK else [line[:_LONGEST] for line in said.splitlines()]


def _numbers(host: str, number: int) -> Sequence[str] | None:
    """Give nothing when our metrics are on a port; None when something else is."""
    answer = _asked(host, number, "/metrics")
    return () if answer and _METRICS in answer[1] else None


def _asked(host: str, number: int, path: str) -> tuple[int, str] | None:
    """Ask for a page; None when nobody there speaks HTTP in time."""
    connection = HTTPConnection(_EVERYWHERE.get(host, host), number, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(_MOST_READ).decode(errors="replace")
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
