"""What the page asks for and does, as JSON; see `wire` for what may come in.

Every answer is in words: a refusal is a text for the person who looks at the page.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.adapters.local import times, wire
from bot.adapters.local.chat import said
from bot.adapters.local.language import language_of
from bot.adapters.local.live import News
from bot.adapters.local.markup import Pages
from bot.adapters.local.services import Services
from bot.adapters.local.view import Participant, Viewer, participants
from bot.adapters.local.wire import Action, Body, Refused
from bot.port import Event, Heard, Typed
from bot.visibility import plain
from storage import workspaces
from storage.database import Transaction
from storage.errors import DatabaseAway

KEEP_ALIVE: Final = timedelta(seconds=15)

Handler = Callable[[Request], Awaitable[Response]]


class Api:
    """The routes under /api."""

    def __init__(self, services: Services, pages: Pages) -> None:
        """Take the rest of the house, and the templates."""
        self._services = services
        self._pages = pages

    async def state(self, request: Request) -> Response:
        """Give both sides and the clock: `?left=<person>&right=<person>&language=`."""
        chosen = {side: wire.uuid_of(request.query_params.get(side)) for side in wire.SIDES}
        async with self._services.database.read() as tx:
            viewer = await self.viewer(tx, language_of(request))
            sides = {
                side: await viewer.side(tx, _one(viewer.people, person), side)
                for side, person in chosen.items()
            }
            clock = await self.clock(tx, viewer.language)
        return JSONResponse({"clock": clock} | {side: asdict(sides[side]) for side in wire.SIDES})

    async def press(self, request: Request) -> Response:
        """Hear that fields of a card were filled in."""
        return await self._hear(request, wire.pressed)

    async def put_off(self, request: Request) -> Response:
        """Hear that a question was put off."""
        return await self._hear(request, wire.put_off)

    async def edit(self, request: Request) -> Response:
        """Hear that *Edit* was pressed, and give the card to change."""
        return await self._hear(request, wire.edit_asked)

    async def say(self, request: Request) -> Response:
        """Hear a typed message, which from now on stands in the chat."""
        return await self._hear(request, wire.typed)

    async def to_next_event(self, request: Request) -> Response:
        """Turn the clock to the next thing that happens."""
        return await self._turn(request, self._services.to_next_event)

    async def add_day(self, request: Request) -> Response:
        """Turn the clock by one day."""

        async def one_day() -> datetime:
            return await self._services.add_days(1)

        return await self._turn(request, one_day)

    async def live(self, _request: Request) -> Response:
        """Tell what changes, as server-sent events, until the page goes away."""
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def viewer(self, tx: Transaction, language: str) -> Viewer:
        """Look at the page in a language, at this moment."""
        services = self._services
        people = await participants(tx, services.workspace)
        return Viewer(self._pages, services.words, language, services.now(), people)

    async def clock(self, tx: Transaction, language: str) -> dict[str, str]:
        """Show the application's clock where the workspace is."""
        zone = (await workspaces.get(tx, self._services.workspace)).zone
        at = times.local(self._services.now(), zone)
        return {
            "iso": at.isoformat(timespec="seconds"),
            "text": _in_words(at, language),
            "place": times.place(zone, language),
        }

    async def _news(self) -> AsyncIterator[str]:
        with self._services.live.listen() as listener:
            yield "retry: 1000\n\n"
            while (news := await listener.news(KEEP_ALIVE)) is not None:
                yield _as_event(news)

    async def _hear(self, request: Request, read: Callable[[Body], Action]) -> Response:
        services, action = self._services, read(await wire.read_body(request))
        async with services.database.read() as tx:
            viewer = await self.viewer(tx, language_of(request))
        person, now = _one(viewer.people, action.person), services.now()
        if isinstance(action.what, Typed):
            async with services.database.write() as tx:
                await said(tx, person.id, action.what.text, now, event=action.id)
            services.live.changed(person.id)
        heard = await services.hear(
            Event(str(action.id), services.workspace, person.user, now, action.what)
        )
        services.live.changed(person.id)
        return JSONResponse(_heard(heard, viewer, action))

    async def _turn(
        self, request: Request, turn: Callable[[], Awaitable[datetime | None]]
    ) -> Response:
        services, language = self._services, language_of(request)
        before = services.live.sent_so_far()
        moment = await turn()
        services.live.turned()
        if moment is None:
            said_ = self._pages.text("page.nothing_coming", language)
            return JSONResponse({"said": said_, "people": []})
        after = services.live.sent_so_far()
        got = {person: after[person] - before.get(person, 0) for person in after}
        async with services.database.read() as tx:
            zone = (await workspaces.get(tx, services.workspace)).zone
            people = await participants(tx, services.workspace)
        told = [{"id": str(each.id), "name": each.name} for each in people if got.get(each.id)]
        words = self._messages(sum(got.values()), language)
        at = times.local(moment, zone)
        when = f"{times.in_short(at.date(), language)} {times.clock_time(at.time(), language)}"
        return JSONResponse({"said": f"{when} — {words}", "people": told})

    def _messages(self, number: int, language: str) -> str:
        if not number:
            return self._pages.text("page.no_messages", language)
        return self._pages.text("page.messages", language, n=plain(number))


def in_words(pages: Pages, handler: Handler) -> Handler:
    """Turn what a handler refuses into a status and a text."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            row, status = refused.row, refused.status
        except DatabaseAway:
            row, status = "page.away", 503
        return JSONResponse({"error": pages.text(row, language_of(request))}, status)

    return answer


def _one(people: Sequence[Participant], person: UUID) -> Participant:
    for each in people:
        if each.id == person:
            return each
    raise Refused("page.unknown_person")


def _heard(heard: Heard, viewer: Viewer, action: Action) -> Mapping[str, object]:
    shown = None
    if heard.replacement is not None:
        id_ = f"{action.side}-again-{action.id}"
        reopened = bool(heard.replacement.fields)
        shown = viewer.content(heard.replacement, action.person, id_, reopened=reopened)
    return {
        "refusals": dict(heard.refusals),
        "replacement": shown,
        "seen_before": heard.seen_before,
    }


def _in_words(at: datetime, language: str) -> str:
    return f"{times.in_words(at.date(), language)} {times.clock_time(at.time(), language)}"


def _as_event(news: News) -> str:
    if not news.people and not news.everything:
        return ": nothing new\n\n"
    told = {"people": sorted(map(str, news.people)), "everything": news.everything}
    return f"data: {json.dumps(told)}\n\n"
