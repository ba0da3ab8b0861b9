"""What one person saw another do, told or asked for; and what a learner lets their buddy know.

What was seen is judged by whom it is about, alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from bot.deeds import AskWitness, Fact, Judged, Seen, Update, Witnessed
from bot.notes import note
from bot.sides import Side, is_here, of_colleague, of_reader
from storage import observations, plans, pledges
from storage.database import Transaction
from storage.observations import Observation
from storage.people import Person

FACTS = (Seen, Judged, AskWitness, Witnessed, Update)


async def apply(
    tx: Transaction, side: Side, keep: Mapping[str, Fact], withdraw: Mapping[str, Fact]
) -> None:
    """Take back what no longer holds, then keep what does."""
    for key, fact in withdraw.items():
        await _take_back(tx, side, key, fact)
    for key, fact in keep.items():
        await _keep(tx, side, key, fact)


async def _keep(tx: Transaction, side: Side, key: str, fact: Fact) -> None:
    match fact:
        case Seen():
            await _tell(tx, side, key, fact)
        case AskWitness(witness):
            await _ask_witness(tx, side, key, UUID(witness))
        case Witnessed(code):
            await _witnessed(tx, side, code)
        case Update():
            await _tell_buddy(tx, side, key, fact)
        case Judged(code):
            if side.subject:
                judged: observations.State = "kept" if code == "kept" else "refused"
                await observations.mark(tx, UUID(side.subject), judged)


async def _take_back(tx: Transaction, side: Side, key: str, fact: Fact) -> None:
    """Take back what was told to the learner, asked of a witness, or told to a buddy."""
    seen = await observations.under(tx, side.dialogue, key)
    if seen is None:
        return
    await observations.take_back(tx, seen)
    whose = await _who_read(tx, seen, fact)
    if whose:
        await note(tx, "retract", whose, str(seen.id), side.now)


async def _who_read(tx: Transaction, seen: Observation, fact: Fact) -> UUID | None:
    match fact:
        case AskWitness():
            return seen.author_id
        case Update():
            pledge = await pledges.get(tx, seen.pledge_id) if seen.pledge_id else None
            return pledge.colleague_id if pledge else None
        case _:
            return seen.person_id


async def _tell(tx: Transaction, side: Side, key: str, said: Seen) -> None:
    """Send what a colleague saw to the learner, who reads it alone."""
    pledge = await of_colleague(tx, side) or await of_reader(tx, side)
    if pledge is None:
        return
    seen = await observations.add(
        tx, person=pledge.person_id, enrolment=pledge.enrolment_id, pledge=pledge.id,
        author=side.person.id, dialogue=side.dialogue, key=key, kind=said.kind,
        words={"text": said.text}, now=side.now,
    )  # fmt: skip
    await note(tx, "seen", pledge.person_id, str(seen), side.now)


async def _ask_witness(tx: Transaction, side: Side, key: str, witness: UUID) -> None:
    """Ask one person one question; another choice takes the first one back."""
    await _take_back(tx, side, key, AskWitness(str(witness)))
    plan = await plans.current(tx, side.enrolment) if side.enrolment else None
    if side.enrolment is None or plan is None or not await is_here(tx, side.person, witness):
        return
    asked = await observations.add(
        tx, person=side.person.id, enrolment=side.enrolment, pledge=None, author=witness,
        dialogue=side.dialogue, key=key, kind="witness",
        words={"goal": plan.words.get("goal", "")}, now=side.now, state="asked",
    )  # fmt: skip
    await note(tx, "witness", witness, str(asked), side.now)


async def _tell_buddy(tx: Transaction, side: Side, key: str, said: Update) -> None:
    """Let the buddy read what was previewed; another text takes the first one back."""
    await _take_back(tx, side, key, said)
    pledge = await pledges.active_of(tx, side.enrolment) if side.enrolment else None
    plan = await plans.current(tx, side.enrolment) if side.enrolment else None
    if pledge is None or pledge.colleague_id is None or plan is None:
        return
    told = await observations.add(
        tx, person=side.person.id, enrolment=pledge.enrolment_id, pledge=pledge.id,
        author=side.person.id, dialogue=side.dialogue, key=key, kind=said.kind,
        words={"goal": plan.words.get("goal", ""), "text": said.text}, now=side.now,
    )  # fmt: skip
    await note(tx, "update", pledge.colleague_id, str(told), side.now)


async def _witnessed(tx: Transaction, side: Side, code: str) -> None:
    """Count a yes; of all else nothing stays, so the question is taken back in every case."""
    if side.subject is None:
        return
    asked = await observations.get(tx, UUID(side.subject))
    if asked is None or asked.author_id != side.person.id or asked.state != "asked":
        return
    await observations.mark(tx, asked.id, "confirmed" if code else "closed")
    await note(tx, "retract", side.person.id, side.subject, side.now)


async def leave(tx: Transaction, person: Person, now: datetime) -> None:
    """Take back what somebody was asked as a witness, as after a no."""
    for asked in await observations.asked_of(tx, person.id):
        await observations.mark(tx, asked.id, "closed")
        await note(tx, "retract", person.id, str(asked.id), now)
