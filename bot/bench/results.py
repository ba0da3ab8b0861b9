"""What was measured, and what was aimed at: a miss is named with its size, never hidden.

Ratios say how many times as fast ours is, but for claiming: there, what many cost more than few.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Aim:
    """A ratio or a figure that is aimed at; `means` says in a line what is measured."""

    name: str
    aim: float
    means: str
    is_most: bool = False

    def is_met(self, found: float) -> bool:
        """Say whether what was found is what was aimed at, or better."""
        return found <= self.aim if self.is_most else found >= self.aim

    def verdict(self, found: float) -> str:
        """Say in words how what was found stands to the aim.

        >>> Aim("x", 40, "").verdict(30), Aim("x", 1.3, "", is_most=True).verdict(1.1)
        ('missed: 0.75 of it', 'met')
        """
        if self.is_met(found):
            return "met"
        share = self.aim / found if self.is_most else found / self.aim
        return f"missed: {share:.2g} of it" if share else "missed"

    @property
    def text(self) -> str:
        """Give the aim as it is read.

        >>> Aim("x", 1.3, "", is_most=True).text
        'at most 1.3'
        """
        return f"at {'most' if self.is_most else 'least'} {self.aim:g}"


AIMS: Final = (
    Aim("engine_turn_vs_botbuilder_dialogs", 40,
        "a turn of the check-in without a database, beside a waterfall of as many prompts"),
    Aim("durable_turn_vs_botbuilder_dialogs", 1,
        "event in to committed answers and letters (SQLite, synchronous=FULL), beside the same "
        "waterfall in memory"),
    Aim("plan_100k_vs_apscheduler", 50,
        "planning a nudge, beside adding a job to APScheduler's SQLAlchemy store"),
    Aim("fire_20k_vs_apscheduler", 3,
        "opening a visit that is due, to its committed letter, beside a job of one read, one "
        "update and one insert"),
    Aim("claim_cost_1m_vs_10k", 1.3,
        "claiming 500 due among the many not yet due, beside among the few", is_most=True),
)  # fmt: skip
FIGURE_AIMS: Final = (
    Aim("slack_ack_ms_p99", 300, "an event of Slack's, until it is answered", is_most=True),
    Aim("slack_lost", 0, "events that were not answered, or are not in the database",
        is_most=True),
    Aim("slack_stalled_ack_ms_p95", 300,
        "an event of Slack's, in a run in which nobody can write for two seconds, once",
        is_most=True),
    Aim("slack_stalled_ack_ms_max", 2_500, "the slowest event of that run", is_most=True),
    Aim("slack_stalled_lost", 0, "the lost events of that run", is_most=True),
    Aim("slack_send_utilisation", 95, "messages sent, of those that Slack permits"),
    Aim("slack_send_refused", 0, "answers of 429 meanwhile", is_most=True),
    Aim("reply_wait_ms_p99", 2_000,
        "from a press until the reply stands in Slack, while 10,000 visits are due",
        is_most=True),
)  # fmt: skip
"""What is aimed at of our own figures, by the names that they have in the results."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured: no more of it is named."""

    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    python: str = field(default_factory=platform.python_version)


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds that a unit took on both sides, on one kind of database or on none."""

    name: str
    database: str
    ours: float
    theirs: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of ours alone, with its unit."""

    name: str
    database: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run measured; `left_out` says what this machine could not.

    A quick run measures nothing: it shows that everything works.
    """

    machine: Machine
    compared: tuple[Compared, ...]
    figures: tuple[Figure, ...]
    left_out: tuple[str, ...] = ()
    is_quick: bool = False

    @property
    def ratios(self) -> Mapping[str, float]:
        """The ratios that are aimed at, by name: those of SQLite, where a database matters."""
        first = {each.name: each.ratio for each in reversed(self.compared)}
        return {aim.name: first[aim.name] for aim in AIMS if aim.name in first}

    @property
    def aimed(self) -> Mapping[str, float]:
        """All that is aimed at, by name: ratios, and figures of ours alone."""
        first = {each.name: each.value for each in reversed(self.figures)}
        figures = {aim.name: first[aim.name] for aim in FIGURE_AIMS if aim.name in first}
        return {**self.ratios, **figures}

    @property
    def missed(self) -> tuple[Aim, ...]:
        """The aims that were missed."""
        aims, found = (*AIMS, *FIGURE_AIMS), self.aimed
        return tuple(aim for aim in aims if aim.name in found and not aim.is_met(found[aim.name]))


Told = dict[
    Literal["machine", "quick", "ratios", "aims", "missed", "compared", "figures", "left_out"],
    object,
]


def to_json(results: Results) -> Told:
    """Give results as plain values."""
    return {
        "machine": asdict(results.machine),
        "quick": results.is_quick,
        "ratios": {name: _short(ratio) for name, ratio in results.ratios.items()},
        "aims": {aim.name: aim.aim for aim in (*AIMS, *FIGURE_AIMS)},
        "missed": [aim.name for aim in results.missed],
        "compared": [_rounded(asdict(each)) for each in results.compared],
        "figures": [_rounded(asdict(each)) for each in results.figures],
        "left_out": list(results.left_out),
    }


def _rounded(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _short(each) if isinstance(each, float) else each
            for name, each in values.items()}  # fmt: skip


def _short(number: float) -> float:
    """Keep the digits that mean something.

    >>> _short(0.0012345), _short(12345.678)
    (0.001234, 12350.0)
    """
    return float(f"{number:.4g}")
