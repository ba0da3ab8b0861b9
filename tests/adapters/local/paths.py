"""Every path of an application with the methods it takes, read from its own list of routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from starlette.routing import BaseRoute, Mount, Route

SOMEBODY = str(UUID(int=7))

Path = tuple[str, str]  # a method, and where


def paths_of(routes: Sequence[BaseRoute]) -> list[Path]:
    """Give a method and a path for all that the routes answer to; ids in a path are somebody's."""
    return sorted(set(_found(routes, "")))


def _found(routes: Sequence[BaseRoute], under: str) -> Iterator[Path]:
    for route in routes:
        if isinstance(route, Mount):
            yield from _found(route.routes, under + route.path)
        elif isinstance(route, Route):
            path = under + re.sub(r"{[^}]+}", SOMEBODY, route.path)
            yield from ((method, path) for method in route.methods or ())
        else:
            raise TypeError(f"{route} is of a kind that nobody looked at yet")
