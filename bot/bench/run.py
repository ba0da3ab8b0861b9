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
    slack_acks,
    slack_morning,
    slack_sending,
    starting,
)
from bot.bench.crowded import crowded
from bot.bench.grounds import Ground, Server, files, own_server
from bot.bench.measured import Duel, at_share
from bot.bench.results import Compared, Figure, Machine, Results
from bot.bench.sizes import QUICK, Sizes

NO_SERVER: Final = (
    "PostgreSQL: no server programs are installed here, and no --database was given. On Debian: "
    "apt-get install postgresql."
)
_KILO: Final = 1_000
_MEGA: Final = 1_000_000
_PERCENT: Final = 0.01

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
        await self._slack(ground, sizes, name)

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

    async def _slack(self, ground: Ground, sizes: Sizes, name: str) -> None:
        self.tell(f"{name}: answering Slack")
        acks = await slack_acks.measure(ground, sizes)
        self._figure("slack_ack_ms_p50", name, acks.at(0.5), "ms")
        self._figure("slack_ack_ms_p99", name, acks.at(0.99), "ms")
        self._figure("slack_lost", name, acks.lost, "events")
        if ground.kind == "sqlite":  # one writer at a time; and Slack's limits are no database's
            await self._slack_stalled(ground, sizes, name)
            await self._slack_sending(ground, sizes, name)

    async def _slack_stalled(self, ground: Ground, sizes: Sizes, name: str) -> None:
        self.tell(f"{name}: answering Slack while nobody can write for {sizes.slack_stall:g} s")
        acks = await slack_acks.measure(ground, sizes, stall=sizes.slack_stall)
        self._figure("slack_stalled_ack_ms_p95", name, acks.at(0.95), "ms")
        self._figure("slack_stalled_ack_ms_max", name, acks.at(1), "ms")
        self._figure("slack_stalled_lost", name, acks.lost, "events")

    async def _slack_sending(self, ground: Ground, sizes: Sizes, name: str) -> None:
        self.tell(f"{name}: sending {sizes.slack_sends} messages as fast as Slack permits")
        sent = await slack_sending.measure(ground, sizes)
        self._figure("slack_send_utilisation", name, sent.share / _PERCENT, "%")
        self._figure("slack_send_refused", name, sent.refused, "answers of 429")
        self.tell(f"{name}: replying in Slack while {sizes.slack_nudges:,} visits are due")
        waits = await slack_morning.measure(ground, sizes)
        self._figure("reply_wait_ms_p99", name, at_share(waits, 0.99), "ms")

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
