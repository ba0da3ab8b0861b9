"""Whom a learner may ask: their cohort first, for colleagues who were there help most (E30).

Whether somebody can be asked is looked at again when they are: they may have left meanwhile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from bot.pledging import may_be_asked
from bot.scene import Scene
from storage import addresses, cohorts, enrolments, people
from storage.errors import Erased

SHOWN = 50  # a list that is read; whoever is not on it is named, or found by a platform's picker
_ENOUGH = 4  # of one name, to know that it is not one person's; some may not be asked


async def of(where: Scene) -> tuple[tuple[str, str], ...]:
    """Give the colleagues that may be asked, as id and name."""
    free = [each async for each in _free(where)]
    return tuple([(str(each), await _name(where, each)) for each in free])


async def said(where: Scene, raw: str) -> dict[str, str]:
    """Give whom somebody picked or named, by what they said, if it is one who may be asked.

    Anybody of the organisation, shown or not; a name that two people have names nobody.
    """
    bare = raw.strip()
    try:
        found = [UUID(bare)]
    except ValueError:
        found = await _named(where, bare)
    free = [each for each in found if await may_be_asked(where.tx, where.person, each)]
    return {bare.casefold(): str(free[0])} if len(free) == 1 else {}


async def any_of(where: Scene) -> bool:
    """Say whether there is anybody to ask; the first who may be asked will do."""
    async for _ in _free(where):
        return True
    return False


async def channel_of(where: Scene) -> str:
    """Name the channel of the team where a plan may be posted; empty where there is none."""
    if where.enrolment is None:
        return ""
    cohort = await cohorts.get(where.tx, where.enrolment.cohort_id)
    return await _name(where, cohort.team_channel_id) if cohort.team_channel_id else ""


async def _free(where: Scene) -> AsyncIterator[UUID]:
    """Give who may be asked, of those who would be shown; each is looked at as it is reached."""
    cohort = where.enrolment.cohort_id if where.enrolment else None
    group = await enrolments.people_in(where.tx, cohort, SHOWN) if cohort else []
    for each in group:
        if await may_be_asked(where.tx, where.person, each):
            yield each
    # Everybody else is sorted through only where the group was not enough.
    others = await addresses.beside(where.tx, where.person.id, SHOWN)
    for each in [other for other in others if other not in group][: SHOWN - len(group)]:
        if await may_be_asked(where.tx, where.person, each):
            yield each


async def _named(where: Scene, name: str) -> list[UUID]:
    """Find those who are called so: among those shown by any name, among all by a full one."""
    same = name.casefold()
    shown = [UUID(each) for each, called in await of(where) if called.casefold() == same]
    others = await people.named(where.tx, where.person.organisation_id, [name], _ENOUGH)
    return list(dict.fromkeys([*shown, *others]))


async def _name(where: Scene, person: UUID) -> str:
    try:
        return (await people.get(where.tx, person)).name
    except Erased:
        return ""
