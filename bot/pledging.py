"""What two people keep together: a pledge from asking to its end, one version at a time.

Each side acts in a transaction of its own, with its own person locked and then the pledge. What
concerns the other becomes a nudge of theirs: so their hours, limits and pauses apply, and nobody
ever writes into somebody else's dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from bot.deeds import (
    AskWitness,
    Fact,
    HoldMe,
    Joint,
    Judged,
    Reply,
    Seen,
    StillFine,
    Witnessed,
    Yes,
)
from bot.notes import note
from bot.visits import rhythm_of
from scheduler.buddy import askings
from scheduler.hours import working_days_after
from scheduler.local import Local, local_of, to_utc
from storage import enrolments, observations, people, plans, pledges
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.people import Person
from storage.pledges import Pledge

FACTS = (HoldMe, Reply, Joint, Yes, Seen, Judged, StillFine, AskWitness, Witnessed)
MOST_LEARNERS = 2  # a buddy has at most two learners (dialogues b, B13)
PATIENCE = 3  # working days (dialogues c, C5)


@dataclass(frozen=True, slots=True)
class Side:
    """Whose turn it is: the person, their dialogue and what it is about."""

    person: Person
    dialogue: UUID
    now: datetime
    subject: str | None = None
    enrolment: UUID | None = None


async def apply(
    tx: Transaction, side: Side, keep: Mapping[str, Fact], withdraw: Mapping[str, Fact]
) -> None:
    """Withdraw what no longer holds, then keep what does."""
    for key, fact in withdraw.items():
        await _withdraw(tx, side, key, fact)
    for key, fact in keep.items():
        await _keep(tx, side, key, fact)


async def may_be_asked(tx: Transaction, learner: Person, colleague: UUID) -> bool:
    """Say whether somebody may be asked to hold a learner to something."""
    is_here = await _is_here(tx, learner, colleague)
    return is_here and await pledges.learners_of(tx, colleague) < MOST_LEARNERS


async def _keep(  # noqa: C901 - one case a fact
    tx: Transaction, side: Side, key: str, fact: Fact
) -> None:
    match fact:
        case HoldMe():
            await _ask(tx, side, key, fact)
        case Reply(code):
            await _reply(tx, side, code)
        case Joint():
            await _promise(tx, side, fact)
        case Yes(version):
            await _agree(tx, side, version)
        case Seen():
            await _tell(tx, side, key, fact)
        case StillFine(code):
            await _go_on(tx, side, code)
        case AskWitness(witness):
            await _ask_witness(tx, side, key, UUID(witness))
        case Witnessed(code):
            await _witnessed(tx, side, code)
        case Judged(code):
            if side.subject:
                judged: observations.State = "kept" if code == "kept" else "refused"
                await observations.mark(tx, UUID(side.subject), judged)


async def _withdraw(tx: Transaction, side: Side, key: str, fact: Fact) -> None:
    match fact:
        case HoldMe():
            pledge = await pledges.under(tx, side.dialogue, key)
            if pledge:
                await end(tx, pledge, "withdrawn", side.now)
        case Seen() | AskWitness():
            seen = await observations.under(tx, side.dialogue, key)
            if seen:
                await observations.mark(tx, seen.id, "withdrawn")
                whose = seen.author_id if isinstance(fact, AskWitness) else seen.person_id
                if whose:
                    await note(tx, "retract", whose, str(seen.id), side.now)


async def _ask(tx: Transaction, side: Side, key: str, wish: HoldMe) -> None:
    """Ask a colleague, or put what the learner says now before the one who was asked."""
    before = await _before(tx, side, key)
    colleague = UUID(wish.colleague)
    if before is not None and before.colleague_id == colleague:
        await _reword(tx, side, before, wish)
        return
    if before is not None:
        await end(tx, before, "withdrawn", side.now)
    if side.enrolment is None:
        return
    may = await may_be_asked(tx, side.person, colleague)
    pledge = await pledges.add(
        tx, person=side.person.id, enrolment=side.enrolment, dialogue=side.dialogue, key=key,
        colleague=colleague, words=await _words(tx, side, wish), now=side.now,
    )  # fmt: skip
    # Whatever comes of it, the learner hears of it at the same moment (dialogues c, C5).
    ends = await _patience_ends(tx, side.person, colleague, side.now)
    await note(tx, "ask_another", side.person.id, str(pledge), ends)
    if may:
        await note(tx, "hold_me", colleague, str(pledge), side.now)
    else:
        await pledges.change(tx, pledge, state="ended", reason="full", ended_at=side.now)


async def _patience_ends(
    tx: Transaction, learner: Person, colleague: UUID, now: datetime
) -> datetime:
    try:
        asked = await people.get(tx, colleague)
    except (Missing, Erased):
        asked = learner
    return patience_ends(asked, now)


async def _before(tx: Transaction, side: Side, key: str) -> Pledge | None:
    if side.subject:
        pledge = await pledges.get(tx, UUID(side.subject), lock=True)
        if pledge and pledge.is_open and pledge.person_id == side.person.id:
            return pledge
    return await pledges.under(tx, side.dialogue, key)


async def _words(tx: Transaction, side: Side, wish: HoldMe) -> dict[str, object]:
    line = wish.line
    if line is not None:
        return {
            "if": line.if_, "then": line.then, "form": line.form, "language": line.language,
            "goal": wish.goal,
        }  # fmt: skip
    plan = await plans.current(tx, side.enrolment) if side.enrolment else None
    if plan is None:
        return {"if": "", "then": "", "form": "clause", "language": "nl", "goal": ""}
    words = {name: plan.words.get(name, "") for name in ("if", "then", "goal")}
    return {**words, "form": plan.form, "language": plan.language}


async def _reword(tx: Transaction, side: Side, pledge: Pledge, wish: HoldMe) -> None:
    """Put a new version before the colleague; whoever changed it says yes to it."""
    words = await _words(tx, side, wish)
    words["goal"] = words["goal"] or pledge.words.get("goal", "")
    await pledges.say(tx, pledge, words)
    version = pledge.version + 1
    await pledges.change(tx, pledge.id, version=version, own_yes=version)
    kind = "hold_me" if pledge.state == "asked" else "agree"
    if pledge.colleague_id:
        await note(tx, kind, pledge.colleague_id, str(pledge.id), side.now, version)


async def _reply(tx: Transaction, side: Side, code: str) -> None:
    pledge = await _of_colleague(tx, side)
    if pledge is None:
        return
    if code == "accepted":
        await pledges.change(tx, pledge.id, state="accepted")
    else:
        await end(tx, pledge, code, side.now)


async def _promise(tx: Transaction, side: Side, joint: Joint) -> None:
    """Keep the colleague's line; a changed one is a new version, to which they say yes."""
    pledge = await _of_colleague(tx, side)
    if pledge is None:
        return
    said = {"code": joint.code, "text": joint.text}
    is_change = pledge.theirs is not None and dict(pledge.theirs) != said
    await pledges.answer(tx, pledge, said)
    version = pledge.version + 1 if is_change else pledge.version
    await pledges.change(tx, pledge.id, version=version, their_yes=version)
    await note(tx, "agree", pledge.person_id, str(pledge.id), side.now, version)


