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

from bot.adapters.local import my_data, storyteller, view
from bot.adapters.local.api import Api, in_words
from bot.adapters.local.door import Guard
from bot.adapters.local.eyes import OWN, ROLES, Eyes, eyes_of
from bot.adapters.local.language import language_of
from bot.adapters.local.markup import LANGUAGES, Pages
from bot.adapters.local.services import Services
from bot.adapters.local.story import STEPS
from bot.adapters.local.turning import Turning
from bot.adapters.local.view import Participant, Viewer
from bot.adapters.local.wire import MOST_COLUMNS, Refused, people_of
from bot.visibility import PublicName, plain

__all__ = ["Services", "routes"]

STATIC: Final = Path(__file__).parent / "static"

CHAPTERS: Final[Sequence[tuple[str, Sequence[str]]]] = (
    (
        "kept",
        (
            "kept_words",
            "kept_codes",
            "kept_person",
            "kept_hours",
            "kept_quiet",
            "kept_chat",
            "kept_not",
        ),
    ),
    (
        "seen",
        (
            "seen_you",
            "seen_colleague",
            "seen_manager",
            "seen_nobody",
            "seen_support",
            "seen_keeper",
        ),
    ),
    ("long", ("long_texts", "long_now")),
    (
        "rights",
        (
            "rights_voluntary",
            "rights_quiet",
            "rights_stop",
            "rights_edit",
            "rights_data",
            "rights_erase",
            "rights_ask",
        ),
    ),
    ("demo", ("demo_open", "demo_here")),
)

_ROWS: Final[Mapping[int, str]] = {403: "page.refused", 404: "page.not_found"}


def routes(services: Services, *, health: Sequence[BaseRoute] = ()) -> list[BaseRoute]:
    """Give the routes of the local chat; they answer for every path that no earlier route took.

    `health` are more routes, behind the same guard, that need no token.
    """
    pages = Pages(services.words)
    shown = _Shown(services, pages)
    return [
        Mount(
            "/",
            routes=[
                *health,
                Route("/", shown.page),
                Route("/privacy", shown.privacy),
                *my_data.routes(services, pages),
                *storyteller.routes(services, pages),
                *_api(services, pages),
                Mount("/static", StaticFiles(directory=STATIC)),
            ],
            middleware=[Middleware(Guard, door=services.door, refuse=shown.refused)],
        )
    ]


def _api(services: Services, pages: Pages) -> list[BaseRoute]:
    api, turning = Api(services, pages), Turning(services, pages)
    asks = {"state": api.state, "live": api.live}
    does = {
        "press": api.press,
        "choose": api.choose,
        "put_off": api.put_off,
        "edit": api.edit,
        "say": api.say,
        "language": api.language,
        "clock/next": turning.to_next_event,
        "clock/day": turning.add_day,
        "clock/towards": turning.towards,
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

    async def page(self, request: Request) -> Response:
        """Show the columns and the clock."""
        language, eyes = language_of(request), _eyes(request)
        async with self._services.database.read() as tx:
            viewer = await view.look(tx, self._services, self._pages, language, eyes)
            if not viewer.people:
                return self._in_words("page.nobody", 404)
            columns = [
                await viewer.column(tx, person, number)
                for number, person in enumerate(_chosen(request, viewer), start=1)
            ]
            clock = await view.clock(tx, self._services, language)
        return HTMLResponse(
            self._pages.fill(
                "page.html", language, people=viewer.people, columns=columns, clock=clock,
                most=MOST_COLUMNS, query=",".join(column.person for column in columns),
                eyes=eyes, roles=tuple(ROLES), seen_as=self._seen_as(eyes, language),
                steps=len(STEPS),
            )
        )  # fmt: skip

    def _seen_as(self, eyes: Eyes, language: str) -> str:
        """Say whose eyes these are; empty for one's own."""
        if eyes.are_own:
            return ""
        role = PublicName(self._pages.text(f"page.role.{eyes.name}", language))
        return self._pages.text("page.seen_as", language, role=plain(role))

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


def _chosen(request: Request, viewer: Viewer) -> list[Participant]:
    """Choose whom to show: who was asked for, and somebody else for each who is not there."""
    try:
        return viewer.instead(people_of(request.query_params.get("people")))
    except Refused:
        return _first(viewer.people)


def _eyes(request: Request) -> Eyes:
    """Choose whose eyes look: one's own when the address names nobody that there is."""
    try:
        return eyes_of(request)
    except Refused:
        return OWN


def _first(people: Sequence[Participant]) -> list[Participant]:
    """Choose whom to show at first: two people, of different languages if there are such."""
    one, *others = people
    other = [each for each in others if each.language != one.language]
    return [one, *(other or others)[:1]]
