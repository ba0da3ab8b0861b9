"""Writes the snapshots of this version: `python -m tests.snapshots.write 0.1.0`.

Run it by hand before a release, and as often as is wanted until the release is tagged; from then
on its folder is what somebody's installation holds, and is never written again.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from storage import migrate, tables, tables_talk, tables_together
from storage.database import Database
from storage.schema import metadata
from tests.snapshots import dumps
from tests.snapshots.places import Place, places
from tests.snapshots.reading import words_of
from tests.snapshots.shapes import shape_of
from tests.snapshots.world import KEYRING, fill
from tests.support.postgresql import Cluster, cluster_in, find_programs

__all__ = ["tables", "tables_talk", "tables_together"]  # imported so that `metadata` knows them

FOLDER = Path(__file__).parent
NAME = "snapshot"


def main(version: str) -> None:
    """Write both databases, and what is to be known of them."""
    if _is_released(version):
        sys.exit(f"{version} is released: what stands in its folder is not written again")
    programs = find_programs()
    if programs is None:
        sys.exit("A snapshot needs the server programs of PostgreSQL: `make system`")
    folder = FOLDER / version
    folder.mkdir(exist_ok=True)
    found = places()
    scratch = Path(tempfile.mkdtemp(prefix="holdfast-"))
    scratch.chmod(0o755)
    cluster = cluster_in(scratch / "server", programs)
    cluster.folder.mkdir()
    cluster.start()
    try:
        told = _written(folder, found, scratch, cluster)
    finally:
        cluster.stop()
        shutil.rmtree(scratch)
    (folder / "told.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _written(folder: Path, found: list[Place], scratch: Path, cluster: Cluster) -> dict[str, Any]:
    file = scratch / f"{NAME}.db"
    at, words = asyncio.run(_filled(f"sqlite+aiosqlite:///{file}", found))
    dumps.take_sqlite(file, folder / "sqlite.sql.xz")
    cluster.create(NAME)
    _, others = asyncio.run(_filled(cluster.url(NAME), found))
    dumps.take_postgresql(cluster, NAME, folder / "postgresql.sql.xz")
    return {
        "revision": migrate.head(),
        "at": at,
        "words": {"sqlite": words, "postgresql": others},
        "waiting": [f"{place.kind}:{place.asked[0]}" for place in found],
        "tables": shape_of(metadata),
    }


async def _filled(url: str, found: list[Place]) -> tuple[str, str]:
    """Fill a database; give the moment at which it stands, and the hash of everybody's words."""
    await migrate.upgrade(url)
    at = await fill(url, found)
    database = await Database.open(url, KEYRING)
    try:
        async with database.read() as tx:
            words = await words_of(tx, shape_of(metadata))
        await database.tidy()
    finally:
        await database.close()
    return at.isoformat(), words


def _is_released(version: str) -> bool:
    said = subprocess.run(  # noqa: S603 - our own repository
        ["git", "tag", "--list", version, f"v{version}"],  # noqa: S607 - git, wherever it is
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(said.stdout.strip())


if __name__ == "__main__":
    main(sys.argv[1])
