"""Row ids: UUIDv7, made by us before the row exists.

They sort by the machine's clock to the microsecond, which is good enough to index and not good
enough to decide what came first: order by a column that means it.
"""

import secrets
import time
from typing import Final
from uuid import UUID

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_NANOSECONDS: Final = 1_000_000


def new_id() -> UUID:
    """Make an id that no other row has."""
    milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS)
    fraction = (rest << 12) // _NANOSECONDS
    return UUID(
        int=milliseconds << 80 | _VERSION | fraction << 64 | _VARIANT | secrets.randbits(62)
    )
