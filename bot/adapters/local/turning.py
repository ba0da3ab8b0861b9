"""The demo's clock as the page turns it: to the next event, by a day, or to a date, step by step.

To a date the page asks for one step after another: so it shows what happens on the way, and
stopping is not asking for the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.adapters.local import times, view, wire
from bot.adapters.local.language import language_of
from bot.adapters.local.markup import Pages
from bot.adapters.local.services import Services
from bot.adapters.local.wire import Refused
from bot.visibility import plain
from scheduler.local import Local, local_of, to_utc
from storage import workspaces

MOST_EVENTS: Final = 5  # in one turn, while they are none of those who are seen
MOST_DAYS: Final = 400  # further than any programme of today goes
ENDS: Final = time(17)  # a date is reached when its working day is over

_DAY: Final = timedelta(days=1)


class Turning:
    """The routes under /api/clock."""

    def __init__(self, services: Services, pages: Pages) -> None:
        """Take the rest of the house, and the templates."""
        self._services = services
        self._pages = pages

    async def to_next_event(self, request: Request) -> Response:
        """Turn the clock to the next thing that happens: `?people=<id>,<id>`, who is seen.

        Where somebody is seen it goes on for a few events, until one of them gets a message.
        """
        before = self._services.live.sent_so_far()
        moment = await self._on_to(_seen(request), before)
        self._services.live.turned()
        if moment is None:
            said = self._pages.text("page.nothing_coming", language_of(request))
            return JSONResponse({"said": said, "people": []})
        return JSONResponse(await self._turned(request, moment, before))

    async def add_day(self, request: Request) -> Response:
        """Turn the clock by one day."""
        before = self._services.live.sent_so_far()
        moment = await self._services.add_days(1)
        self._services.live.turned()
        return JSONResponse(await self._turned(request, moment, before))

    async def towards(self, request: Request) -> Response:
        """Turn the clock one event nearer to a date; `done` once its working day is over.

        `going` says that this is not the first step: the clock may have come there by itself.
        `so_far` is how many messages came in the steps before.
        """
        body = await wire.read_body(request)
        so_far = wire.count_of(body.get("so_far", 0))
        target = await self._target(wire.day_wanted(body), going=body.get("going") is True)
        before = self._services.live.sent_so_far()
        moment = await self._services.towards(target)
        self._services.live.turned()
        told = await self._turned(request, moment, before, so_far)
        return JSONResponse({**told, "at": moment.isoformat(), "done": moment >= target})

    async def _on_to(self, seen: frozenset[UUID], before: Mapping[UUID, int]) -> datetime | None:
        """Turn to the next event, and to a few more while nobody who is seen got a message."""
        services = self._services
        moment = later = await services.to_next_event()
        for _ in range(MOST_EVENTS - 1):
            if later is None or not seen or seen & self._got(before).keys():
                break
            later = await services.to_next_event()
            moment = later or moment
        return moment

    def _got(self, before: Mapping[UUID, int]) -> Mapping[UUID, int]:
        """Give who got messages since, and how many."""
        after = self._services.live.sent_so_far()
        got = {person: after[person] - before.get(person, 0) for person in after}
        return {person: number for person, number in got.items() if number}

    async def _target(self, day: date, *, going: bool) -> datetime:
        """Give the moment to turn to. Raises Refused for a day that is over, or too far ahead."""
        zone, now = await self._zone(), self._services.now()
        today = local_of(now, zone).day
        if day > today + MOST_DAYS * _DAY:
            raise Refused("page.date_far", day=today + MOST_DAYS * _DAY)
        target = to_utc(Local(day, ENDS, zone)) if day >= today else now
        if target <= now and not going:
            first = today if to_utc(Local(today, ENDS, zone)) > now else today + _DAY
            raise Refused("page.date_past", day=first)
        return target

    async def _zone(self) -> str:
        async with self._services.database.read() as tx:
            return (await workspaces.get(tx, self._services.workspace)).zone

    async def _turned(
        self, request: Request, moment: datetime, before: Mapping[UUID, int], so_far: int = 0
    ) -> dict[str, object]:
        """Say when it is now, how many messages came, and to whom."""
        services, language = self._services, language_of(request)
        got, seen = self._got(before), _seen(request)
        async with services.database.read() as tx:
            there = await view.participants(tx, services.workspace)
        told = [
            {"id": str(each.id), "name": each.name, "messages": got[each.id]}
            for each in sorted(there, key=lambda each: each.id not in seen)
            if each.id in got
        ]
        at = times.local(moment, await self._zone())
        when = f"{times.in_short(at.date(), language)} {times.clock_time(at.time(), language)}"
        number = so_far + sum(got.values())
        said = f"{when} — {self._messages(number, language)}{self._whose(got, seen, language)}"
        return {"said": said, "number": number, "people": told}

    def _whose(self, got: Mapping[UUID, int], seen: frozenset[UUID], language: str) -> str:
        """Say whether whoever is seen got anything, when others did."""
        others = len(got.keys() - seen)
        if not seen or not others:
            return ""
        if not got.keys() & seen:
            return f". {self._pages.text('page.elsewhere', language)}"
        return f". {self._pages.text('page.others', language, n=plain(others))}"

    def _messages(self, number: int, language: str) -> str:
        if not number:
            return self._pages.text("page.no_messages", language)
        return self._pages.text("page.messages", language, n=plain(number))


def _seen(request: Request) -> frozenset[UUID]:
    """Read who is seen, if the page tells."""
    people = request.query_params.get("people")
    return frozenset(wire.people_of(people)) if people else frozenset()
