"""The whole run, figure by figure: the one place that says what is measured on what.

What comes first needs no database; then everything on SQLite, then on PostgreSQL if it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from bot.bench import (
    claiming,
    durable_turn,
    engine_turn,
    firing,
    morning,
    ninety_days,
    planning,
    starting,
)
from bot.bench.crowded import crowded
from bot.bench.grounds import Ground, Server, files, own_server
from bot.bench.measured import Duel
from bot.bench.results import Compared, Figure, Machine, Results
from bot.bench.sizes import QUICK, Sizes

NO_SERVER: Final = (
    "PostgreSQL: no server programs are installed here, and no --database was given. On Debian: "
    "apt-get install postgresql."
)
_KILO: Final = 1_000
_MEGA: Final = 1_000_000

Tell = Callable[[str], None]


@dataclass(slots=True)
class _Run:
    """What was measured so far."""

    sizes: Sizes
    tell: Tell
    compared: list[Compared] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    async def engine(self) -> None:
        """Measure what needs no database."""
        self.tell("a turn of the engine, and the peer's")
        self._compare(
            "engine_turn_vs_botbuilder_dialogs", "", await engine_turn.measure(self.sizes)
        )

    async def on(self, ground: Ground, sizes: Sizes) -> None:
        """Measure everything that needs a database of one kind."""
        name = "SQLite" if ground.kind == "sqlite" else "PostgreSQL"
        self.tell(f"{name}: committed turns")
        talked = await durable_turn.measure(ground, sizes)
        self._compare("durable_turn_vs_botbuilder_dialogs", name, talked)
        self._figure("turns", name, talked.ours.a_second, "/s")
        self.tell(f"{name}: planning, and the peer's jobs")
        planned = await planning.measure(ground, sizes)
        self._compare("plan_100k_vs_apscheduler", name, planned)
        self._figure("nudges planned", name, planned.ours.a_second, "/s")
        self.tell(f"{name}: opening what is due, and the peer's jobs")
        fired = await firing.measure(ground, sizes)
        self._compare("fire_20k_vs_apscheduler", name, fired)
        self._figure("nudges opened", name, fired.ours.a_second, "/s")
        self.tell(f"{name}: ninety days of {sizes.neighbours} people")
        kept = await ninety_days.bytes_a_learner(ground, sizes.neighbours)
        self._figure(f"a learner, in {ninety_days.DAYS} days", name, kept / _KILO, "kB")
        await self._crowded(ground, sizes, name)

    async def _crowded(self, ground: Ground, sizes: Sizes, name: str) -> None:
        self.tell(f"{name}: enrolling {sizes.crowd[0]:,} and {sizes.crowd[1]:,}")
        async with crowded(ground, sizes) as (few, many):
            self.tell(f"{name}: claiming")
            claimed = await claiming.measure(few, many, sizes)
            # Here "theirs" is among the many: what that costs more is what is looked for.
            self._compare("claim_cost_1m_vs_10k", name, claimed)
            self.tell(f"{name}: starting")
            started = await starting.measure(many, sizes.rounds)
            self._figure("start, until it is ready", name, started.each, "s")
            for crowd in (few, many):
                self.tell(f"{name}: a morning among {crowd.enrolled:,}")
                lived = await morning.of(crowd)
                label = f"peak memory, {crowd.enrolled:,} enrolled, {lived.sent:,} visited"
                self._figure(label, name, lived.peak / _MEGA, "MB")

    def _compare(self, name: str, database: str, found: Duel) -> None:
        self.compared.append(
            Compared(name, database, found.ours.each, found.theirs.each, found.ratio)
        )

    def _figure(self, name: str, database: str, value: float, unit: str) -> None:
        self.figures.append(Figure(name, database, value, unit))


async def measure(sizes: Sizes, server: str | None, tell: Tell) -> Results:
    """Measure everything; `server` is the address of a PostgreSQL database, if one is given.

    Raises:
        TryLater: no database can be made on that server.

    """
    run = _Run(sizes, tell)
    await run.engine()
    with files() as folder:
        await run.on(folder, sizes)
    with ExitStack() as stack:
        found = Server(server) if server else stack.enter_context(own_server())
        if found is not None:
            await run.on(found, sizes.on_server())
    left_out: Sequence[str] = () if found else (NO_SERVER,)
    found_all = (tuple(run.compared), tuple(run.figures), tuple(left_out))
    return Results(Machine(), *found_all, is_quick=sizes == QUICK)
