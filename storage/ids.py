"""Row ids: UUIDv7, made by us before the row exists.

They sort by the machine's clock to the microsecond, which is good enough to index and not good
enough to decide what came first: order by a column that means it.
"""

import secrets
import time
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_NANOSECONDS: Final = 1_000_000
_RANDOM_BITS: Final = 62
_LOW_BITS: Final = 20  # of a place in a list; its 12 others stand where the fraction does


def new_id() -> UUID:
    """Make an id that no other row has."""
    milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS)
    fraction = (rest << 12) // _NANOSECONDS
    return UUID(
        int=milliseconds << 80 | _VERSION | fraction << 64 | _VARIANT | secrets.randbits(62)
    )


def made_at(row: UUID) -> datetime:
    """Say when an id of ours was made, to the millisecond, by the clock of that machine."""
    return datetime.fromtimestamp((row.int >> 80) / 1000, UTC)


def id_in_list(first: UUID, place: int) -> UUID:
    """Make an id for a place in a list, whose ids sort by their places.

    `first` is an id that was made when the list was begun; places count from 0, below 2**32.
    """
    began = first.int >> 80 << 80
    high, low = divmod(place, 1 << _LOW_BITS)
    random = secrets.randbits(_RANDOM_BITS - _LOW_BITS)
    rest = low << _RANDOM_BITS - _LOW_BITS | random
    return UUID(int=began | _VERSION | high << 64 | _VARIANT | rest)
