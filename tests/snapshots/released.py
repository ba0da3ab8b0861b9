"""The snapshots that stand in the folders beside this file, one for each release, oldest first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from tests.snapshots.shapes import Shape
from tools.sbom import version

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Released:
    """What a release stored, and what it told of it."""

    version: str
    folder: Path = field(repr=False)

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """What stands beside the databases."""
        told: Mapping[str, Any] = json.loads((self.folder / "told.json").read_text("utf-8"))
        return told

    @property
    def tables(self) -> Shape:
        """The tables of the release."""
        return dict(self.told["tables"])

    @property
    def at(self) -> datetime:
        """The moment at which its people stand."""
        return datetime.fromisoformat(self.told["at"])


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


RELEASES: Final = [
    Released(version, FOLDER / version)
    for version in sorted(
        (folder.parent.name for folder in FOLDER.glob("*/told.json")), key=_number
    )
]

LAST: Final = [*RELEASES[:1], *(each for each in RELEASES if each.version != version())][-1]
"""The release before the one that is being made; before there is one, that one itself."""
