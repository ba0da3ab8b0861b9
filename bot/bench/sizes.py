"""How much is measured: what the page in docs tells of, or a handful to see that all of it works.

A small size measures nothing: what is fixed in a transaction or a process then weighs most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rounds of each side, and units a round: in full, unless it says otherwise.

    `crowd` are those enrolled who wait, few and many.
    `due` visits are due at once, of which each round fires some.
    `morning` is how many visits are due on the morning at which a process's memory is measured;
    `neighbours` are the people who live for ninety days.
    Slack tells of `slack_rate` events a second for `slack_seconds`; the stall is in seconds too.
    `slack_sends` messages show how fast is sent, `slack_presses` how soon is replied while
    `slack_nudges` are due.
    """

    rounds: int = 3
    talks: int = 200
    durable_talks: int = 10
    planned: int = 100_000
    peer_planned: int = 10_000
    due: int = 20_000
    fired: int = 1_000
    claimed: int = 500
    crowd: tuple[int, int] = (10_000, 1_000_000)
    morning: int = 1_000
    neighbours: int = 96
    slack_rate: int = 100
    slack_seconds: int = 60
    slack_stall: float = 2.0
    slack_sends: int = 100
    slack_nudges: int = 10_000
    slack_presses: int = 40

    def on_server(self) -> Sizes:
        """Give fewer of what takes long, for the second database."""
        return replace(
            self,
            planned=self.planned // 4,
            peer_planned=self.peer_planned // 5,
            due=self.due // 4,
            fired=self.fired // 2,
            slack_seconds=max(self.slack_seconds // 6, 1),
        )


FULL: Final = Sizes()
QUICK: Final = Sizes(
    rounds=1, talks=3, durable_talks=2, planned=60, peer_planned=20, due=20, fired=10,
    claimed=10, crowd=(20, 200), morning=10, neighbours=6,
    slack_rate=10, slack_seconds=1, slack_stall=0.2, slack_sends=7, slack_nudges=20,
    slack_presses=2,
)  # fmt: skip
