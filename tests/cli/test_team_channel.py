"""`holdfast cohort team-channel`: where the learners of a cohort may post what they try."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.edge import Ended
from bot.cli.house import Desk, change, look
from storage import cohorts, people, workspaces
from tests.cli.conftest import Holdfast
from tests.cli.test_commands import COHORT

GIVEN = ("cohort", "team-channel", "Najaar", "#team-noord", "--readers")


async def _add_chat(desk: Desk) -> None:
    await workspaces.add(
        desk.tx, organisation=desk.organisation.id, platform="slack", external_id="T1",
        language="nl", zone="Europe/Amsterdam",
    )  # fmt: skip


@pytest.fixture
def with_cohort(house: Path, holdfast: Holdfast) -> None:
    """Give an organisation with a chat and a cohort."""
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")
    change(_add_chat)


async def _channel(desk: Desk) -> tuple[str, str, str, int]:
    cohort = await cohorts.by_name(desk.tx, desk.organisation.id, "Najaar")
    assert cohort
    assert cohort.team_channel_id
    channel = await people.get(desk.tx, cohort.team_channel_id)
    there = await people.all_in(desk.tx, desk.organisation.id)
    return channel.name, channel.status, channel.language, len(there)


@pytest.mark.usefixtures("with_cohort")
def test_a_cohort_gets_a_channel_once(holdfast: Holdfast) -> None:
    first = holdfast(*GIVEN, "12", "--language", "en")
    again = holdfast(*GIVEN, "12")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "is asked whether to post it in #team-noord" in " ".join(first.output.split())
    name, status, language, there = look(_channel)
    assert (name, status, language) == ("#team-noord", "channel", "en")
    assert there == look(_count_active) + 1


async def _count_active(desk: Desk) -> int:
    there = await people.all_in(desk.tx, desk.organisation.id)
    return sum(each.status == "active" for each in there)


@pytest.mark.usefixtures("with_cohort")
@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        ((*GIVEN, "51"), Ended.PROBLEM, "name one of 50 at most"),
        ((*GIVEN, "0"), Ended.USAGE, "--readers"),
        ((*GIVEN, "9", "--language", "fr"), Ended.USAGE, "Choose from: "),
        (
            ("cohort", "team-channel", "Najar", "#x", "--readers", "9"),
            Ended.PROBLEM,
            'Did you mean "Najaar"',
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    command: tuple[str, ...], code: int, why: str, holdfast: Holdfast
) -> None:
    said = holdfast(*command)

    assert said.exit_code == code
    assert why in " ".join(said.output.split())


def test_without_a_chat_there_is_no_channel(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")

    said = holdfast(*GIVEN, "9")

    assert said.exit_code == Ended.PROBLEM
    assert "There is no chat yet" in said.output
