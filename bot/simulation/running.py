"""A whole simulation: processes share the people, and what came of them is put together."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.simulation.checking import Violation
from bot.simulation.limits import KINDS, Kind
from bot.simulation.lives import Told, Wanted, peak_memory
from bot.simulation.shares import live_apart, live_here, shared_out


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: how much happened, how often what must not, and what of that first."""

    figures: dict[str, float]
    first: Sequence[Violation]

    @property
    def is_well(self) -> bool:
        """Say whether nothing happened that must never happen."""
        return not any(self.figures[each] for each in KINDS)


async def simulate(wanted: Wanted, told: Told) -> Outcome:
    """Let people live on an empty database, whose tables are made and stay.

    Raises:
        StorageError: the database cannot be used.
        TryLater: one of the processes was killed.
        HoldfastError: one of them failed.

    """
    began = time.monotonic()
    shares = shared_out(wanted.people, wanted.jobs)
    if len(shares) == 1:
        lived = [await live_here(wanted, shares[0], told)]
        peak = lived[0].peak
    else:
        lived = await live_apart(wanted, shares, told)
        peak = peak_memory() + sum(each.peak for each in lived)
    took = time.monotonic() - began
    counted: Counter[Kind] = sum((each.counted for each in lived), Counter())
    turns = sum(each.turns for each in lived)
    figures: dict[str, float] = {
        **{key: value for key, value in asdict(wanted).items() if isinstance(value, int)},
        "turns": turns,
        "messages": sum(each.messages for each in lived),
        "kills": sum(each.kills for each in lived),
        **{kind: counted[kind] for kind in KINDS},
        "wall_s": round(took, 1),
        "turns_per_s": round(turns / took, 1),
        "peak_rss_mb": round(peak, 1),
    }
    first = [violation for each in lived for violation in each.first]
    return Outcome(figures, sorted(first, key=lambda each: each.at))
