"""What the tests of faults stand on: disks that run full, and commands of another user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disks import Disk, LimitedDisk, small_disk


@pytest.fixture(params=["small", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Give a disk that can be filled, and emptied again: a real one, and one by a limit."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "limited":
        yield LimitedDisk(folder)
        return
    with small_disk(folder) as mounted:
        yield mounted
