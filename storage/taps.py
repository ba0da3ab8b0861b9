"""Taps on what was sent: a menu is used once, and two taps at once are one."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, update

from storage.database import Transaction
from storage.statements import Statement
from storage.tables_talk import outbox

_ONE: Final = outbox.c.id == bindparam("row")
_UNUSED: Final = outbox.c.used_at.is_(None)
_USE: Final = Statement(update(outbox).where(_ONE, _UNUSED))
_TAP: Final = Statement(
    update(outbox).where(_ONE, _UNUSED | (outbox.c.used_at <= bindparam("before")))
)


async def use(tx: Transaction, row: UUID, now: datetime) -> bool:
    """Use a menu; say whether it was still unused."""
    return await tx.run(_USE, row=row, used_at=now) == 1


async def tap(tx: Transaction, row: UUID, now: datetime, apart: timedelta) -> bool:
    """Note that a card was tapped; say whether its last tap was longer ago than two at once."""
    return await tx.run(_TAP, row=row, used_at=now, before=now - apart) == 1
