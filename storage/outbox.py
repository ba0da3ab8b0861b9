"""The outbox: what is to be said, in order, and what became of it.

A row is claimed before it is sent and marked after. One that is found `sending` when its lease is
over may or may not have arrived: it is ambiguous, and never simply sent again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from storage.database import Transaction
from storage.errors import Erased
from storage.ids import new_id
from storage.statements import Statement, among
from storage.tables import addresses, people
from storage.tables_talk import outbox

State = Literal["pending", "sending", "sent", "failed", "unknown", "never_sent"]
LEASE: Final = timedelta(minutes=5)
BLOCK: Final = 2048  # bytes: the length of a message says nothing of what it is
_PERHAPS_SEEN: Final = ("sent", "unknown")
_ON_ITS_WAY: Final = ("pending", "sending")


@dataclass(frozen=True, slots=True)
class Row:
    """A message to be, or what is left of it: `body` is None once sent, given up or erased.

    `seq` counts the rows of one conversation. Lower `priority` goes first. `started_at` and
    `claimed_until` are the machine's time, all other moments the application's.
    """

    id: UUID
    person_id: UUID
    conversation: str
    seq: int
    priority: int
    kind: str
    body: Mapping[str, Any] | None = field(repr=False)
    due_at: datetime
    state: State
    tries: int
    claimed_until: datetime | None
    started_at: datetime | None
    sent_at: datetime | None
    platform_id: str | None
    reason: str | None
    dialogue_id: UUID | None
    question: str | None
    nudge_id: UUID | None
    used_at: datetime | None
    subject: str | None


async def put(  # noqa: PLR0913 - each argument is a column
    tx: Transaction,
    *,
    person: UUID,
    conversation: str,
    priority: int,
    kind: str,
    body: Mapping[str, object],
    due_at: datetime,
    dialogue: UUID | None = None,
    question: str | None = None,
    nudge: UUID | None = None,
    subject: str | None = None,
) -> UUID:
    """Add a message at the end of its conversation, and give its row's id."""
    await _lock(tx, conversation)
    row = new_id()
    values = {
        "id": row,
        "person_id": person,
        "conversation": conversation,
        "priority": priority,
        "kind": kind,
        "body": await tx.vault.seal_values(person, "outbox", "body", row, body, block=BLOCK),
        "due_at": due_at,
        "state": "pending",
        "tries": 0,
        "dialogue_id": dialogue,
        "question": question,
        "nudge_id": nudge,
        "subject": subject,
    }
    await tx.run(_PUT, whose=conversation, **values)
    return row


async def claim(
    tx: Transaction,
    now: datetime,
    machine_now: datetime,
    conversation: str | None = None,
    lease: timedelta = LEASE,
    without: Collection[UUID] = (),
) -> Row | None:
    """Claim the next message to send, of one conversation or of all; None when there is none.

    Whoever can be reached in one of the workspaces `without` is left out. The lowest priority
    number goes first. Within a conversation one message is under way at a time, and none passes an
    earlier one of its own priority or of a more urgent one, even if that waits for a later moment,
    unless that one only replaces what stands there; one that is sent, failed, unknown or never
    sent holds up nothing.
    """
    until = machine_now + lease
    while (found := await _find(tx, now, conversation, without)) is not None:
        await _lock(tx, found["conversation"])
        row = await tx.row(
            _CLAIM, row=found["id"], now=now, started_at=machine_now, claimed_until=until
        )
        # Nothing claimed: between finding and locking, another one took the conversation.
        if row is not None:
            tx.vault.know(row["person_id"], row.pop("data_key"))
            return await _row(tx, row)
    return None


async def claim_stale(
    tx: Transaction, machine_now: datetime, lease: timedelta = LEASE
) -> Row | None:
    """Claim a message whose sender died: it may have arrived. None when there is none."""
    row = await tx.row(_STALE, machine_now=machine_now)
    if row is None:
        return None
    await _mark(tx, row["id"], claimed_until=machine_now + lease)
    return await get(tx, row["id"])


async def let_go(tx: Transaction, machine_now: datetime) -> None:
    """End all claims now; only where nobody else can be at work, such as at a start alone."""
    sending = update(outbox).where(outbox.c.state == "sending")
    await tx.run(sending.values(claimed_until=machine_now))


async def give_back(tx: Transaction, row: Row, machine_now: datetime) -> None:
    """End this claim now, where it still is the claimant's own; the message may have arrived."""
    still = (outbox.c.id == row.id) & (outbox.c.claimed_until == row.claimed_until)
    left = update(outbox).where(still, outbox.c.state == "sending")
    await tx.run(left.values(claimed_until=machine_now))


async def mark_sent(tx: Transaction, row: UUID, platform_id: str | None, now: datetime) -> None:
    """Say that the platform took the message, under this id; its words are wiped."""
    await _mark(
        tx, row, state="sent", platform_id=platform_id, sent_at=now, body=None, reason=None
    )


