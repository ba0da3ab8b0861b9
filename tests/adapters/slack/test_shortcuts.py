"""The two shortcuts: to begin from anywhere, and to keep one's own message in one's own log."""

from __future__ import annotations

import pytest

from bot.adapters.slack.manifest import SAVE, START
from bot.saving import ROW
from storage import enrolments, log
from tests.adapters.slack.test_home import before, texts
from tests.people import Someone
from tests.slack_town import SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

SAID = "Ik vroeg Tom na het overleg wat hij had gezien"


async def kept(town: SlackTown, someone: Someone) -> list[str]:
    """Read all that stands in somebody's log."""
    async with town.hands.database.read() as tx:
        [course] = await enrolments.of_person(tx, someone.id)
        entries = await log.of_enrolment(tx, course.id)
    return [text for each in entries for row, text in each.words["texts"] if row == ROW]


async def saves(town: SlackTown, someone: Someone, text: str, author: str = "") -> None:
    """Let somebody use the shortcut at a message in a channel."""
    message = {"ts": "1795420800.000200", "user": author or someone.user, "text": text}
    await before(someone).uses_shortcut(SAVE, message)
    await town.hands.look()


async def takes_part(town: SlackTown) -> Someone:
    """Give Sanne, who takes part."""
    await town["Sanne"].taps("Ik doe mee")
    await town["Sanne"].taps("Prima")
    return town["Sanne"]


async def test_ones_own_message_is_kept_and_can_be_taken_out(invited_town: SlackTown) -> None:
    sanne = await takes_part(invited_town)

    await saves(invited_town, sanne, SAID)

    sanne.reads("saved.saved")
    assert await kept(invited_town, sanne) == [SAID]
    assert "Kijk onder 'Berichten'" in texts(invited_town.slack.opened[-1])
    assert SAID not in sanne.text()  # the chat's own history need not hold it twice

    await saves(invited_town, sanne, "Ik deed het nog eens")
    await sanne.taps("Haal weg")
    sanne.reads("saved.undone")
    assert await kept(invited_town, sanne) == [SAID]


async def test_somebody_elses_message_is_not(invited_town: SlackTown) -> None:
    sanne = await takes_part(invited_town)

    await saves(invited_town, sanne, SAID, author="U0SOMEBODY")
    await saves(invited_town, sanne, "")

    assert await kept(invited_town, sanne) == []
    assert "Alleen wat je zelf schreef" in texts(invited_town.slack.opened[-1])


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Ik wil er niet meer zijn", "care.crisis_nl"),
        ("x" * 3000, "common.too_long"),
    ],
)
async def test_what_must_not_be_kept_is_not(invited_town: SlackTown, text: str, row: str) -> None:
    sanne = await takes_part(invited_town)

    await saves(invited_town, sanne, text)

    sanne.reads(row)
    assert await kept(invited_town, sanne) == []


async def test_who_takes_part_in_nothing_keeps_nothing(invited_town: SlackTown) -> None:
    sanne = invited_town["Sanne"]

    await saves(invited_town, sanne, SAID)

    sanne.reads("saved.nowhere")
    assert await kept(invited_town, sanne) == []


async def test_the_other_begins_from_anywhere(invited_town: SlackTown) -> None:
    sanne = invited_town["Sanne"]
    await sanne.taps("Nee, dank je")

    await before(sanne).uses_shortcut(START)
    await invited_town.hands.look()

    sanne.reads("welcome.promise")
