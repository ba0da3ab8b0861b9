"""How much is measured: what the page in docs tells of, or a handful to see that all of it works.

A small size measures nothing: what is fixed in a transaction or a process then weighs most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rounds of each side, and units a round; `crowd` are those enrolled who wait, few and many.

    `due` visits are due at once, of which each round fires some.
    `morning` is how many visits are due on the morning at which a process's memory is measured;
    `neighbours` are the people who live for ninety days.
    """

    rounds: int
    talks: int
    durable_talks: int
    planned: int
    peer_planned: int
    due: int
    fired: int
    claimed: int
    crowd: tuple[int, int]
    morning: int
    neighbours: int

    def on_server(self) -> Sizes:
        """Give fewer of what takes long, for the second database."""
        return Sizes(
            rounds=self.rounds, talks=self.talks, durable_talks=self.durable_talks,
            planned=self.planned // 4, peer_planned=self.peer_planned // 5,
            due=self.due // 4, fired=self.fired // 2,
            claimed=self.claimed, crowd=self.crowd, morning=self.morning,
            neighbours=self.neighbours,
        )  # fmt: skip


FULL: Final = Sizes(
    rounds=3,
    talks=200,
    durable_talks=10,
    planned=100_000,
    peer_planned=10_000,
    due=20_000,
    fired=1_000,
    claimed=500,
    crowd=(10_000, 1_000_000),
    morning=1_000,
    neighbours=96,
)

QUICK: Final = Sizes(
    rounds=1,
    talks=3,
    durable_talks=2,
    planned=60,
    peer_planned=20,
    due=20,
    fired=10,
    claimed=10,
    crowd=(20, 200),
    morning=10,
    neighbours=6,
)
