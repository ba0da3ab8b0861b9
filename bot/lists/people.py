"""Bringing people in: everybody on a roster is there afterwards, however often it is brought in.

An e-mail address tells who is who, or a user in a chat; what a roster says anew replaces what was
there, and what somebody chose themselves stands. Somebody who is not on it is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot import scene
from bot.errors import BadContent
from bot.lists.comparing import LOCAL, PLATFORMS, Frame, Outcome, Step, compare, framed, users_of
from bot.lists.entries import Entry
from bot.visits import replan
from storage import addresses, enrolments, erasures, listed, people
from storage.database import Transaction
from storage.failpoints import failpoint
from storage.organisations import Organisation

BATCH: Final = 500

__all__ = ["BATCH", "LOCAL", "BroughtIn", "bring_in", "carry_out", "counted"]


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How many people a roster added, how many it changed, and how many it found as they were."""

    new: int
    changed: int
    unchanged: int


async def bring_in(
    tx: Transaction,
    organisation: Organisation,
    entries: Sequence[Entry],
    *,
    file: str,
    now: datetime,
) -> BroughtIn:
    """Make the people of an organisation what a roster says; `file` is named in problems.

    Raises:
        BadContent: a row cannot be brought in, such as one with a manager whom nobody knows;
            nothing must be kept of the transaction then.

    """
    frame = await framed(tx, organisation, entries, file=file)
    outcomes = [each async for each in carry_out(tx, frame, entries, now)]
    if problems := [str(each.problem) for each in outcomes if each.problem]:
        raise BadContent("\n".join(problems))
    return counted(outcomes)


def counted(outcomes: Sequence[Outcome]) -> BroughtIn:
    """Count what became of the rows that were not refused."""
    counts = Counter(each.kind for each in outcomes)
    return BroughtIn(counts["new"], counts["changed"], counts["unchanged"])


async def carry_out(
    tx: Transaction, frame: Frame, entries: Sequence[Entry], now: datetime
) -> AsyncIterator[Outcome]:
    """Bring in all that can be, batch by batch, and tell of each row what became of it."""
    for start in range(0, len(entries), BATCH):
        steps = await compare(tx, frame, entries[start : start + BATCH], lock=True)
        await _write(tx, frame, steps, now)
        tx.vault.forget()
        failpoint("import.batch_written")
        for step in steps:
            yield step.outcome


async def _write(tx: Transaction, frame: Frame, steps: Sequence[Step], now: datetime) -> None:
    ours = frame.organisation.id
    for step in steps:
        if step.is_back:
            users = users_of(step.entry)
            await erasures.forget_mark(tx, ours, email=step.entry.email or None, users=users)
    written = [(each, each.after) for each in steps if each.after is not None]
    await listed.add_all(tx, ours, [after for step, after in written if step.before is None])
    await listed.change_all(tx, [after for step, after in written if step.before is not None])
    await _can_chat(tx, frame, steps)
    await _follow(tx, steps, now)


async def _can_chat(tx: Transaction, frame: Frame, steps: Sequence[Step]) -> None:
    """Give everybody an address in the chats that there are.

    In the local chat that is no e-mail address: this column is not sealed. In the others nothing
    is sent before the user was seen there.
    """
    people_ = [who.id for each in steps if (who := each.after or each.before)]
    if LOCAL in frame.homes:
        users = {str(person): person for person in people_}
        await _add(tx, frame.homes[LOCAL], users)
    for platform, column in PLATFORMS.items():
        if platform in frame.homes:
            users = {
                user: who.id
                for each in steps
                if (who := each.after or each.before) and (user := getattr(each.entry, column))
            }
            await _add_unmatched(tx, frame.homes[platform], users)


async def _add(tx: Transaction, home: UUID, users: Mapping[str, UUID]) -> None:
    new = users.keys() - await addresses.owners(tx, home, users.keys())
    await addresses.add_all(tx, home, {user: users[user] for user in sorted(new)}, preferred=True)


async def _add_unmatched(tx: Transaction, home: UUID, users: Mapping[str, UUID]) -> None:
    new = users.keys() - await addresses.owners(tx, home, users.keys())
    wanted = {user: users[user] for user in sorted(new)}
    await addresses.add_all(tx, home, wanted, state="unmatched")


async def _follow(tx: Transaction, steps: Sequence[Step], now: datetime) -> None:
    """Let what is planned follow: new hours or another zone, and who leads somebody now."""
    for step in steps:
        before, after = step.before, step.after
        if before is None or after is None:
            continue
        moved = (before.zone, before.rhythm) != (after.zone, after.rhythm)
        led = "manager" in step.outcome.changed
        if not (moved or led):
            continue
        for enrolment in await enrolments.of_person(tx, after.id):
            if led and enrolment.status in {"invited", "joined"}:
                manager = UUID(after.said["manager"]) if after.said["manager"] else None
                await enrolments.change(tx, enrolment.id, manager_id=manager)
            if moved:
                person = await people.get(tx, after.id)
                where = await scene.of_person(tx, person, now, enrolment.id)
                await replan(tx, enrolment.id, where.spacing, now)