async def mark_later(tx: Transaction, row: UUID, due_at: datetime, reason: str) -> None:
    """Put a message that was not sent back, to be claimed again from this moment on."""
    await _mark(tx, row, state="pending", due_at=due_at, reason=reason)


async def mark_untried(tx: Transaction, row: UUID, due_at: datetime) -> None:
    """Put a message back as it was before it was claimed, for nothing was tried."""
    await tx.run(_UNTRIED, row=row, later=due_at)


async def mark_failed(tx: Transaction, row: UUID, reason: str) -> None:
    """Give a message up for good; its words are wiped."""
    await _mark(tx, row, state="failed", reason=reason, body=None)


async def mark_unknown(tx: Transaction, row: UUID, reason: str, now: datetime) -> None:
    """Say that a message may have arrived, at about this moment; its words are wiped."""
    await _mark(tx, row, state="unknown", reason=reason, sent_at=now, body=None)


async def mark_never_sent(tx: Transaction, row: UUID, reason: str) -> None:
    """Say that a message is not to be sent any more; its words are wiped."""
    await _mark(tx, row, state="never_sent", reason=reason, body=None)


async def recall(tx: Transaction, dialogue: UUID, reason: str) -> None:
    """Let nothing of a dialogue be sent that was not yet."""
    gone = {"state": "never_sent", "reason": reason, "body": None, "claimed_until": None}
    await tx.run(_RECALL, dialogue=dialogue, **gone)


async def about(tx: Transaction, person: UUID, subject: str) -> list[Row]:
    """Read the messages to a person that show words of a subject, those that were sent or wait."""
    shown = (outbox.c.person_id == person) & (outbox.c.subject == subject)
    live = outbox.c.state.in_((*_ON_ITS_WAY, *_PERHAPS_SEEN)) & (outbox.c.kind == "message")
    found = select(outbox).where(shown, live).order_by(outbox.c.seq)
    return [await _row(tx, row) for row in await tx.rows(found)]


async def get(tx: Transaction, row: UUID) -> Row | None:
    """Read a row; None when there is none."""
    found = await tx.row(_GET, row=row)
    return await _row(tx, found) if found else None


async def waiting_of(tx: Transaction, person: UUID, kind: str) -> list[Row]:
    """Read what of a kind is not sent to a person yet."""
    waits = (outbox.c.person_id == person) & (outbox.c.state == "pending")
    found = select(outbox).where(waits, outbox.c.kind == kind).order_by(outbox.c.seq)
    return [await _row(tx, row) for row in await tx.rows(found)]


async def of_dialogue(tx: Transaction, dialogue: UUID) -> list[Row]:
    """Read a dialogue's rows in the order in which they were put."""
    found = select(outbox).where(outbox.c.dialogue_id == dialogue).order_by(outbox.c.seq)
    return [await _row(tx, row) for row in await tx.rows(found)]


async def last_proactive_sent_at(tx: Transaction, person: UUID) -> datetime | None:
    """Give the moment at which a nudge last reached this person, or may have."""
    row = await tx.row(_LAST_REACHED, person=person)
    return row["sent_at"] if row else None


async def proactive_sent_at(
    tx: Transaction, person: UUID, since: datetime | None = None
) -> list[datetime]:
    """Give the moments at which nudges reached this person, or may have, the oldest first."""
    if since is None:
        rows = await tx.rows(_REACHED, person=person)
    else:
        rows = await tx.rows(_REACHED_SINCE, person=person, since=since)
    return [row["sent_at"] for row in rows]


async def waiting(tx: Transaction) -> int:
    """Count the messages that are not sent yet."""
    found = select(func.count()).select_from(outbox)
    waits = found.where(outbox.c.state.in_(("pending", "sending")))
    return int((await tx.connection.execute(waits)).scalar_one())


async def next_due(tx: Transaction, after: datetime | None = None) -> datetime | None:
    """Give the moment at which a message is due next, be it past; None when none waits.

    With `after`, only what is due later than that counts.
    """
    row = await (tx.row(_NEXT) if after is None else tx.row(_NEXT_AFTER, now=after))
    return row["due_at"] if row else None


def _may_go() -> ColumnElement[bool]:
    other = outbox.alias("other")
    before = or_(
        other.c.priority < outbox.c.priority,
        and_(other.c.priority == outbox.c.priority, other.c.seq < outbox.c.seq),
    )
    # What replaces a message may have to wait for its platform; new messages need not.
    passed = and_(
        other.c.kind == "replace",
        other.c.due_at > bindparam("now"),
        outbox.c.kind == "message",
    )
    waits = and_(other.c.state == "pending", before, not_(passed))
    in_the_way = or_(other.c.state == "sending", waits)
    theirs = select(other.c.seq).where(other.c.conversation == outbox.c.conversation, in_the_way)
    # Not `NOT EXISTS`: PostgreSQL would join all that waits, to find the one row that may go.
    clear = theirs.limit(1).scalar_subquery().is_(None)
    return and_(_DUE, clear)


