"""What the page asks for and does, as JSON; see `wire` for what may come in.

Every answer is in words: a refusal is a text for the person who looks at the page.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.adapters.local import chat, view, wire
from bot.adapters.local.eyes import Eyes, eyes_of
from bot.adapters.local.language import language_of
from bot.adapters.local.live import News
from bot.adapters.local.markup import Pages
from bot.adapters.local.services import Services
from bot.adapters.local.view import Viewer
from bot.adapters.local.wire import Action, Body, Refused
from bot.port import Event, Heard, Typed
from bot.visibility import plain
from storage import people
from storage.errors import DatabaseAway, Erased, Missing

KEEP_ALIVE: Final = timedelta(seconds=15)

Handler = Callable[[Request], Awaitable[Response]]


class Api:
    """The routes under /api, but for the clock's."""

    def __init__(self, services: Services, pages: Pages) -> None:
        """Take the rest of the house, and the templates."""
        self._services = services
        self._pages = pages

    async def state(self, request: Request) -> Response:
        """Give the columns and the clock: `?people=<id>,<id>&language=&as=`, an id for each.

        In the column of somebody who is no longer there stands somebody else, and a word about it.
        """
        wanted = wire.people_of(request.query_params.get("people"))
        eyes, language = eyes_of(request), language_of(request)
        async with self._services.database.read() as tx:
            viewer = await view.look(tx, self._services, self._pages, language, eyes)
            shown = viewer.instead(wanted)
            columns = [
                asdict(await viewer.column(tx, person, number, instead=person.id != asked))
                for number, (person, asked) in enumerate(zip(shown, wanted, strict=True), start=1)
            ]
            clock = await view.clock(tx, self._services, viewer.language)
        there = [
            {"id": str(each.id), "name": each.name, "is_channel": each.is_channel}
            for each in viewer.people
        ]
        return JSONResponse({"clock": asdict(clock), "people": there, "columns": columns})

    async def press(self, request: Request) -> Response:
        """Hear that fields of a card were filled in."""
        return await self._hear(request, wire.pressed)

    async def choose(self, request: Request) -> Response:
        """Hear that an option of a menu was chosen."""
        return await self._hear(request, wire.chosen)

    async def put_off(self, request: Request) -> Response:
        """Hear that a question was put off."""
        return await self._hear(request, wire.put_off)

    async def edit(self, request: Request) -> Response:
        """Hear that *Edit* was pressed, and give the card to change."""
        return await self._hear(request, wire.edit_asked)

    async def say(self, request: Request) -> Response:
        """Hear a typed message; its words come to stand in the chat only if they may."""
        return await self._hear(request, wire.typed)

    async def language(self, request: Request) -> Response:
        """Speak to a person in another language from now on."""
        person, language = wire.language_chosen(await wire.read_body(request))
        services = self._services
        async with services.database.write() as tx:
            there = await view.participants(tx, services.workspace)
            view.one(there, person)
            await people.lock(tx, person)
            await people.set_language(tx, person, language)
        services.live.changed(person)
        return JSONResponse({"said": self._pages.text("page.language_changed", language)})

    async def live(self, request: Request) -> Response:
        """Tell what changes, as server-sent events, until the page goes away: `?as=`."""
        eyes = eyes_of(request)
        if request.method == "HEAD":  # which takes no body, so nothing would ever end this one
            return Response(media_type="text/event-stream")
        return StreamingResponse(self._news(eyes), media_type="text/event-stream")

    async def _news(self, eyes: Eyes) -> AsyncIterator[str]:
        with self._services.live.listen() as listener:
            yield "retry: 1000\n\n"
            while (news := await listener.news(KEEP_ALIVE)) is not None:
                yield _as_event(news if eyes.are_own else _of_nobody(news))

    async def _hear(self, request: Request, read: Callable[[Body], Action]) -> Response:
        services, action = self._services, read(await wire.read_body(request))
        async with services.database.read() as tx:
            viewer = await view.look(tx, services, self._pages, language_of(request))
        person = view.one(viewer.people, action.person)
        event = Event(str(action.id), services.workspace, person.user, services.now(), action.what)
        if isinstance(action.what, Typed):
            heard = await self._hear_typed(event, action, action.what.text)
        else:
            heard = await services.hear(event)
        services.live.changed(person.id)
        return JSONResponse(_heard(heard, viewer, action))

    async def _hear_typed(self, event: Event, action: Action, text: str) -> Heard:
        """Note that something was typed, hear it, and only then keep what it was, if it may stand.

        A repeat says nothing of whether it may, so then the words do not come to stand.
        """
        services = self._services
        async with services.database.write() as tx:
            await chat.said(tx, action.person, event.at, action.id)
        services.live.changed(action.person)
        heard = await services.hear(event)
        stands = heard.may_stand and not heard.seen_before
        async with services.database.write() as tx:
            await chat.kept(tx, action.person, text if stands else "", action.id)
        return heard


def in_words(pages: Pages, handler: Handler) -> Handler:
    """Turn what a handler refuses into a status and a text."""

    async def _answer(request: Request) -> Response:
        day: date | None = None
        try:
            return await handler(request)
        except Refused as refused:
            row, status, day = refused.row, refused.status, refused.day
        except (Missing, Erased):
            row, status = "page.unknown_person", 404
        except DatabaseAway:
            row, status = "page.away", 503
        values = {"full_date": plain(day)} if day else {}
        return JSONResponse({"error": pages.text(row, language_of(request), **values)}, status)

    return _answer


def _heard(heard: Heard, viewer: Viewer, action: Action) -> Mapping[str, object]:
    shown = notice = None
    if heard.replacement is not None:
        id_ = f"c{action.column}-again-{action.id}"
        reopened = bool(heard.replacement.fields)
        shown = viewer.content(heard.replacement, action.person, id_, reopened=reopened)
    if heard.notice is not None:
        id_ = f"c{action.column}-notice-{action.id}"
        html = viewer.notice(heard.notice, action.person, id_)
        notice = {"field": heard.notice.field, "html": html}
    return {
        "refusals": dict(heard.refusals),
        "replacement": shown,
        "notice": notice,
        "seen_before": heard.seen_before,
    }


def _of_nobody(news: News) -> News:
    """Leave out whose news it is: when somebody gets a message is for nobody else to know."""
    return News(everything=bool(news.people) or news.everything)


def _as_event(news: News) -> str:
    if not news.people and not news.everything:
        return ": nothing new\n\n"
    told = {"people": sorted(map(str, news.people)), "everything": news.everything}
    return f"data: {json.dumps(told)}\n\n"
