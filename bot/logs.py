"""The logs: one line per event with ids and codes, never words.

Nothing is printed because it was passed: only keys on the list here, and only values that look
like ids, codes or numbers. An exception is its class and where it was raised; its message and the
values around it may hold what somebody wrote. Of other libraries' logs no word is printed either.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final, Literal, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]

SAFE_KEYS: Final = frozenset(
    {
        # who, where and what, by id
        "address", "cohort", "conversation", "delivery", "dialogue", "enrolment", "event_id",
        "nudge", "organisation", "outbox", "person", "programme", "row", "workspace",
        # which kind, state, reason or place, by code
        "at", "causes", "error", "fault", "head", "kind", "logger", "outcome", "platform",
        "question", "reason", "slice", "slices", "state", "status", "trace",
        # how many, how long, where to
        "count", "done", "opened", "port", "seconds", "sent", "signal", "tries",
    }
)  # fmt: skip
ALWAYS: Final = frozenset({"event", "level", "timestamp"})
NAMELESS: Final = "nameless"
HIDDEN: Final = "hidden"

_EVENT: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_CODE: Final = re.compile(r"[A-Za-z0-9_.:+/<>-]{0,200}")
_TRACE: Final = re.compile(r"\w+(?: < [\w.<>-]+:\d+)*")  # as `bot.traces` writes it
_MOST_ITEMS: Final = 50
_MOST_CAUSES: Final = 10
_FOREIGN: Final = logging.WARNING  # what other libraries say below that is none of our events


def set_up(level: Level, form: Format, stream: TextIO = sys.stderr) -> None:
    """Send every log of this process, ours and other libraries', to a stream."""
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_words,
            _renderer(form, stream),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Foreign()], level=max(number, _FOREIGN), force=True)


def without_words(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep of an event only what can hold nobody's words.

    >>> without_words(None, "info", {"event": "sent", "person": 7, "text": "my plan"})
    {'event': 'sent', 'person': 7, 'left_out': ['text']}
    """
    name = event.pop("event", NAMELESS)
    raised = _raised(event.pop("exc_info", None))
    given = {**event, **raised}
    kept = {key: _safe(value) for key, value in given.items() if key in SAFE_KEYS}
    own = {key: value for key, value in event.items() if key in ALWAYS}
    left_out = sorted(given.keys() - kept.keys() - ALWAYS)
    named = name if isinstance(name, str) and _EVENT.fullmatch(name) else NAMELESS
    return {"event": named, **own, **kept, **({"left_out": left_out} if left_out else {})}


def told(error: BaseException) -> tuple[str, ...]:
    """Tell an exception and its causes without their messages: each class, then its frames.

    The frames are those of `traceback`, the one that raised last: file, line and function.
    """
    return tuple(line for each in _causes(error) for line in (type(each).__name__, *_frames(each)))


def _renderer(form: Format, stream: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0)


def _safe(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case UUID():
            return str(value)
        case str() if _CODE.fullmatch(value) or _TRACE.fullmatch(value):
            return value
        case list() | tuple() | set() | frozenset():
            return [_safe(item) for item in list(value)[:_MOST_ITEMS]]
        case _:
            return HIDDEN


def _raised(exc_info: object) -> Mapping[str, object]:
    """Describe what `exc_info` of a log call names, if anything."""
    match exc_info:
        case BaseException():
            error: BaseException | None = exc_info
        case (_, BaseException() as error, _):
            pass
        case True:
            error = sys.exception()
        case _:
            error = None
    if error is None:
        return {}
    causes = [
        ":".join((type(each).__name__, *list(_frames(each))[-1:])) for each in _causes(error)
    ]
    return {"error": type(error).__name__, "at": list(_frames(error)), "causes": causes[1:]}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, those it is a group of, and what it came from."""
    waiting, seen = [error], 0
    while waiting and seen < _MOST_CAUSES:
        current = waiting.pop(0)
        seen += 1
        yield current
        waiting += current.exceptions if isinstance(current, BaseExceptionGroup) else ()
        cause = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
        waiting += [cause] if cause else []


def _frames(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{_short(frame.filename)}:{frame.lineno}:{frame.name}"


def _short(file: str) -> str:
    """Name a file by its last two parts: enough to find it, and no home folder."""
    return "/".join(Path(file).parts[-2:])


class _Foreign(logging.Handler):
    """Passes on that another library logged something, and where, but not what."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record of the standard library's logging."""
        known: MutableMapping[str, Any] = {
            "logger": record.name,
            "at": [f"{_short(record.pathname)}:{record.lineno}:{record.funcName}"],
        }
        structlog.get_logger().log(
            record.levelno, "other_library", **known, exc_info=record.exc_info or None
        )