async def _agree(tx: Transaction, side: Side, version: int) -> None:
    """Count a yes, if it is to what the agreement says now."""
    if side.subject is None:
        return
    pledge = await pledges.get(tx, UUID(side.subject), lock=True)
    if pledge is None or not pledge.is_open or version != pledge.version:
        return
    column = "own_yes" if side.person.id == pledge.person_id else "their_yes"
    await pledges.change(tx, pledge.id, **{column: version})
    agreed = await pledges.get(tx, pledge.id)
    if agreed and agreed.is_agreed and agreed.state != "active":
        await pledges.change(tx, pledge.id, state="active", active_at=side.now)
        await _plan_buddy(tx, agreed, side.now)


async def _plan_buddy(tx: Transaction, pledge: Pledge, now: datetime) -> None:
    """Plan what the colleague is asked and told from here to the end."""
    enrolment = await enrolments.get(tx, pledge.enrolment_id)
    if pledge.colleague_id is None or enrolment.training_day is None:
        return
    rhythm = rhythm_of(await people.get(tx, pledge.colleague_id))
    for each in askings(rhythm, enrolment.training_day, now):
        await note(tx, each.kind, pledge.colleague_id, str(pledge.id), each.due_at, each.number)


async def _go_on(tx: Transaction, side: Side, code: str) -> None:
    """Go on as before, less often, or not at all; the end comes by itself when it is over."""
    pledge = await _of_colleague(tx, side)
    if pledge is None:
        return
    if code == "over":
        ended = {"state": "ended", "reason": "over", "ended_at": side.now}
        await pledges.change(tx, pledge.id, **ended)
    elif code == "out":
        await end(tx, pledge, "left", side.now)
        await note(tx, "ask_another", pledge.person_id, str(pledge.id), side.now, 2)
    else:
        await pledges.answer(tx, pledge, {**(pledge.theirs or {}), "pace": code})


async def _tell(tx: Transaction, side: Side, key: str, said: Seen) -> None:
    """Send what a colleague saw to the learner, who reads it alone."""
    pledge = await _of_colleague(tx, side)
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
    before = await observations.under(tx, side.dialogue, key)
    if before is not None:
        await observations.mark(tx, before.id, "withdrawn")
        if before.author_id:
            await note(tx, "retract", before.author_id, str(before.id), side.now)
    plan = await plans.current(tx, side.enrolment) if side.enrolment else None
    if side.enrolment is None or plan is None or not await _is_here(tx, side.person, witness):
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


async def _is_here(tx: Transaction, learner: Person, other: UUID) -> bool:
    try:
        found = await people.get(tx, other)
    except (Missing, Erased):
        return False
    is_other = found.id != learner.id and found.status == "active"
    return is_other and found.organisation_id == learner.organisation_id


async def _of_colleague(tx: Transaction, side: Side) -> Pledge | None:
    """Lock the pledge that a colleague's dialogue is about; None once it is over."""
    pledge = await pledges.get(tx, UUID(side.subject), lock=True) if side.subject else None
    if pledge is None or not pledge.is_open or pledge.colleague_id != side.person.id:
        return None
    return pledge


async def end(tx: Transaction, pledge: Pledge, reason: str, now: datetime) -> None:
    """End a pledge: what was shown of it to the colleague is taken back."""
    await pledges.change(tx, pledge.id, state="ended", reason=reason, ended_at=now)
    if pledge.colleague_id:
        await note(tx, "retract", pledge.colleague_id, str(pledge.id), now)


def patience_ends(colleague: Person, asked_at: datetime) -> datetime:
    """Give the moment from which a learner hears that it came to nothing, whatever the reason."""
    rhythm = rhythm_of(colleague)
    asked = local_of(asked_at, rhythm.zone)
    day = working_days_after(rhythm, asked.day, PATIENCE)
    return to_utc(Local(day, time(23, 59, 59), rhythm.zone))
