"""What a letter shows of somebody else, gathered at the moment it is put into words.

A letter holds ids only. Here is decided what its reader may see of a pledge or an observation
now: what was withdrawn, declined or erased meanwhile is not lent, so it is never shown again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from bot import colleagues
from bot.letters import Letter
from bot.matrix import Sight, may_see
from bot.phrases import Label, Lent, Named, PlanLine
from bot.rendering import Around, Loan, Reader
from bot.scene import House, Scene
from storage import observations, people, pledges
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.observations import Observation
from storage.people import Person
from storage.pledges import Pledge

NOTHING: frozenset[Sight] = frozenset()
JOINT = "hold_me.promise"  # the row whose options say what a colleague will do


async def reader(where: Scene, letter: Letter, house: House) -> Reader:
    """Describe the reader of a letter, with what of others it may show."""
    asks = any(each.input == "person" for each in letter.asked)
    there = await colleagues.of(where) if asks else ()
    is_own = where.subject is None
    around = await gather(where.tx, letter, where.person, there, is_own=is_own)
    return replace(where.reader(house), around=around)


async def gather(
    tx: Transaction, letter: Letter, reader: Person, there: tuple[tuple[str, str], ...] = (), *,
    is_own: bool = False,
) -> Around:  # fmt: skip
    """Find the names and words of others that a letter may show its reader."""
    values = list(_values(letter))
    named = {value.person for value in values if isinstance(value, Named)}
    named |= {
        answer.text
        for each in letter.asked
        if each.input == "person" and (answer := letter.answers.get(each.key)) and answer.text
        if answer.text not in each.options
    }
    # In a talk of one's own somebody who went is "your colleague"; elsewhere nothing is shown.
    names = {person: await _name(tx, person, reader) for person in named}
    known = {person: name or "" for person, name in names.items() if name or is_own}
    loans: dict[tuple[str, str], Loan] = {}
    for value in values:
        if isinstance(value, Lent):
            loan = await _loan(tx, value, reader.id)
            loans |= {(value.subject, value.part): loan} if loan else {}
    return Around(known, loans, there)


def _values(letter: Letter) -> Iterator[object]:
    for line in letter.lines:
        yield from line.values.values()
    for each in letter.asked:
        yield from each.values.values()


async def _name(tx: Transaction, person: str, reader: Person) -> str | None:
    try:
        found = await people.get(tx, UUID(person))
    except (Erased, Missing, ValueError):
        return None
    return found.name if found.organisation_id == reader.organisation_id else None


async def _loan(tx: Transaction, value: Lent, reader: UUID) -> Loan | None:
    seen = await observations.get(tx, UUID(value.subject))
    if seen is not None:
        return await _observed(tx, seen, reader, value.part)
    pledge = await pledges.get(tx, UUID(value.subject))
    return _pledged(pledge, reader, value.part) if pledge else None


async def _observed(tx: Transaction, seen: Observation, reader: UUID, part: str) -> Loan | None:
    """Lend what was seen to whom it is about, to a witness only what they are asked.

    What a learner lets their buddy know is lent to that buddy.
    """
    if reader == seen.person_id:
        may = seen.state != "withdrawn" and may_see("observation", "learner")
    elif seen.kind in observations.TOLD:
        pledge = await pledges.get(tx, seen.pledge_id) if seen.pledge_id else None
        is_told = pledge and pledge.is_open and reader == pledge.colleague_id
        is_shared = is_told and seen.state == "sent"
        may = may_see("update", "buddy", {"shared"} if is_shared else NOTHING)
    else:
        is_asked = reader == seen.author_id and seen.state == "asked" and part == "goal"
        may = may_see("plan", "witness", {"question"} if is_asked else NOTHING)
    return Loan(seen.person_id, str(seen.words.get(part, ""))) if may else None


def _pledged(pledge: Pledge, reader: UUID, part: str) -> Loan | None:
    """Lend an agreement to its two sides: to the colleague for as long as it is open."""
    if reader == pledge.person_id:
        may = may_see("plan", "learner")
    else:
        is_lent = reader == pledge.colleague_id and pledge.is_open
        in_channel = may_see("plan", "team_channel", {"shared"} if is_lent else NOTHING)
        between_two = may_see("plan", "buddy", {"pair"} if is_lent else NOTHING)
        may = in_channel if pledge.state == "posted" else between_two
    if not may:
        return None
    return _theirs(pledge) if part == "theirs" else _own(pledge, part)


def _theirs(pledge: Pledge) -> Loan | None:
    said = pledge.theirs
    if said is None or pledge.colleague_id is None:
        return None
    text = str(said["text"])
    return Loan(pledge.colleague_id, text or Label(JOINT, str(said["code"])))


def _own(pledge: Pledge, part: str) -> Loan | None:
    words = {name: str(value) for name, value in pledge.words.items()}
    line = PlanLine(words["if"], words["then"], words["form"], words["language"])
    return Loan(pledge.person_id, line if part == "plan" else line.if_)
