"""The suite's own PostgreSQL servers: quick, and not durable.

What is tested is that *our* process may die at any moment, not the server.
"""

from __future__ import annotations

from pathlib import Path

from bot.bench.server import PRIVATE, Cluster, find_programs

__all__ = ["Cluster", "cluster_in", "find_programs"]

# A zone that is not UTC and changes by half an hour brings wrong guesses about zones to light.
SETTINGS = {
    **PRIVATE,
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "Australia/Lord_Howe",
}


def cluster_in(folder: Path, programs: Path) -> Cluster:
    """Give the server of a folder; nothing is started yet."""
    return Cluster(folder, programs, SETTINGS)
