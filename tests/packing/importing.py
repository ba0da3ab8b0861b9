"""Imports all of Holdfast where only some packages can be found: `python importing.py NAME…`.

It prints how many modules it imported; what is missing raises, as it would in the image.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Collection, Sequence
from importlib.machinery import ModuleSpec
from importlib.metadata import packages_distributions
from types import ModuleType

HOUSES = ("bot", "migrations", "scheduler", "storage")
RUN_BY_OTHERS = ("migrations.env", "bot.__main__", "bot.cli.__main__")
# What measures beside others needs those others; the command says so where they are missing.
MEASURING = tuple(
    f"bot.bench.{name}" for name in ("durable_turn", "engine_turn", "peer_botbuilder", "run")
)


class Blocked:
    """A finder that lets nothing be found which only developers have."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse a blocked module; of all others say nothing."""
        _ = path, target
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(name)
        return None


def main(allowed: Collection[str]) -> None:
    """Import every module, with no other packages than those allowed."""
    known = {_normal(name) for name in (*allowed, "holdfast")}
    blocked = {
        module
        for module, owners in packages_distributions().items()
        if known.isdisjoint(map(_normal, owners)) and module not in HOUSES
    }
    sys.meta_path.insert(0, Blocked(blocked))
    found = [name for house in HOUSES for name in _modules(house)]
    for name in found:
        importlib.import_module(name)
    print(len(found))  # noqa: T201 - whoever runs it reads this


def _modules(house: str) -> list[str]:
    package = importlib.import_module(house)
    walked = pkgutil.walk_packages(package.__path__, f"{house}.")
    return [each.name for each in walked if each.name not in (*RUN_BY_OTHERS, *MEASURING)]


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    main(sys.argv[1:])
