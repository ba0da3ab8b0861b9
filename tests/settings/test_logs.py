"""That a log line holds ids and codes, and nobody's words, whatever was handed to it."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from uuid import UUID

import pytest
import structlog

from bot import logs
from bot.logs import HIDDEN, NAMELESS, told, without_words
from bot.traces import trace_of

CANARY = "Tom durft niets te zeggen"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Leave no trace of how logging was set up."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(params=["console", "json"])
def printed(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Set logging up, in each format, and give what was printed."""
    stream = StringIO()
    logs.set_up("info", request.param, stream)
    return stream.getvalue


def learner_says(words: str) -> None:
    """Fail as a turn may: with words in the message and in the values around it."""
    answer = f"{words} in a value"
    try:
        int(answer)
    except ValueError as error:
        raise KeyError(f"cannot read {answer}") from error


def test_an_exception_is_its_class_and_place_and_never_its_message(
    printed: Callable[[], str],
) -> None:
    try:
        learner_says(CANARY)
    except KeyError:
        structlog.get_logger().exception("turn_failed", kind="check_in")

    assert CANARY not in printed()
    assert "ValueError" in printed()
    assert "KeyError" in printed()
    assert "test_logs.py" in printed()
    assert "learner_says" in printed()
    assert len(printed().splitlines()) == 1


AMONG_OTHERS = f"sent {CANARY}"
GROUP = ExceptionGroup(CANARY, [ValueError(CANARY)])


@pytest.mark.parametrize(
    "say",
    [
        lambda log: log.info("sent", text=CANARY),
        lambda log: log.info("sent", person=CANARY),
        lambda log: log.info("sent", reason=[CANARY]),
        lambda log: log.info("sent", reason={"why": CANARY}),
        lambda log: log.info("sent", error=ValueError(CANARY)),
        lambda log: log.info(CANARY),
        lambda log: log.info(AMONG_OTHERS, person=UUID(int=1)),
        lambda log: log.info("sent", stack_info=True, name=CANARY),
        lambda log: log.error("failed", exc_info=GROUP),
        lambda log: log.bind(name=CANARY).warning("sent"),
    ],
    ids=[
        "under a key that is not known",
        "in the place of an id",
        "in a list",
        "in a mapping",
        "in an exception as a value",
        "as the event",
        "within the event",
        "beside the stack",
        "in a group of exceptions",
        "bound before",
    ],
)
def test_no_word_is_printed(
    say: Callable[[structlog.BoundLogger], None], printed: Callable[[], str]
) -> None:
    say(structlog.get_logger())

    assert printed()
    assert "Tom" not in printed()


def test_of_other_libraries_only_the_place_is_printed(printed: Callable[[], str]) -> None:
    try:
        learner_says(CANARY)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception for %s", CANARY)

    assert "uvicorn.error" in printed()
    assert "ValueError" in printed()
    assert CANARY not in printed()


async def test_a_task_that_nobody_awaits_is_no_leak(printed: Callable[[], str]) -> None:
    context = {"message": CANARY, "exception": ValueError(CANARY)}

    asyncio.get_running_loop().call_exception_handler(context)

    assert "ValueError" in printed()
    assert CANARY not in printed()


def test_what_other_libraries_tell_in_passing_is_left_out(printed: Callable[[], str]) -> None:
    logging.getLogger("alembic").info("Running upgrade")

    assert not printed()


def test_ids_codes_and_numbers_are_printed_as_they_are() -> None:
    stream = StringIO()
    logs.set_up("info", "json", stream)
    person = UUID("01890000-0000-7000-8000-000000000001")

    structlog.get_logger().info("sent", person=person, kind="check_in", count=2, seconds=0.5)

    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "sent",
        "level": "info",
        "person": str(person),
        "kind": "check_in",
        "count": 2,
        "seconds": 0.5,
    }


def test_a_lower_level_is_not_printed() -> None:
    stream = StringIO()
    logs.set_up("warning", "json", stream)

    structlog.get_logger().info("sent")

    assert not stream.getvalue()


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        ({"event": "sent", "word": 1}, {"event": "sent", "left_out": ["word"]}),
        ({"event": 3}, {"event": NAMELESS}),
        ({}, {"event": NAMELESS}),
        ({"event": "sent", "reason": "too soon"}, {"event": "sent", "reason": HIDDEN}),
        ({"event": "sent", "user": "a@b.nl"}, {"event": "sent", "left_out": ["user"]}),
        ({"event": "sent", "row": "a@b.nl"}, {"event": "sent", "row": HIDDEN}),
        ({"event": "sent", "slices": ("a", "b c")}, {"event": "sent", "slices": ["a", HIDDEN]}),
        ({"event": "sent", "trace": "a b < c.py:1"}, {"event": "sent", "trace": HIDDEN}),
        ({"event": "sent", "exc_info": None}, {"event": "sent"}),
        ({"event": "sent", "exc_info": True}, {"event": "sent"}),
    ],
)
def test_only_known_keys_with_values_like_codes_stay(
    event: dict[str, object], kept: dict[str, object]
) -> None:
    assert without_words(None, "info", event) == kept


def test_a_trace_is_printed_as_it_is() -> None:
    with pytest.raises(KeyError) as caught:
        learner_says(CANARY)
    trace = trace_of(caught.value)

    assert without_words(None, "error", {"event": "failed", "trace": trace})["trace"] == trace


def test_an_exception_is_told_by_classes_and_frames() -> None:
    with pytest.raises(KeyError, match="cannot read") as caught:
        learner_says(CANARY)

    lines = told(caught.value)

    assert lines[0] == "KeyError"
    assert "ValueError" in lines
    assert any(line.startswith("settings/test_logs.py:") for line in lines)
    assert not any(CANARY in line for line in lines)
