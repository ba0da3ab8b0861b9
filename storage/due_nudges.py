"""Nudges whose moment has come: each is one claimant's at a time, and comes back if that dies.

Two clocks: `now` is the application's, which a demo turns, and decides what is due; `machine_now`
is the machine's, and decides whether whoever claimed a nudge is still alive.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from storage.database import Transaction
from storage.moments import Local
from storage.nudges import Nudge
from storage.statements import Statement
from storage.tables_talk import nudges

LEASE: Final = timedelta(minutes=5)
MOST_TRIES: Final = 5


def _claiming(which: sa.ColumnElement[bool], *first: sa.ColumnElement[int]) -> Statement:
    order = (*first, nudges.c.due_at, nudges.c.priority)
    found = sa.select(nudges.c.id).where(which).order_by(*order).limit(sa.bindparam("most"))
    # SQLite has one writer, and no such clause; PostgreSQL steps over what another one claims.
    free = found.with_for_update(skip_locked=True).cte("free")
    again = sa.case((nudges.c.state == "claimed", 1), else_=0)
    claimed = (
        sa.update(nudges)
        .where(nudges.c.id.in_(sa.select(free.c.id)), which)
        .values(state="claimed", claimed_until=sa.bindparam("until"), tries=nudges.c.tries + again)
    )
    return Statement(claimed.returning(*(nudges.c[name] for name in Nudge.__dataclass_fields__)))


_NOW: Final = sa.bindparam("now", type_=nudges.c.due_at.type)
_DUE: Final = (nudges.c.state == "planned") & (nudges.c.due_at <= _NOW)
_LEFT: Final = (nudges.c.state == "claimed") & (
    nudges.c.claimed_until <= sa.bindparam("machine_now")
)
_CLAIM_DUE: Final = _claiming(_DUE)
_CLAIM_LEFT: Final = _claiming(_LEFT, nudges.c.tries)
TO_OPEN: Final = sa.select(nudges.c.id).where(_DUE | _LEFT)
_GIVE_UP: Final = Statement(
    sa.update(nudges)
    .where(_LEFT, nudges.c.tries + 1 >= MOST_TRIES)
    .values(state="failed", reason="tried_too_often", claimed_until=None)
)

_ONE: Final = sa.update(nudges).where(nudges.c.id == sa.bindparam("nudge"))
_FIRST_MOMENT: Final = sa.func.coalesce(nudges.c.was_due_at, nudges.c.due_at)
_GIVE_BACK: Final = Statement(
    _ONE.where(
        nudges.c.state == "claimed", nudges.c.claimed_until == sa.bindparam("until")
    ).values(state="planned", claimed_until=None)
)
_PUT_OFF: Final = Statement(_ONE.values(was_due_at=_FIRST_MOMENT))
_FAIL: Final = Statement(
    _ONE.values(
        tries=nudges.c.tries + 1,
        state=sa.case((nudges.c.tries + 1 >= MOST_TRIES, "failed"), else_="planned"),
        # As when it is moved: planning still wants the first moment, and must not bring it back.
        was_due_at=_FIRST_MOMENT,
    )
)
_COMING: Final = sa.select(nudges.c.due_at).where(nudges.c.state == "planned")
_NEXT: Final = Statement(_COMING.order_by(nudges.c.due_at).limit(1))
_NEXT_AFTER: Final = Statement(
    _COMING.where(nudges.c.due_at > _NOW).order_by(nudges.c.due_at).limit(1)
)


async def claim(
    tx: Transaction,
    now: datetime,
    machine_now: datetime,
    limit: int,
    lease: timedelta = LEASE,
) -> list[Nudge]:
    """Claim what is due, each nudge for one claimant: by due moment, then by priority.

    What a dead claimant left behind is claimed again, one at a time since it may be what killed
    the claimant. That counts as a try, and what was tried too often is failed.
    """
    await tx.run(_GIVE_UP, machine_now=machine_now)
    until = machine_now + lease
    one = min(limit, 1)
    rows = await tx.rows(_CLAIM_LEFT, machine_now=machine_now, until=until, most=one)
    rows = rows or await tx.rows(_CLAIM_DUE, now=now, until=until, most=limit)
    claimed = [Nudge(**row) for row in rows]
    return sorted(claimed, key=lambda each: (each.due_at, each.priority, each.id))


async def let_go(tx: Transaction, machine_now: datetime) -> None:
    """End all claims now; only where nobody else can be at work, such as at a start alone."""
    claimed = sa.update(nudges).where(nudges.c.state == "claimed")
    await tx.run(claimed.values(claimed_until=machine_now))


async def give_back(tx: Transaction, claimed: Collection[Nudge]) -> None:
    """End these claims, where they still are the claimant's own: nothing was done with them."""
    for each in claimed:
        await tx.run(_GIVE_BACK, nudge=each.id, until=each.claimed_until)


async def move(tx: Transaction, nudge: UUID, local: Local, due_at: datetime, reason: str) -> None:
    """Put a nudge off to another moment, for a reason; the moment it was planned for is kept."""
    await tx.run(
        _PUT_OFF,
        nudge=nudge,
        state="planned",
        local_day=local.day,
        local_time=local.at,
        zone=local.zone,
        due_at=due_at,
        reason=reason,
        claimed_until=None,
    )


async def fail(tx: Transaction, nudge: UUID, reason: str, again_at: datetime) -> None:
    """Count a try that raised; after the fifth the nudge is failed, until then due again then."""
    await tx.run(_FAIL, nudge=nudge, due_at=again_at, reason=reason, claimed_until=None)


async def next_due(tx: Transaction, after: datetime | None = None) -> datetime | None:
    """Give the moment at which something is due next, be it past; None when nothing is planned.

    With `after`, only what is due later than that counts.
    """
    row = await (tx.row(_NEXT) if after is None else tx.row(_NEXT_AFTER, now=after))
    return row["due_at"] if row else None
