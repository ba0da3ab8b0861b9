"""The page "my data" and its file: what is kept of one person, for that person.

Whoever looks over somebody's shoulder in the demo reads it as that person; so the viewer is always
the person asked for, and the gate in `bot.visibility` has nothing to refuse here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot import my_data
from bot.adapters.local.language import KNOWN
from bot.adapters.local.markup import Pages
from bot.adapters.local.services import Services
from bot.adapters.local.view import Participant, participants
from bot.words import Words
from storage.database import Transaction

PAGE: Final = "/my-data"
FILE: Final = "/my-data.json"
_FILE_NAME: Final = "holdfast-my-data.json"
_STYLES: Final = Path(__file__).parent / "static"
_SHEETS: Final = ("app.css", "my_data.css")


def page_to_keep(words: Words, book: my_data.Book) -> bytes:
    """Write the page as a file that needs nothing beside it, and leads nowhere."""
    style = "".join(_STYLES.joinpath(name).read_text("utf-8") for name in _SHEETS)
    page = Pages(words).fill(
        "my_data_kept.html",
        book.language,
        book=book,
        style=Markup(style),  # noqa: S704 - ours
    )
    return page.encode(errors="replace")


def routes(services: Services, pages: Pages) -> list[Route]:
    """Give the routes of the page and of its file: `?person=<id>&language=`."""
    shown = _Shown(services, pages)
    return [Route(PAGE, shown.page), Route(FILE, shown.file)]


class _Shown:
    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    async def page(self, request: Request) -> Response:
        """Show everything in words."""
        services = self._services
        async with services.database.read() as tx:
            person = await self._person(tx, request)
            language = _language(request, person)
            book = await my_data.book_of(
                tx, services.words, person.id, person.id, services.now(), language
            )
        page = self._pages.fill(
            "my_data.html", language, book=book, person=person, file=FILE, page=PAGE
        )
        # Half a surrogate pair has no bytes: a mark stands for it here, the file has it whole.
        return HTMLResponse(page.encode(errors="replace"))

    async def file(self, request: Request) -> Response:
        """Give every row, as a file to keep."""
        services = self._services
        async with services.database.read() as tx:
            person = await self._person(tx, request)
            document = await my_data.document_of(
                tx, services.words, person.id, person.id, services.now()
            )
        named = {"Content-Disposition": f'attachment; filename="{_FILE_NAME}"'}
        return Response(my_data.written(document), media_type="application/json", headers=named)

    async def _person(self, tx: Transaction, request: Request) -> Participant:
        """Find who is asked for. Raises HTTPException 404 where there is no such person here."""
        asked = request.query_params.get("person")
        here = await participants(tx, self._services.workspace)
        for each in here:
            if str(each.id) == asked:
                return each
        raise HTTPException(404)


def _language(request: Request, person: Participant) -> str:
    asked = request.query_params.get("language")
    return asked if asked in KNOWN else person.language
