"""Where the settings say that things are: the database, its key, the ledger; and reading the key.

A demo's key lies beside the database file; everywhere else keys are given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bot.retention import Policy
from bot.settings import Settings, SettingsError
from storage import engines
from storage.errors import BadKey
from storage.keyring import Keyring

KEY_FILE: Final = "master.key"
DATABASE_FILE: Final = "holdfast.db"
AFRESH: Final = (
    "`make demo-reset` or `holdfast demo --fresh` starts afresh, which loses the demo's data."
)


def url_of(settings: Settings) -> str:
    """Give the address of the database, with its password if it has one: never print it."""
    return settings.database_url.get_secret_value()


def file_of(settings: Settings) -> Path | None:
    """Give the file of a SQLite database; None for PostgreSQL."""
    url = engines.read_url(url_of(settings))
    return engines.file_of(url) if engines.is_sqlite(url) else None


def policy_of(settings: Settings) -> Policy:
    """Say how long what is kept, by the settings."""
    return Policy(settings.keep_texts_days, settings.keep_codes_months)


def ledger_of(settings: Settings) -> Path:
    """Name the file that says who was erased: kept apart from the database and its backups."""
    if settings.erasures_file:
        return settings.erasures_file
    file = file_of(settings)
    return file.with_suffix(".erasures") if file else settings.data_dir / "holdfast.erasures"


def key_file_of(settings: Settings) -> Path:
    """Name the file of the demo's key: beside the database file, or in the folder for data."""
    file = file_of(settings)
    return (file.parent if file else settings.data_dir) / KEY_FILE


def key_in(file: Path) -> Keyring:
    """Read the master keys in a demo's file, or in one beside a database.

    Raises:
        SettingsError: the file cannot be read.
        BadKey: it holds no key.

    """
    try:
        return Keyring.read(file.read_text("utf-8-sig"))
    except (BadKey, UnicodeDecodeError):
        # The error's own words may hold the key, where name and key were written the wrong way.
        raise BadKey(
            f"The key file {file} is damaged: a master key is a name, a colon and 32 bytes in "
            f"base64. Put the right key file back. If only a demo used it, {AFRESH}"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The key file {file} cannot be read ({error.strerror}): look at its rights."
        ) from None


def keyring_of(settings: Settings) -> Keyring:
    """Read the master keys: those of the settings, else the file beside a SQLite database.

    Raises:
        SettingsError: there is none, or its file cannot be read.
        BadKey: the file beside the database holds no key.

    """
    if settings.master_keys is not None:
        return Keyring.read(settings.master_keys.get_secret_value())
    beside = key_file_of(settings)
    if file_of(settings) and beside.exists():
        return key_in(beside)
    raise SettingsError(
        "There is no master key, and without one nothing can be read or kept: set "
        "HOLDFAST_MASTER_KEYS_FILE to the file with the key of this database. Only for a new "
        "database make one, with (umask 077; holdfast keys new k1 > master.key), and keep it away "
        "from the database and its backups."
    )


def make_folder(folder: Path) -> None:
    """Make a folder that only we can read, unless it is there. Raises SettingsError if not."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise SettingsError(
            f"A file stands where the folder {folder} is to be: move that file away, or name "
            "another place with HOLDFAST_DATABASE_URL."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be made ({error.strerror}): look at the rights of the "
            "folder around it."
        ) from None
