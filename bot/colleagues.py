"""Whom a learner may ask: their cohort first, for colleagues who were there help most (E30).

Whether somebody can be asked is looked at again when they are: they may have left meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from bot.pledging import may_be_asked
from bot.scene import Scene
from storage import addresses, cohorts, enrolments, people
from storage.errors import Erased

SHOWN = 50  # a list that is read; a platform with a picker of its own finds anybody


async def of(where: Scene) -> tuple[tuple[str, str], ...]:
    """Give the colleagues that may be asked, as id and name."""
    order = await _in_order(where)
    free = [each for each in order if await may_be_asked(where.tx, where.person, each)]
    return tuple([(str(each), await _name(where, each)) for each in free])


async def by_name(where: Scene) -> dict[str, str]:
    """Give who may be asked by id and by name; a name that two people have names nobody."""
    there = await of(where)
    often = Counter(name.casefold() for _, name in there)
    named = {name.casefold(): id_ for id_, name in there if often[name.casefold()] == 1}
    return named | {id_: id_ for id_, _ in there}


async def any_of(where: Scene) -> bool:
    """Say whether there is anybody to ask."""
    for each in await _in_order(where):
        if await may_be_asked(where.tx, where.person, each):
            return True
    return False


async def channel_of(where: Scene) -> str:
    """Name the channel of the team where a plan may be posted; empty where there is none."""
    if where.enrolment is None:
        return ""
    cohort = await cohorts.get(where.tx, where.enrolment.cohort_id)
    return await _name(where, cohort.team_channel_id) if cohort.team_channel_id else ""


async def _in_order(where: Scene) -> Sequence[UUID]:
    cohort = where.enrolment.cohort_id if where.enrolment else None
    group = await enrolments.in_cohort(where.tx, cohort) if cohort else []
    others = await addresses.beside(where.tx, where.person.id, SHOWN)
    return list(dict.fromkeys([*(each.person_id for each in group), *others]))[:SHOWN]


async def _name(where: Scene, person: UUID) -> str:
    try:
        return (await people.get(where.tx, person)).name
    except Erased:
        return ""
