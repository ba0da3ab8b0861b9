"""What somebody answers to a post in a channel: it opens a talk of their own, with them alone.

A post asks for ever and belongs to nobody, so its buttons are never used up.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot import opening, scene, talk
from bot.brief import Brief
from bot.dialogues.post import HELP, SAW, TIP
from bot.sides import MOST_LEARNERS, is_here
from bot.state import load
from bot.talk import Voice
from scheduler.buddy import LASTS
from scheduler.local import local_of
from storage import dialogues, enrolments, pledges
from storage.database import Transaction
from storage.dialogues import Dialogue
from storage.ids import new_id
from storage.people import Person
from storage.pledges import Pledge

KIND = "post"
_OPENS = {SAW: "saw_it", TIP: "tip", HELP: "help_out"}


async def answer(
    tx: Transaction, person: Person, row: Dialogue, option: object, now: datetime
) -> str | None:
    """Open what a reader of a post chose; else say by the key of a text why that cannot be."""
    posted = await pledges.get(tx, UUID(row.subject or ""), lock=True)
    if posted is None or not posted.is_open or posted.colleague_id != row.person_id:
        return "common.no_longer_shared"
    if person.id == posted.person_id:
        return "post.own"
    if option not in _OPENS or not await _goes_on(tx, person, posted, now):
        return "common.gone"
    subject = posted
    if option == HELP:
        refused = await _cannot_help(tx, person, posted)
        if refused is not None:
            return refused
        subject = await _pledged(tx, person, posted, row.id, now)
    await _open(tx, person, _OPENS[str(option)], subject, now)
    return None


async def _goes_on(tx: Transaction, person: Person, posted: Pledge, now: datetime) -> bool:
    """Say whether a learner works where whoever asks does, and their course is not over.

    Whether they stopped meanwhile, nobody is told: it is over on the same day for all.
    """
    course = await enrolments.get(tx, posted.enrolment_id)
    first = course.training_day or course.enrolled_on
    is_over = local_of(now, person.zone).day > first + LASTS
    return not is_over and await is_here(tx, person, posted.person_id)


async def _cannot_help(tx: Transaction, person: Person, posted: Pledge) -> str | None:
    held = await pledges.of_colleague(tx, person.id)
    if any(each.person_id == posted.person_id for each in held):
        return "post.helps_already"
    if len({each.person_id for each in held}) >= MOST_LEARNERS:
        return "post.full"
    return None


async def _pledged(
    tx: Transaction, person: Person, posted: Pledge, dialogue: UUID, now: datetime
) -> Pledge:
    """Let a reader become one more who holds the learner to it, once both say yes."""
    added = await pledges.add(
        tx, person=posted.person_id, enrolment=posted.enrolment_id, dialogue=dialogue,
        key=f"{pledges.OFFERED}{person.id}", colleague=person.id, words=posted.words, now=now,
        state="accepted",
    )  # fmt: skip
    pledge = await pledges.get(tx, added)
    assert pledge is not None  # noqa: S101  just added
    return pledge


async def _open(
    tx: Transaction, person: Person, kind: str, subject: Pledge, now: datetime
) -> None:
    where = await scene.of_person(tx, person, now, None, str(subject.id))
    brief = Brief(
        kind, subject=str(subject.id), version=subject.version, learner=str(subject.person_id),
        colleague=str(person.id), about="colleague",
    )  # fmt: skip
    for held in await dialogues.about(tx, person.id, str(subject.id)):
        if held.kind == kind and held.state == "open":
            await talk.ask_again(where, load(held), Voice())
            return
    voice = Voice(footer=await opening.footer_of(where))
    await talk.begin(where, kind, brief, voice, new_id())
