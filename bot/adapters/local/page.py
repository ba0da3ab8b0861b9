"""The routes of the local chat: the page itself, what it asks for, and what it looks like.

They are one guarded mount at the root of the site, so put them last: what comes after them is
never reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.adapters.local.api import Api, in_words
from bot.adapters.local.door import Guard
from bot.adapters.local.language import language_of
from bot.adapters.local.markup import LANGUAGES, Pages
from bot.adapters.local.services import Services
from bot.adapters.local.view import Participant
from bot.adapters.local.wire import SIDES

__all__ = ["Services", "routes"]

STATIC: Final = Path(__file__).parent / "static"

CHAPTERS: Final[Sequence[tuple[str, Sequence[str]]]] = (
    ("kept", ("kept_words", "kept_codes", "kept_person", "kept_chat")),
    ("seen", ("seen_you", "seen_manager", "seen_nobody", "seen_keeper")),
    ("long", ("long_texts", "long_now")),
    ("rights", ("rights_voluntary", "rights_stop", "rights_edit", "rights_ask")),
    ("demo", ("demo_open", "demo_here")),
)

_ROWS: Final[Mapping[int, str]] = {403: "page.refused", 404: "page.not_found"}


def routes(services: Services) -> list[BaseRoute]:
    """Give the routes of the local chat; they answer for every path that no earlier route took."""
    pages = Pages(services.words)
    shown = _Shown(services, pages)
    return [
        Mount(
            "/",
            routes=[
                Route("/", shown.page),
                Route("/privacy", shown.privacy),
                *_api(services, pages),
                Mount("/static", StaticFiles(directory=STATIC)),
            ],
            middleware=[Middleware(Guard, door=services.door, refuse=shown.refused)],
        )
    ]


def _api(services: Services, pages: Pages) -> list[BaseRoute]:
    api = Api(services, pages)
    asks = {"state": api.state, "live": api.live}
    does = {
        "press": api.press,
        "put_off": api.put_off,
        "edit": api.edit,
        "say": api.say,
        "clock/next": api.to_next_event,
        "clock/day": api.add_day,
    }
    return [
        *(Route(f"/api/{path}", in_words(pages, each)) for path, each in asks.items()),
        *(
            Route(f"/api/{path}", in_words(pages, each), methods=["POST"])
            for path, each in does.items()
        ),
    ]


class _Shown:
    """The pages that are HTML."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._api = Api(services, pages)

    async def page(self, request: Request) -> Response:
        """Show the two sides and the clock."""
        language = language_of(request)
        async with self._services.database.read() as tx:
            viewer = await self._api.viewer(tx, language)
            if not viewer.people:
                return self._in_words("page.nobody", 404)
            chosen = _chosen(request, viewer.people)
            left, right = [await viewer.side(tx, chosen[side], side) for side in SIDES]
            clock = await self._api.clock(tx, language)
        return HTMLResponse(
            self._pages.fill(
                "page.html", language, people=viewer.people, left=left, right=right, clock=clock
            )
        )

    async def privacy(self, request: Request) -> Response:
        """Show what happens with data."""
        chapters = [
            (f"page.{heading}", [f"page.{row}" for row in rows]) for heading, rows in CHAPTERS
        ]
        return HTMLResponse(
            self._pages.fill("privacy.html", language_of(request), chapters=chapters)
        )

    def refused(self, request: Request, status: int) -> Response:
        """Say that somebody cannot come in, or that there is nothing here."""
        row = _ROWS.get(status, "page.malformed")
        if request.scope["path"].startswith("/api/"):
            return JSONResponse({"error": self._pages.text(row, language_of(request))}, status)
        return self._in_words(row, status)

    def _in_words(self, row: str, status: int) -> Response:
        title = "page.refused_title" if status == 403 else "page.title"  # noqa: PLR2004
        refusals = [
            (code, *(self._pages.text(each, code) for each in (title, row, "page.try_again")))
            for code, _ in LANGUAGES
        ]
        return HTMLResponse(self._pages.fill("refused.html", "en", refusals=refusals), status)


def _chosen(request: Request, people: Sequence[Participant]) -> Mapping[str, Participant]:
    """Choose whom to show: who was asked for, else the first two."""
    by_id = {str(each.id): each for each in people}
    first = dict(zip(SIDES, (people[0], people[min(1, len(people) - 1)]), strict=True))
    return {side: by_id.get(request.query_params.get(side, ""), first[side]) for side in SIDES}
