"""The hands of a simulation and their database: the same in its process and in a killed one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.app import Hands, Pace
from bot.clock import StandingClock
from bot.port import ChatPort
from bot.scene import House
from storage.database import Database
from storage.keyring import Keyring

_LINK: Final = "holdfast.example"
_KEY: Final = "k1"


def hands_on(database: Database, port: ChatPort, clock: StandingClock) -> Hands:
    """Give hands whose claims outlive nobody: whoever is killed is followed at once."""
    pace = Pace(lease=timedelta(0), tidy_every=timedelta(days=1))
    return Hands(database, port, clock, house=House(_LINK), pace=pace)


async def database_at(url: str, key: bytes) -> Database:
    """Open the database of a simulation, whose master key this is and which need not last."""
    return await Database.open(url, Keyring.of({_KEY: key}, current=_KEY), lasting=False)
