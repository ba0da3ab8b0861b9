"""A database that a newer release made."""

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.errors import NotReady
from storage.keyring import Keyring
from storage.migrate import upgrade


async def test_a_database_of_a_newer_release_is_refused_in_words(
    database_url: str, keyring: Keyring
) -> None:
    database = await Database.open(database_url, keyring)
    async with database.write() as tx:
        await tx.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()

    with pytest.raises(NotReady, match="another release"):
        await upgrade(database_url)
