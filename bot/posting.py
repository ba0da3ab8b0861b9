"""What a learner posts in the team's channel (dialogues c, C6): planned, changed, taken back.

A channel stands among people: so it has hours, a language and limits, and what is posted there is
a pledge of which the channel is the other side. Whoever reads it may answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from bot.deeds import Fact, PostPlan
from bot.notes import note
from bot.sides import Side
from scheduler.caps import BETWEEN_POSTS
from storage import cohorts, dialogues, enrolments, pledges
from storage.database import Transaction
from storage.pledges import Pledge

FACTS = (PostPlan,)


async def apply(
    tx: Transaction, side: Side, keep: Mapping[str, Fact], withdraw: Mapping[str, Fact]
) -> None:
    """Take back what no longer holds, then post what does."""
    for key in withdraw:
        held = await pledges.under(tx, side.dialogue, key)
        if held is not None:
            await _take_back(tx, held, side.now)
    for key, fact in keep.items():
        if isinstance(fact, PostPlan):
            await _post(tx, side, key, fact)


async def _take_back(tx: Transaction, posted: Pledge, now: datetime) -> None:
    """Take a post back, with what its readers offered and what they are about to write."""
    for each in (posted, *await pledges.helpers_of(tx, posted.enrolment_id)):
        await pledges.change(tx, each.id, state="ended", reason="withdrawn", ended_at=now)
        if each.colleague_id:
            await note(tx, "retract", each.colleague_id, str(each.id), now)
    if posted.colleague_id:
        for reader in await dialogues.readers_of(tx, str(posted.id), posted.colleague_id):
            await note(tx, "retract", reader, str(posted.id), now)


async def _post(tx: Transaction, side: Side, key: str, wish: PostPlan) -> None:
    """Post a plan, or show its new words where it stands."""
    line = wish.line
    words = {
        "if": line.if_, "then": line.then, "form": line.form, "language": line.language,
        "goal": "",
    }  # fmt: skip
    held = await pledges.under(tx, side.dialogue, key)
    if held is not None and held.colleague_id:
        await pledges.say(tx, held, words)
        await pledges.change(tx, held.id, version=held.version + 1)
        await note(tx, "post", held.colleague_id, str(held.id), side.now, held.version + 1)
        return
    channel = await _channel(tx, side.enrolment) if side.enrolment else None
    if channel is None or side.enrolment is None:
        return
    due_at = await _may_post(tx, side, channel)
    posted = await pledges.add(
        tx, person=side.person.id, enrolment=side.enrolment, dialogue=side.dialogue, key=key,
        colleague=channel, words=words, now=side.now, state="posted",
    )  # fmt: skip
    await note(tx, "post", channel, str(posted), due_at)


async def _channel(tx: Transaction, enrolment: UUID) -> UUID | None:
    course = await enrolments.get(tx, enrolment)
    return (await cohorts.get(tx, course.cohort_id)).team_channel_id


async def _may_post(tx: Transaction, side: Side, channel: UUID) -> datetime:
    """Give the moment from which a learner may post there again (docs/schedule section 6)."""
    before = [each.asked_at for each in await pledges.posted_of(tx, side.person.id, channel)]
    return max([side.now, *(each + BETWEEN_POSTS for each in before)])