_DUE: Final = (outbox.c.state == "pending") & (outbox.c.due_at <= bindparam("now"))
_LEFT: Final = (outbox.c.state == "sending") & (outbox.c.claimed_until <= bindparam("machine_now"))
_MAY_GO: Final = _may_go()
_FREE: Final = (
    select(outbox.c.id, outbox.c.conversation)
    .where(_MAY_GO)
    .order_by(outbox.c.priority, outbox.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True, of=outbox)
)
_FIND: Final = Statement(_FREE)
_FIND_IN: Final = Statement(_FREE.where(outbox.c.conversation == bindparam("conversation")))
_ONE: Final = outbox.c.id == bindparam("row")
_DATA_KEY: Final = select(people.c.data_key).where(people.c.id == outbox.c.person_id)
_CLAIM: Final = Statement(
    update(outbox)
    .where(_ONE, _MAY_GO)
    .values(state="sending", tries=outbox.c.tries + 1)
    .returning(*outbox.c, _DATA_KEY.scalar_subquery().label("data_key"))
)
_STALE: Final = Statement(
    select(outbox.c.id)
    .where(_LEFT)
    .order_by(outbox.c.claimed_until)
    .limit(1)
    .with_for_update(skip_locked=True)
)
DUE: Final = select(outbox.c.id).where(_DUE | _LEFT)
_LAST: Final = select(func.coalesce(func.max(outbox.c.seq), 0)).where(
    outbox.c.conversation == bindparam("whose")
)
_PUT: Final = Statement(insert(outbox).values(seq=_LAST.scalar_subquery() + 1))
_GET: Final = Statement(select(outbox).where(_ONE))
_SET: Final = Statement(update(outbox).where(_ONE))
_UNTRIED: Final = Statement(
    update(outbox)
    .where(_ONE)
    .values(
        state="pending", tries=outbox.c.tries - 1, claimed_until=None, due_at=bindparam("later")
    )
)
_RECALL: Final = Statement(
    update(outbox).where(
        outbox.c.dialogue_id == bindparam("dialogue"), among(outbox.c.state, _ON_ITS_WAY)
    )
)
_NUDGED: Final = (
    select(outbox.c.sent_at)
    .where(outbox.c.person_id == bindparam("person"), outbox.c.nudge_id.is_not(None))
    .where(among(outbox.c.state, _PERHAPS_SEEN))
)
_REACHED: Final = Statement(_NUDGED.order_by(outbox.c.sent_at))
_REACHED_SINCE: Final = Statement(
    _NUDGED.where(outbox.c.sent_at >= bindparam("since")).order_by(outbox.c.sent_at)
)
_LAST_REACHED: Final = Statement(_NUDGED.order_by(outbox.c.sent_at.desc().nulls_last()).limit(1))
_COMING: Final = select(outbox.c.due_at).where(outbox.c.state == "pending")
_NEXT: Final = Statement(_COMING.order_by(outbox.c.due_at).limit(1))
_NEXT_AFTER: Final = Statement(
    _COMING.where(outbox.c.due_at > bindparam("now")).order_by(outbox.c.due_at).limit(1)
)


async def _find(
    tx: Transaction, now: datetime, conversation: str | None, without: Collection[UUID]
) -> dict[str, Any] | None:
    if without:
        there = addresses.c.workspace_id.in_(without) & (addresses.c.state == "reachable")
        theirs = select(addresses.c.person_id).where(there)
        free = _FREE.where(outbox.c.person_id.not_in(theirs))
        return await tx.row(free, now=now)
    if conversation is None:
        return await tx.row(_FIND, now=now)
    return await tx.row(_FIND_IN, now=now, conversation=conversation)


async def _lock(tx: Transaction, conversation: str) -> None:
    """Keep other transactions off the order of a conversation; SQLite has one writer anyway."""
    if tx.dialect == "postgresql":
        await tx.run(_ADVISORY_LOCK, conversation=conversation)


_HASH: Final = func.hashtextextended(bindparam("conversation", type_=String), 0)
_ADVISORY_LOCK: Final = Statement(select(func.pg_advisory_xact_lock(_HASH)))


async def _mark(tx: Transaction, row: UUID, **values: object) -> None:
    await tx.run(_SET, row=row, **{"claimed_until": None, **values})


async def _row(tx: Transaction, row: dict[str, Any]) -> Row:
    sealed = row.pop("body")
    body = None
    if sealed is not None:
        try:
            body = await tx.vault.open_values(
                row["person_id"], "outbox", "body", row["id"], sealed
            )
        except Erased:
            body = None
    return Row(**row, body=body)
