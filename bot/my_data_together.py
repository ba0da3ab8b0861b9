"""What is kept of a person together with others: what was agreed, and what others saw of them.

Of a colleague's plan nothing stands here: it is the learner's, and stands in the learner's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias
from uuid import UUID

from bot.corroboration import count_confirmed
from bot.my_data_course import Item
from bot.telling import Teller
from bot.visibility import Grant, Owned, PublicName, plain, show
from scheduler.local import local_of
from storage import enrolments, nudges, observations, people, pledges
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.observations import Observation
from storage.pledges import Pledge

Standing: TypeAlias = Literal["asked", "waits", "agreed", "posted", "ended"]

_JOINT: Final = "hold_me.promise"  # the row whose options say what a colleague will do
_NEVER_MIND: Final = frozenset({"withdrawn", "over"})  # ends of which nobody has to wait


async def standing(tx: Transaction, pledge: Pledge) -> Standing:
    """Say how an agreement stands, as its learner may know it.

    Why a colleague does not join in is not to be told from when it shows (dialogues c, C5): so
    what came to nothing stays asked until the learner hears of it.
    """
    if pledge.state == "posted":
        return "posted"
    if pledge.is_open:
        return "asked" if pledge.theirs is None else "agreed" if pledge.is_agreed else "waits"
    came_to_nothing = pledge.active_at is None and pledge.reason not in _NEVER_MIND
    if not came_to_nothing:
        return "ended"
    is_to_hear = await nudges.is_planned(tx, pledge.person_id, "ask_another", str(pledge.id))
    return "asked" if is_to_hear else "ended"


async def agreed(tx: Transaction, teller: Teller, person: UUID) -> Sequence[Item]:
    """Tell what somebody asked of colleagues and told them, and what they promised others."""
    told = [await _told(tx, teller, each) for each in await _about(tx, person) if _is_told(each)]
    return [*await held_by(tx, teller, person), *told, *await holds(tx, teller, person)]


async def held_by(tx: Transaction, teller: Teller, person: UUID) -> Sequence[Item]:
    """Tell what somebody asked of colleagues, and what those said they will do."""
    return [await _asked(tx, teller, each) for each in await pledges.of_person(tx, person)]


async def holds(tx: Transaction, teller: Teller, person: UUID) -> Sequence[Item]:
    """Tell what somebody promised others."""
    theirs = await pledges.of_colleague(tx, person)
    return [await _promised(tx, teller, each) for each in theirs if each.theirs]


async def seen(tx: Transaction, teller: Teller, person: UUID) -> Sequence[Item]:
    """Tell what others wrote about somebody, and whether they let it count."""
    found = [each for each in await _about(tx, person) if not _is_told(each)]
    return [await _seen(tx, teller, each) for each in found]


async def confirmed(tx: Transaction, teller: Teller, person: UUID) -> str:
    """Tell how often others confirmed what somebody did; empty as long as nobody did."""
    times = count_confirmed(person, await observations.between(tx, person))
    return teller.text("my_data.confirmed", n=plain(times)) if times else ""


async def shared(tx: Transaction, teller: Teller, person: UUID) -> Sequence[str]:
    """Tell to whom somebody sent their plan, and when."""
    return [
        teller.text(
            "my_data.seen_sent",
            name=plain(PublicName(await _name(tx, teller, each.colleague_id))),
            full_date=plain(local_of(each.asked_at, teller.zone).day),
        )
        for each in await pledges.of_person(tx, person)
    ]


async def _about(tx: Transaction, person: UUID) -> Sequence[Observation]:
    return [
        each
        for enrolment in await enrolments.of_person(tx, person)
        for each in await observations.of_enrolment(tx, enrolment.id)
        if each.state != "withdrawn"
    ]


def _is_told(each: Observation) -> bool:
    return each.kind in observations.TOLD


async def _told(tx: Transaction, teller: Teller, each: Observation) -> Item:
    """Tell what the learner let a colleague know."""
    pledge = await pledges.get(tx, each.pledge_id) if each.pledge_id else None
    name = PublicName(await _name(tx, teller, pledge.colleague_id if pledge else None))
    kind = teller.code("my_data.observation", each.kind)
    label = f"{teller.text('my_data.told', name=plain(name))} · {kind}"
    return Item(label, _words(teller, each), when=teller.moment(each.at), at=each.at)


def _words(teller: Teller, each: Observation) -> str:
    return teller.own(" ".join(str(text) for text in each.words.values()))


async def _asked(tx: Transaction, teller: Teller, pledge: Pledge) -> Item:
    name = await _name(tx, teller, pledge.colleague_id)
    state = teller.code("my_data.pledge_state", await standing(tx, pledge))
    words = {part: str(text) for part, text in pledge.words.items()}
    line = teller.words.plan_line(words["if"], words["then"], words["form"], words["language"])
    said = _said(teller, pledge, name)
    text = "\n".join((teller.own(line), *said))
    when = teller.moment(pledge.asked_at)
    return Item(f"{name} · {state}", text, words["language"], when, pledge.asked_at)


def _said(teller: Teller, pledge: Pledge, name: str) -> tuple[str, ...]:
    """Give what the colleague will do, which is theirs and was said to this learner."""
    if pledge.theirs is None or pledge.colleague_id is None:
        return ()
    text = str(pledge.theirs["text"])
    grant = Grant(pledge.colleague_id, teller.viewer, text)
    own = show(Owned(pledge.colleague_id, text), teller.viewer, frozenset({grant})).value
    will = str(own) or teller.exact(_JOINT, str(pledge.theirs["code"]))
    return (f"{name}: {will}",)


async def _promised(tx: Transaction, teller: Teller, pledge: Pledge) -> Item:
    said = pledge.theirs or {}
    will = teller.own(said["text"]) or teller.exact(_JOINT, str(said["code"]))
    learner = await _name(tx, teller, pledge.person_id)
    label = teller.text("my_data.promised", name=plain(PublicName(learner)))
    return Item(label, will, when=teller.moment(pledge.asked_at), at=pledge.asked_at)


async def _seen(tx: Transaction, teller: Teller, each: Observation) -> Item:
    name = await _name(tx, teller, each.author_id)
    kind = teller.code("my_data.observation", each.kind)
    # That nothing stayed of a question to a witness would tell by when it shows that it was a no.
    shown = "asked" if each.state == "closed" else each.state
    state = teller.code("my_data.observation_state", shown)
    label, when = f"{name} · {kind} · {state}", teller.moment(each.at)
    return Item(label, _words(teller, each), when=when, at=each.at)


async def _name(tx: Transaction, teller: Teller, person: UUID | None) -> str:
    try:
        return (await people.get(tx, person)).name if person else teller.text("my_data.somebody")
    except (Erased, Missing):
        return teller.text("my_data.somebody")
