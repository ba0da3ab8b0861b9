"""What one person saw another do: told, asked for, and judged by whom it is about alone."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bot.deeds import AskWitness, Fact, Judged, Seen, Witnessed
from bot.notes import note
from bot.sides import Side, is_here, of_colleague
from storage import observations, plans
from storage.database import Transaction

FACTS = (Seen, Judged, AskWitness, Witnessed)


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
        case Judged(code):
            if side.subject:
                judged: observations.State = "kept" if code == "kept" else "refused"
                await observations.mark(tx, UUID(side.subject), judged)


async def _take_back(tx: Transaction, side: Side, key: str, fact: Fact) -> None:
    """Take back what was told to the learner, or asked of a witness."""
    seen = await observations.under(tx, side.dialogue, key)
    if seen is None:
        return
    await observations.mark(tx, seen.id, "withdrawn")
    whose = seen.author_id if isinstance(fact, AskWitness) else seen.person_id
    if whose:
        await note(tx, "retract", whose, str(seen.id), side.now)


async def _tell(tx: Transaction, side: Side, key: str, said: Seen) -> None:
    """Send what a colleague saw to the learner, who reads it alone."""
    pledge = await of_colleague(tx, side)
    if pledge is None:
        return
    seen = await observations.add(
        tx, person=pledge.person_id, enrolment=pledge.enrolment_id, pledge=pledge.id,
        author=side.person.id, dialogue=side.dialogue, key=key, kind=said.kind, words=said.text,
        now=side.now,
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
        dialogue=side.dialogue, key=key, kind="witness", words=str(plan.words.get("goal", "")),
        now=side.now, state="asked",
    )  # fmt: skip
    await note(tx, "witness", witness, str(asked), side.now)


async def _witnessed(tx: Transaction, side: Side, code: str) -> None:
    """Count a yes; of all else nothing stays, so the question is taken back in every case."""
    if side.subject is None:
        return
    asked = await observations.get(tx, UUID(side.subject))
    if asked is None or asked.author_id != side.person.id or asked.state != "asked":
        return
    await observations.mark(tx, asked.id, "confirmed" if code else "closed")
    await note(tx, "retract", side.person.id, side.subject, side.now)
