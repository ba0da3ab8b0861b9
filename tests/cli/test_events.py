"""What `holdfast events` tells of what failed, and what comes of hearing it again."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest

from bot import events
from bot.cli.edge import Ended
from bot.cli.events import conversation_of
from bot.cli.house import Desk, at_work, change, look
from bot.conversation import MOST_TRIES
from bot.port import Event, Typed
from bot.settings import read_settings
from storage import addresses, audit, counts, inbox, outbox, people, workspaces
from storage.database import Database, Transaction
from storage.inbox import Event as Kept
from tests.cli.conftest import Holdfast

pytestmark = pytest.mark.slow

THEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WORDS = "Mijn collega Tom zegt nooit iets terug"
UNREADABLE = json.dumps({"text": WORDS})

Fails: TypeAlias = Callable[..., UUID]


@pytest.fixture
def fails(
    database_url: str, key: str, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> Fails:
    """Let an event of somebody's fail, so many times, and give its id; on both databases."""
    _ = key
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", database_url)
    home = ("--language", "nl", "--zone", "Europe/Amsterdam")
    assert holdfast("organisation", "create", "Zonnewijzer", *home).exit_code == 0

    def run(text: str, *, times: int = 1) -> UUID:
        return change(lambda desk: _keep(desk, text, times))

    return run


async def _keep(desk: Desk, text: str, times: int) -> UUID:
    home = {"language": "nl", "zone": "Europe/Amsterdam"}
    workspace = await workspaces.by_external(desk.tx, "local", "local")
    if workspace is None:
        workspace = await workspaces.add(
            desk.tx, organisation=desk.organisation.id, platform="local", external_id="local",
            **home,
        )  # fmt: skip
    name = f"Sanne-{uuid4()}"
    person = await people.add(
        desk.tx, organisation=desk.organisation.id, name=name, email=None,
        language=home["language"], zone=home["zone"],
    )  # fmt: skip
    await addresses.add(
        desk.tx, person=person.id, workspace=workspace.id, user=name, preferred=True
    )
    event = Event(f"e-{name}", workspace.id, name, THEN, Typed(text))
    kept = json.dumps(events.to_json(event)) if text != UNREADABLE else UNREADABLE
    for _ in range(times):
        await inbox.keep_failed(desk.tx, workspace.id, event.id, "typed", person.id, kept, THEN)
    return (await inbox.failed(desk.tx))[-1].id


async def _waiting(desk: Desk) -> list[Kept]:
    return await inbox.failed(desk.tx)


async def _trail(desk: Desk) -> list[tuple[str, str | None]]:
    found = [(each.action, each.subject) async for each in audit.entries(desk.tx)]
    return [each for each in found if each[0].startswith("events.")]


async def _answered(desk: Desk) -> bool:
    return await outbox.next_due(desk.tx) is not None


def test_what_failed_is_listed_without_a_word_of_it(fails: Fails, holdfast: Holdfast) -> None:
    row = fails(WORDS)

    said = holdfast("events", "list", "--json")

    assert json.loads(said.output) == {
        "events": [
            {
                "id": str(row),
                "at": "2026-11-23T08:00:00+00:00",
                "kind": "typed",
                "platform": "local",
                "tries": 1,
                "next_try": "2026-11-23T08:10:00+00:00",
            }
        ]
    }


def test_people_read_a_table_of_what_failed(
    fails: Fails, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    row = fails(WORDS, times=MOST_TRIES)

    said = holdfast("events", "list").output

    assert str(row) in said
    assert "none by itself" in said
    assert "Tom" not in said
    assert "Sanne" not in said


def test_where_nothing_failed_that_is_said(fails: Fails, holdfast: Holdfast) -> None:
    _ = fails

    assert holdfast("events", "list").output == "No event waits to be heard again.\n"
    assert holdfast("events", "retry", "--all").output == "No event waits to be heard again.\n"


def test_an_event_that_was_given_up_is_heard_again(fails: Fails, holdfast: Holdfast) -> None:
    row = fails("help", times=MOST_TRIES)

    said = holdfast("events", "retry", str(row))

    assert said.exit_code == Ended.FINE
    assert f"{row}: heard." in said.output
    assert look(_waiting) == []
    assert look(_answered)
    assert look(_trail) == [("events.retry", f"event:{row}")]


def test_what_fails_again_stays_kept_with_its_tries(fails: Fails, holdfast: Holdfast) -> None:
    heard, kept = fails("help"), fails(UNREADABLE, times=3)

    said = holdfast("events", "retry", "--all")

    assert said.exit_code == Ended.PROBLEM
    assert f"{heard}: heard." in said.output
    assert f"{kept}: failed again, and stays kept." in said.output
    assert "1 of 2 failed again." in said.output
    assert [(each.id, each.tries) for each in look(_waiting)] == [(kept, 3)]
    assert look(_trail) == [
        ("events.retry", f"event:{heard}"),
        ("events.retry", f"event:{kept}"),
    ]
    assert "Tom" not in said.output


def test_an_event_that_does_not_wait_is_refused(fails: Fails, holdfast: Holdfast) -> None:
    _ = fails
    unknown = uuid4()

    said = holdfast("events", "retry", str(unknown))

    assert said.exit_code == Ended.PROBLEM
    assert f"No failed event has the id {unknown}" in said.output


@pytest.mark.parametrize("words", [[], ["--all", str(uuid4())]], ids=["neither", "both"])
def test_one_or_all_is_to_be_said(words: list[str], key: str, holdfast: Holdfast) -> None:
    _ = key

    said = holdfast("events", "retry", *words)

    assert said.exit_code == Ended.USAGE
    assert "Give the id of one event, or --all" in said.output


def test_an_event_that_two_hear_at_once_is_heard_once(fails: Fails) -> None:
    row = fails("help")

    heard = at_work(lambda database: _both(database, row))

    assert sorted(heard) == [False, True]
    assert look(_waiting) == []
    assert look(_answers) == 2  # what Holdfast can do, and the code for support


async def _both(database: Database, row: UUID) -> list[bool]:
    """Hear one event twice at once, as a retry beside a Holdfast at work may."""
    ear = conversation_of(read_settings(), database)
    return list(
        await asyncio.gather(*(ear.hear_now(row, THEN, _noting_nothing) for _ in range(2)))
    )


async def _noting_nothing(_: Transaction) -> None:
    """Write nothing down."""


async def _answers(desk: Desk) -> int:
    return sum((await counts.gather(desk.tx)).messages.values())
