"""What two people keep together: a pledge from asking to its end, one version at a time.

Each side acts in a transaction of its own, with its own person locked and then the pledge. What
concerns the other becomes a nudge of theirs: so their hours, limits and pauses apply, and nobody
ever writes into somebody else's dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from bot import buddying
from bot.deeds import (
    Fact,
    HoldMe,
    Joint,
    NewPlan,
    Reply,
    StillFine,
    Yes,
)
from bot.notes import note
from bot.phrases import PlanLine
from bot.sides import MOST_LEARNERS, Side, is_here, of_colleague
from bot.visits import rhythm_of
from scheduler.hours import (
    next_open,
    working_days_after,
)
from scheduler.local import Local, local_of, to_utc
from storage import nudges, observations, people, plans, pledges
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.people import Person
from storage.pledges import Pledge, State

FACTS = (HoldMe, Reply, Joint, Yes, StillFine, NewPlan)
PATIENCE = 3  # working days (dialogues c, C5)


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
    there = await is_here(tx, learner, colleague)
    return there and await pledges.learners_of(tx, colleague, learner.id) < MOST_LEARNERS


async def _keep(tx: Transaction, side: Side, key: str, fact: Fact) -> None:
    match fact:
        case HoldMe():
            await _ask(tx, side, key, fact)
        case Reply(code):
            await _reply(tx, side, code)
        case Joint():
            await _promise(tx, side, fact)
        case Yes(version):
            await _agree(tx, side, version)
        case StillFine(code):
            await _go_on(tx, side, code)
        case NewPlan(line):
            await _renew(tx, side, line)


async def _withdraw(tx: Transaction, side: Side, key: str, fact: Fact) -> None:
    match fact:
        case HoldMe():
            pledge = await pledges.under(tx, side.dialogue, key)
            if pledge:
                await end(tx, pledge, "withdrawn", side.now)
        case NewPlan():
            # What was shown before is not known any more, so all of it is taken back.
            for pledge in await pledges.open_of(tx, side.enrolment) if side.enrolment else ():
                await end(tx, pledge, "withdrawn", side.now)


async def _ask(tx: Transaction, side: Side, key: str, wish: HoldMe) -> None:
    """Ask a colleague, or put what the learner says now before the one who was asked."""
    before = await _before(tx, side, key)
    colleague = UUID(wish.colleague)
    if before is not None and before.colleague_id == colleague:
        await _reword(tx, side, before, wish)
        return
    if before is not None:
        await end(tx, before, "withdrawn", side.now)
    is_too_late = before is None and await _has_ended(tx, side, key, wish)
    if side.enrolment is None or is_too_late:
        return
    may = await may_be_asked(tx, side.person, colleague)
    there = await _there(tx, colleague)
    pledge = await pledges.add(
        tx, person=side.person.id, enrolment=side.enrolment, dialogue=side.dialogue, key=key,
        colleague=there.id if there else None, words=await _words(tx, side, wish), now=side.now,
    )  # fmt: skip
    # Whatever comes of it, the learner hears of it at the same moment (dialogues c, C5).
    rhythm = rhythm_of(there or side.person)
    # From when they may read it on: so it is the same for whom there was no time to ask at all.
    ends = patience_ends(there or side.person, next_open(rhythm, side.now))
    await note(tx, "ask_another", side.person.id, str(pledge), ends)
    if may:
        await note(tx, "hold_me", colleague, str(pledge), side.now)
    else:
        await pledges.change(tx, pledge, state="ended", reason="full", ended_at=side.now)


async def _has_ended(tx: Transaction, side: Side, key: str, wish: HoldMe) -> bool:
    """Say whether another plan is all that is new about what came to an end meanwhile.

    A colleague is asked once: of a no, the learner does not know yet when they change their plan.
    """
    if side.subject is not None:
        return wish.line is not None
    last = await pledges.last_under(tx, side.dialogue, key)
    is_theirs = last is not None and str(last.colleague_id or wish.colleague) == wish.colleague
    return is_theirs and last is not None and last.reason != "withdrawn"


async def _there(tx: Transaction, colleague: UUID) -> Person | None:
    try:
        return await people.get(tx, colleague)
    except (Missing, Erased):
        return None


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


async def _renew(tx: Transaction, side: Side, line: PlanLine) -> None:
    """Show the plan of today to everybody who holds the learner to it."""
    for pledge in await pledges.open_of(tx, side.enrolment) if side.enrolment else ():
        await _reword(tx, side, pledge, HoldMe(str(pledge.colleague_id), line, ""))


async def _reword(tx: Transaction, side: Side, pledge: Pledge, wish: HoldMe) -> None:
    """Put a new version before the colleague; whoever changed it says yes to it.

    Unless they never read what the colleague will do: then they are asked as well.
    """
    words = await _words(tx, side, wish)
    words["goal"] = words["goal"] or pledge.words.get("goal", "")
    await pledges.say(tx, pledge, words)
    version, state = pledge.version + 1, _until_both_agree(pledge)
    has_read = pledge.theirs is None or side.has_read(pledge)
    yes = version if has_read else None
    await pledges.change(tx, pledge.id, version=version, own_yes=yes, state=state)
    kind = "hold_me" if pledge.state == "asked" else "agree"
    if pledge.colleague_id:
        await note(tx, kind, pledge.colleague_id, str(pledge.id), side.now, version)
    if not has_read:
        await note(tx, "agree", pledge.person_id, str(pledge.id), side.now, version)


async def _reply(tx: Transaction, side: Side, code: str) -> None:
    pledge = await of_colleague(tx, side)
    if pledge is None:
        return
    if code == "accepted":
        state = "accepted" if pledge.state == "asked" else pledge.state
        await pledges.change(tx, pledge.id, state=state)
    else:
        await end(tx, pledge, code, side.now)


async def _promise(tx: Transaction, side: Side, joint: Joint) -> None:
    """Keep the colleague's line; a changed one is a new version, to which they say yes.

    If the plan changed while they answered, what they said yes to is no version that holds: then
    both are asked. The first line undoes a yes that the learner gave when there was none.
    """
    pledge = await of_colleague(tx, side)
    if pledge is None:
        return
    said = {**(pledge.theirs or {}), "code": joint.code, "text": joint.text}
    has_read, is_first = side.has_read(pledge), pledge.theirs is None
    is_change = not has_read or (pledge.theirs is not None and dict(pledge.theirs) != said)
    await pledges.answer(tx, pledge, said)
    version = pledge.version + 1 if is_change else pledge.version
    state = _until_both_agree(pledge) if is_change else pledge.state
    yes = {"their_yes": version if has_read else None}
    yes |= {"own_yes": None} if is_first else {}
    await pledges.change(tx, pledge.id, version=version, state=state, **yes)
    await note(tx, "agree", pledge.person_id, str(pledge.id), side.now, version)
    if not has_read:
        await note(tx, "agree", side.person.id, str(pledge.id), side.now, version)


def _until_both_agree(pledge: Pledge) -> State:
    """Say how a pledge stands once it says something else: it holds when both said yes to that."""
    return "accepted" if pledge.state == "active" else pledge.state


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
        await buddying.plan(tx, agreed, side.now)


async def _go_on(tx: Transaction, side: Side, code: str) -> None:
    """Go on as before, less often, or not at all; the end comes by itself when it is over."""
    pledge = await of_colleague(tx, side)
    if pledge is None:
        return
    if code == "over":
        await end(tx, pledge, "over", side.now)  # what was lent to a pair goes back with it
    elif code == "out":
        await _part(tx, pledge, side.now)
    else:
        await pledges.answer(tx, pledge, {**(pledge.theirs or {}), "pace": code})


async def leave(tx: Transaction, person: Person, now: datetime) -> None:
    """End all that somebody was asked as a colleague; of why, nobody is told.

    What they asked somebody else themselves, who was not told of it yet, is not asked any more.
    """
    for each in await pledges.of_person(tx, person.id):
        asked = each.colleague_id if each.state == "asked" else None
        if asked and await nudges.is_planned(tx, asked, "hold_me", str(each.id)):
            await end(tx, each, "withdrawn", now)
    for each in await pledges.of_colleague(tx, person.id):
        pledge = await pledges.get(tx, each.id, lock=True)
        if pledge is not None and pledge.is_open:
            await _part(tx, pledge, now)


async def _part(tx: Transaction, pledge: Pledge, now: datetime) -> None:
    """End a pledge at the colleague's wish, and let the learner choose anew.

    Who did not hear yet that it came to something hears at the moment that was planned for it.
    """
    await end(tx, pledge, "left", now)
    if not await nudges.is_planned(tx, pledge.person_id, "ask_another", str(pledge.id)):
        await note(tx, "ask_another", pledge.person_id, str(pledge.id), now, 2)


async def let_go_unasked(tx: Transaction, pledge: UUID, now: datetime) -> None:
    """End what nobody was asked; the learner hears when all of them do that it came to nothing."""
    held = await pledges.get(tx, pledge, lock=True)
    if held is None or held.state != "asked" or held.colleague_id is None:
        return
    if not await nudges.was_opened(tx, held.colleague_id, "hold_me", str(pledge)):
        await end(tx, held, "unasked", now)


async def end(tx: Transaction, pledge: Pledge, reason: str, now: datetime) -> None:
    """End a pledge: what was shown of it to the colleague is taken back."""
    await pledges.change(tx, pledge.id, state="ended", reason=reason, ended_at=now)
    if pledge.colleague_id:
        for subject in (pledge.id, *await observations.told_in(tx, pledge.id)):
            await note(tx, "retract", pledge.colleague_id, str(subject), now)


def patience_ends(colleague: Person, asked_at: datetime) -> datetime:
    """Give the moment from which a learner hears that it came to nothing, whatever the reason."""
    rhythm = rhythm_of(colleague)
    asked = local_of(asked_at, rhythm.zone)
    day = working_days_after(rhythm, asked.day, PATIENCE)
    return to_utc(Local(day, time(23, 59, 59), rhythm.zone))
