"""The master keys that a database was sealed with: their ids and check values, never the keys.

A key leaves this table only when nothing sealed with it is left; until then a keyring without it
is refused at the door, in words, instead of at the first word that cannot be read.
"""

import hmac

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines import is_missing_table
from storage.errors import NotReady, WrongKey
from storage.keyring import Keyring
from storage.statements import adding_new
from storage.tables import keys


async def check(connection: AsyncConnection, keyring: Keyring) -> bool:
    """Compare a keyring with the database; say whether its current key is known there.

    Raises:
        WrongKey: a key that the database was sealed with is missing, or is another key.
        NotReady: the database has no tables.

    """
    try:
        rows = (await connection.execute(select(keys.c.kid, keys.c.check_value))).all()
    except DBAPIError as error:
        if is_missing_table(error):
            raise NotReady from None
        raise
    for kid, check_value in rows:
        if kid not in keyring.ids:
            raise WrongKey(
                f"This database was sealed with the master key '{kid}', which is not among the "
                "keys given. Give that key too; without it nothing sealed can be read."
            )
        if not hmac.compare_digest(check_value, keyring.check_value(kid)):
            raise WrongKey(
                f"The master key '{kid}' is not the one this database was sealed with. "
                "Give the right key; a wrong one reads nothing and would seal what it cannot open."
            )
    return keyring.current in {kid for kid, _ in rows}


async def add(connection: AsyncConnection, keyring: Keyring) -> None:
    """Note the current key of a keyring.

    Raises:
        WrongKey: another process noted another key under that id meanwhile.

    """
    value = keyring.check_value(keyring.current)
    noted = adding_new(keys, connection.dialect.name).built
    await connection.execute(noted, {"kid": keyring.current, "check_value": value})
    await check(connection, keyring)


async def known(connection: AsyncConnection) -> list[str]:
    """Give the ids of the keys that this database was sealed with, the oldest first."""
    rows = await connection.execute(select(keys.c.kid).order_by(keys.c.created_at, keys.c.kid))
    return [kid for (kid,) in rows]


async def forget(connection: AsyncConnection, kid: str) -> bool:
    """Let a key leave, with which nothing here is sealed; say whether it was known."""
    gone = await connection.execute(delete(keys).where(keys.c.kid == kid))
    return gone.rowcount > 0
