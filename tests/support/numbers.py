"""Numbers that no two names in a process share.

A fixture of a session is made anew when its parameter comes back, as it may where workers take
tests from each other; what it named before is still there.
"""

from collections.abc import Iterator
from itertools import count
from typing import Final

NUMBERS: Final[Iterator[int]] = count()
