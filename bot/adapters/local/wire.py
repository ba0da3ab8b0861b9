"""What the page sends, as JSON, turned into our own events before anything else sees it.

Nothing here is trusted: a wrong type is refused in words, and never reaches a conversation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NoReturn
from uuid import UUID

from starlette.requests import Request

from bot.adapters.local.language import KNOWN
from bot.adapters.local.messages import raw_from_json
from bot.engine.answers import Raw
from bot.engine.reading import storable
from bot.errors import BadContent
from bot.port import Chosen, EditAsked, Pressed, PutOff, Typed

LONGEST_BODY: Final = 64 * 1024  # bytes
MOST_FIELDS: Final = 20
MOST_PRESSES: Final = 1_000_000  # how often an answer can have been given
_KEY: Final = re.compile(r"[\w.-]{1,200}", re.ASCII)

MOST_COLUMNS: Final = 3
Body = Mapping[str, Any]
Did = Pressed | Chosen | PutOff | EditAsked | Typed


class Refused(BadContent):
    """The page sent something that cannot be used: the row that says so, and the HTTP status."""

    def __init__(self, row: str, status: int = 400, day: date | None = None) -> None:
        """Take the key of a text in the page's own file, and the day that it may name."""
        super().__init__(row)
        self.row = row
        self.status = status
        self.day = day


@dataclass(frozen=True, slots=True)
class Action:
    """Something done on the page: its own id, for whom, in which column (from 1), and what."""

    id: UUID
    person: UUID
    column: int
    what: Did


async def read_body(request: Request) -> Body:
    """Read a JSON object of at most 64 KB.

    Raises: Refused when it is larger, or no JSON object.
    """
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LONGEST_BODY:
            raise Refused("page.too_big", 413)
    try:
        body = json.loads(received.decode())
    except (ValueError, RecursionError):
        raise Refused("page.malformed") from None
    if not isinstance(body, dict):
        raise Refused("page.malformed")
    return body


def pressed(body: Body) -> Action:
    """Read that fields of a card were filled in. Raises Refused, as all of these do."""
    inputs = {_key(key): _raw(value) for key, value in _mapping(body, "inputs").items()}
    counts = {_key(key): count_of(value) for key, value in _mapping(body, "counts").items()}
    sure = body.get("sure") is True
    return _action(body, Pressed(_uuid(body, "dialogue"), inputs, counts, sure))


def chosen(body: Body) -> Action:
    """Read that an option of a menu was chosen; one that stood in a notice has no delivery."""
    delivery = None if body.get("delivery") is None else _uuid(body, "delivery")
    return _action(body, Chosen(delivery, _key(body.get("key")), _raw(body.get("raw"))))


def put_off(body: Body) -> Action:
    """Read that a question was put off."""
    what = PutOff(_uuid(body, "dialogue"), _key(body.get("key")), _key(body.get("command")))
    return _action(body, what)


def edit_asked(body: Body) -> Action:
    """Read that *Edit* was pressed."""
    key, count = _key(body.get("key")), count_of(body.get("count"))
    return _action(body, EditAsked(_uuid(body, "dialogue"), key, count))


def typed(body: Body) -> Action:
    """Read that a message was typed; of an empty one nothing is made."""
    text = body.get("text")
    if not isinstance(text, str):
        raise Refused("page.malformed")
    words = storable(text)
    if not words:
        raise Refused("page.empty")
    return _action(body, Typed(words))


def language_chosen(body: Body) -> tuple[UUID, str]:
    """Read whose language is to be which."""
    language = body.get("language")
    return _uuid(body, "person"), language if language in KNOWN else _malformed()


def day_wanted(body: Body) -> date:
    """Read to which day the clock is to be turned."""
    day = body.get("day")
    if day == "":
        raise Refused("page.date_missing")
    try:
        return date.fromisoformat(day) if isinstance(day, str) else _malformed()
    except ValueError:
        raise Refused("page.malformed") from None


def people_of(query: str | None) -> list[UUID]:
    """Read whom the columns show: ids with commas between them, one for each column."""
    ids = [uuid_of(each) for each in (query or "").split(",", MOST_COLUMNS)]
    return ids if len(ids) <= MOST_COLUMNS else _malformed()


def _action(body: Body, what: Did) -> Action:
    column = body.get("column")
    if type(column) is not int or not 1 <= column <= MOST_COLUMNS:
        raise Refused("page.malformed")
    return Action(_uuid(body, "event"), _uuid(body, "person"), column, what)


def _mapping(body: Body, name: str) -> dict[str, object]:
    value = body.get(name)
    if not isinstance(value, dict) or len(value) > MOST_FIELDS:
        raise Refused("page.malformed")
    return value


def _uuid(body: Body, name: str) -> UUID:
    return uuid_of(body.get(name))


def uuid_of(value: object) -> UUID:
    """Read an id. Raises Refused when it is none."""
    try:
        return UUID(value) if isinstance(value, str) else _malformed()
    except ValueError:
        raise Refused("page.malformed") from None


def _key(value: object) -> str:
    return value if isinstance(value, str) and _KEY.fullmatch(value) else _malformed()


def count_of(value: object) -> int:
    """Read how often something happened. Raises Refused when it is no such number."""
    right = type(value) is int and 0 <= value <= MOST_PRESSES
    return value if right and isinstance(value, int) else _malformed()


def _raw(value: object) -> Raw:
    try:
        raw = raw_from_json(value)
    except ValueError:
        raise Refused("page.malformed") from None
    match raw:
        case str():
            return storable(raw)
        case tuple():
            return tuple(storable(item) for item in raw)
        case _:
            return raw


def _malformed() -> NoReturn:
    raise Refused("page.malformed")
