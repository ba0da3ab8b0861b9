"""Heavy words leave the rows, logs and metrics of words that were not understood, and no others.

The rows are compared raw, as somebody would read them who has the files and no key: what is sealed
counts by its length.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.cli.metrics import exposition
from bot.port import Heard, Pressed
from storage import counts, dialogues
from storage.schema import metadata
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import at_the_goal, joined, planned

pytestmark = pytest.mark.slow

ORDINARY = "Wat eten we vanavond met zijn allen"
HEAVY = {
    "tier 1": "Ik trek het niet meer, ik ben opgebrand",
    "tier 2": "Ik wil niet meer leven",
    "tier 3": "Ik word gepest door een collega",
}
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Their numbers rise by one with every row, whatever it says.
_COUNTED = {"seq", "version"}

Dump = Counter[str]


async def dumped(town: Town) -> Dump:
    """Read every row of every table as a line, without ids, moments and running numbers."""
    async with town.hands.database.read() as tx:
        lines = [
            f"{table.name} {json.dumps(_plain(row), sort_keys=True)}"
            for table in metadata.sorted_tables
            for row in await tx.rows(select(table))
        ]
    return Counter(lines)


def _plain(row: dict[str, Any]) -> dict[str, object]:
    return {
        name: len(value) if isinstance(value, bytes) else _ID.sub("an id", str(value))
        for name, value in row.items()
        if name not in _COUNTED and not hasattr(value, "isoformat")
    }


async def measured(town: Town) -> Counter[str]:
    """Read the metrics, those that tell of time left out."""
    async with town.hands.database.read() as tx:
        shown = exposition(await counts.gather(tx), town.clock.now).decode()
    lines = [line.rsplit(" ", 1) for line in shown.splitlines() if not line.startswith("#")]
    return Counter({name: int(float(value)) for name, value in lines if "seconds" not in name})


async def changed_by(town: Town, learner: Someone, text: str) -> tuple[object, ...]:
    """Let a text be typed, and give all that changed: rows, metrics, log lines, what is shown."""
    rows, numbers = await dumped(town), await measured(town)
    with structlog.testing.capture_logs() as logged:
        heard = await learner.types(text)
    after, numbers_after = await dumped(town), await measured(town)
    new, gone = after - rows, rows - after
    return new, gone, numbers_after - numbers, logged, heard


@pytest.mark.parametrize("tier", HEAVY)
@pytest.mark.begins(planned)
async def test_heavy_words_leave_what_words_not_understood_leave(
    town: Town, learner: Someone, tier: str
) -> None:
    ordinary = await changed_by(town, learner, ORDINARY)
    learner.reads("common.unknown")
    heavy = await changed_by(town, learner, HEAVY[tier])

    assert heavy == ordinary
    assert ordinary[0], "there is something to compare"
    learner.never_saw(HEAVY[tier])


@pytest.mark.parametrize("tier", HEAVY)
@pytest.mark.begins(at_the_goal)
async def test_heavy_words_in_a_form_leave_what_any_refusal_leaves(
    town: Town, learner: Someone, tier: str
) -> None:
    async def after(text: str) -> tuple[object, ...]:
        rows, numbers = await dumped(town), await measured(town)
        with structlog.testing.capture_logs() as logged:
            heard = await learner.writes(text)
        assert heard.refusals or heard.notice
        new, gone = await dumped(town) - rows, rows - await dumped(town)
        return new, gone, await measured(town) - numbers, logged

    refused = await after(".")
    heavy = await after(HEAVY[tier])

    assert heavy == refused


@pytest.mark.begins(at_the_goal)
async def test_a_heavy_text_waits_in_its_field_until_its_writer_carries_on(
    learner: Someone,
) -> None:
    asked = learner.last

    heard = await learner.writes(HEAVY["tier 3"])

    assert heard.notice is not None
    goes_on = next(each for each in heard.notice.options if each.id == "go_on")
    assert (goes_on.does, goes_on.says.startswith("Begreep ik je verkeerd?")) == ("sure", True)
    assert asked.dialogue is not None
    key = asked.fields[0].key
    taken = await learner.does(
        Pressed(asked.dialogue, {key: HEAVY["tier 3"]}, {key: 0}, sure=True)
    )
    assert taken == Heard()
    learner.reads("goal_setting.outcome")


@pytest.mark.begins(at_the_goal)
async def test_a_crisis_is_one_however_sure_its_writer_is(learner: Someone) -> None:
    asked = learner.last
    assert asked.dialogue is not None
    key = asked.fields[0].key

    heard = await learner.does(
        Pressed(asked.dialogue, {key: HEAVY["tier 2"]}, {key: 0}, sure=True)
    )

    assert heard.notice is not None
    assert "113" in "".join(heard.notice.paragraphs)
    assert heard.notice.options == ()


@pytest.mark.begins(planned)
async def test_after_a_crisis_nothing_comes_by_itself(learner: Someone, clock: Turning) -> None:
    await learner.types(HEAVY["tier 2"])
    learner.reads("care.crisis_nl")
    before = len(learner.messages)

    await clock.passes(days=60)

    assert len(learner.messages) == before
    await learner.types("start")
    learner.reads("control.back")


@pytest.mark.begins(planned)
async def test_a_crisis_in_a_pause_leaves_no_more_than_any_text(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("1 week")

    ordinary = await changed_by(town, learner, ORDINARY)
    crisis = await changed_by(town, learner, HEAVY["tier 2"])

    assert crisis == ordinary
    before = len(learner.messages)
    await clock.passes(days=30)
    assert len(learner.messages) == before


@pytest.mark.parametrize(
    ("button", "row"),
    [
        ("Pauzeer", "control.silent"),
        ("Wie kan helpen?", "care.who_helps_nl"),
        ("Ga door", "care.misread"),
    ],
)
@pytest.mark.begins(joined)
async def test_heavy_words_are_met_with_three_ways_on(
    learner: Someone, button: str, row: str
) -> None:
    await learner.types(HEAVY["tier 1"])
    learner.reads("care.heavy")

    await learner.taps(button)

    learner.reads(row)


@pytest.mark.begins(planned)
async def test_that_pause_is_one_of_two_weeks(learner: Someone, clock: Turning) -> None:
    await learner.types(HEAVY["tier 1"])
    paused = clock.now
    await learner.taps("Pauzeer")

    await clock.goes_on_until(learner)

    assert timedelta(days=13) < clock.now - paused < timedelta(days=21)
    learner.reads("control.back")


@pytest.mark.parametrize("button", ["Pauzeer", "Wie kan helpen?"])
@pytest.mark.begins(at_the_goal)
async def test_the_buttons_of_a_notice_are_heard(learner: Someone, button: str) -> None:
    await learner.writes(HEAVY["tier 1"])

    await learner.chooses(button)

    assert len(learner.last.paragraphs) == 1


@pytest.mark.begins(planned)
async def test_a_pause_of_heavy_words_is_that_of_any_pause(town: Town, learner: Someone) -> None:
    async def paused(text: str, button: str) -> tuple[Dump, Dump]:
        await learner.types(text)
        rows = await dumped(town)
        await learner.taps(button)
        after = await dumped(town)
        await learner.types("start")
        return after - rows, rows - after

    asked_for = await paused("pauze", "2 weken")
    of_heavy_words = await paused(HEAVY["tier 1"], "Pauzeer")

    assert of_heavy_words == asked_for


@pytest.mark.begins(at_the_goal)
async def test_what_two_quick_messages_say_together_is_heavy_too(
    town: Town, learner: Someone, clock: Turning
) -> None:
    written = clock.now
    await clock.passes(minutes=1)
    await learner.types("Ik wil niet")

    heard = await learner.types("meer leven", at=written - timedelta(minutes=1))

    assert heard.may_stand is False
    learner.reads("care.crisis_nl")
    async with town.hands.database.read() as tx:
        rows = await dialogues.of_person(tx, learner.id)
    assert all("meer leven" not in row.answers for row in rows)


@pytest.mark.begins(at_the_goal)
async def test_heavy_words_that_were_typed_can_be_meant_after_all(learner: Someone) -> None:
    learner.reads("goal_setting.goal")
    await learner.types(HEAVY["tier 3"])

    await learner.taps("Ga door")

    learner.reads("care.misread")
    assert learner.last.fields, "the question stands open again"
