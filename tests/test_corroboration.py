"""What others confirm counts; what two people confirm of each other wholesale does not."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.corroboration import count_confirmed
from storage.ids import new_id
from storage.observations import Kind, Observation, State

SANNE, TOM, NADIA = new_id(), new_id(), new_id()
NOW = datetime(2027, 3, 2, 8, 30, tzinfo=UTC)


def seen(
    of: UUID, by: UUID, text: str = "Ze vroeg wat hielp", kind: Kind = "sighting",
    state: State = "kept",
) -> Observation:  # fmt: skip
    """Make what one person saw another do."""
    return Observation(
        new_id(),
        of,
        new_id(),
        None,
        by,
        None,
        "seen",
        kind,
        state,
        NOW,
        {"text": text},
    )


HIS = [seen(SANNE, TOM)] * 2
HERS = [seen(TOM, SANNE)] * 2


@pytest.mark.parametrize(
    ("between", "count"),
    [
        ([], 0),
        ([seen(SANNE, TOM)], 1),
        ([seen(SANNE, TOM, state="refused")], 0),
        ([seen(SANNE, TOM, kind="tip")], 0),
        ([seen(SANNE, TOM, "", "witness", "confirmed")], 1),
        ([seen(SANNE, TOM, "", "witness", "closed")], 0),
        ([seen(SANNE, TOM)] * 6, 6),
        ([*HIS, seen(TOM, SANNE)], 2),
        ([*HIS, *HERS], 0),
        ([*HIS, *HERS, seen(SANNE, NADIA)], 1),
        ([*HIS, *HERS, seen(SANNE, TOM, "Ze zei wat ze zag")], 1),
        ([*HIS, seen(TOM, SANNE, "ze vroeg  wat hielp."), seen(TOM, SANNE)], 0),
        ([*HIS, seen(TOM, SANNE, "Hij wachtte"), seen(TOM, SANNE, "Hij vroeg door")], 2),
    ],
)
def test_what_is_counted(between: list[Observation], count: int) -> None:
    assert count_confirmed(SANNE, between) == count
