"""A backup made beside a writer, put back where nothing is left, says what the database said."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import archive, backups, clock, engines, manifest, migrate
from storage.database import Database
from storage.errors import DatabaseAway, NotReady, Taken
from storage.keyring import Keyring
from storage.manifest import BadBackup, NewerBackup
from tests.storage.copying import AT, Writer, back_up, digest_of, left, put_back, wipe
from tests.storage.world import KEYRING, build
from tests.stories.steps import joins, plans_in_dutch
from tests.towns import a_town


async def test_what_is_backed_up_beside_a_writer_is_a_state_that_was(
    database_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    file = tmp_path / "monday.backup"
    async with a_town(database_url, keyring) as town:
        await joins(town["Sanne"], town.clock)
        await plans_in_dutch(town["Sanne"])
        writer = Writer(town.hands.database)
        async with writer.at_work():
            await backups.make(database_url, file, AT)
    await wipe(database_url)

    await put_back(await backups.read(file), database_url, keyring, tmp_path / "ledger")

    assert await digest_of(database_url, keyring) in writer.states


async def test_a_backup_tells_what_is_in_it(database_url: str, tmp_path: Path) -> None:
    database = await Database.open(database_url, KEYRING)
    await build(database)

    backup = await back_up(database_url, tmp_path / "monday.backup")

    manifest = backup.manifest
    await database.close()
    assert manifest.people == 2
    assert manifest.keys == {"first": KEYRING.check_value("first").hex()}
    assert (manifest.at, manifest.machine_at) == (AT, AT)
    assert backup.size == backup.file.stat().st_size > manifest.size
    assert manifest.dialect == database_url.split("+", maxsplit=1)[0]


async def test_only_its_owner_reads_it_and_nothing_else_is_left(
    sqlite_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    backup = await back_up(sqlite_url, folder / "monday.backup")

    assert backup.file.stat().st_mode & 0o777 == 0o600
    assert left(folder) == ["monday.backup"]


async def test_a_demos_moment_is_that_of_its_turned_clock(sqlite_url: str, tmp_path: Path) -> None:
    database = await Database.open(sqlite_url, KEYRING)
    async with database.write() as tx:
        await clock.set(tx, timedelta(days=3))
    await database.close()

    backup = await back_up(sqlite_url, tmp_path / "monday.backup")

    assert backup.manifest.at == AT + timedelta(days=3)
    assert backup.manifest.machine_at == AT


async def test_a_file_that_is_there_is_written_over_only_when_that_is_said(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "monday.backup"
    file.write_text("mine")

    with pytest.raises(Taken, match="--force"):
        await backups.make(sqlite_url, file, AT)
    assert file.read_text() == "mine"
    await backups.make(sqlite_url, file, AT, force=True)

    assert (await backups.read(file)).manifest.people == 0


async def test_the_database_itself_is_never_written_over(sqlite_url: str) -> None:
    file = engines.file_of(engines.read_url(sqlite_url))

    with pytest.raises(Taken, match="the database itself"):
        await backups.make(sqlite_url, file, AT, force=True)


async def test_a_folder_is_no_name_for_a_backup(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(Taken, match="is a folder"):
        await backups.make(sqlite_url, tmp_path, AT, force=True)


async def test_a_folder_that_is_not_there_is_said(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseAway, match="cannot be written: No such file or directory"):
        await backups.make(sqlite_url, tmp_path / "nowhere" / "monday.backup", AT)


async def test_two_do_not_write_one_backup(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"

    with archive.written(file), pytest.raises(Taken, match="Another Holdfast is writing"):
        await backups.make(sqlite_url, file, AT)


async def test_a_database_without_tables_has_nothing_to_back_up(
    empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(NotReady):
        await backups.make(empty_database_url, tmp_path / "monday.backup", AT)

    assert not left(tmp_path)


async def test_a_damaged_database_is_not_backed_up(sqlite_url: str, tmp_path: Path) -> None:
    file = engines.file_of(engines.read_url(sqlite_url))
    file.write_bytes(file.read_bytes()[: 4096 * 3] + bytes(4096) + file.read_bytes()[4096 * 4 :])

    with pytest.raises(DatabaseAway):
        await backups.make(sqlite_url, tmp_path / "monday.backup", AT)

    assert not left(tmp_path)


async def test_tables_of_a_newer_release_are_not_backed_up(
    database_url: str, tmp_path: Path
) -> None:
    await newer(database_url)

    with pytest.raises(NotReady, match="a newer one made them"):
        await backups.make(database_url, tmp_path / "monday.backup", AT)


async def newer(url: str) -> None:
    """Let the tables be those of a release that is not there yet."""
    async with migrate.locked(url) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def test_tables_of_an_older_release_are_backed_up_as_they_are(
    database_url: str, tmp_path: Path
) -> None:
    await migrate.downgrade(database_url, "0003")

    backup = await back_up(database_url, tmp_path / "monday.backup")

    assert backup.manifest.revision == "0003"
    assert "audit" not in backup.manifest.rows


def cut(content: bytes) -> bytes:
    """Lose the end of a file."""
    return content[: len(content) // 2]


def cut_early(content: bytes) -> bytes:
    """Lose all but the beginning of a manifest."""
    return content[:700]


def bent(content: bytes) -> bytes:
    """Change one bit in the middle of the content."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def lying(content: bytes) -> bytes:
    """Change what the manifest says."""
    return content.replace(b'"people": 0', b'"people": 1')


def zipped(content: bytes) -> bytes:
    """Let somebody compress it."""
    return gzip.compress(content)


def foreign(_: bytes) -> bytes:
    """Give another tar."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("holiday.jpg"), io.BytesIO())
    return made.getvalue()


def a_link(_: bytes) -> bytes:
    """Give a tar that points elsewhere."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        member = tarfile.TarInfo("manifest.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    return made.getvalue()


def no_tar(_: bytes) -> bytes:
    """Give anything at all."""
    return b"no backup " * 1000


def nothing_at_all(_: bytes) -> bytes:
    """Give an empty file."""
    return b""


@pytest.mark.parametrize(
    "harm",
    [cut, cut_early, bent, lying, zipped, foreign, a_link, no_tar, nothing_at_all],
)
async def test_what_is_damaged_cut_off_or_no_backup_is_refused(
    harm: Callable[[bytes], bytes], sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "monday.backup"
    await backups.make(sqlite_url, file, AT)
    file.write_bytes(harm(file.read_bytes()))

    with pytest.raises(
        BadBackup, match=r"monday\.backup is no backup of Holdfast, or it is damaged"
    ):
        await backups.read(file)


async def test_a_backup_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="cannot be read: No such file"):
        await backups.read(tmp_path / "monday.backup")


async def test_a_folder_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="is a folder: name the backup in it"):
        await backups.read(tmp_path)


async def test_a_form_of_a_newer_release_is_refused(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "FORMAT", 2)
    await backups.make(sqlite_url, tmp_path / "monday.backup", AT)
    monkeypatch.undo()

    with pytest.raises(NewerBackup, match="A newer Holdfast made this backup"):
        await backups.read(tmp_path / "monday.backup")
