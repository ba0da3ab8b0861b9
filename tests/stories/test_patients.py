"""Programmes about patients: nothing that could identify one is kept, and work is no crisis."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.port import Pressed
from storage import dialogues
from storage.keyring import Keyring
from tests.people import Someone, Town, Turning
from tests.stories.steps import joins
from tests.stories.test_no_trace import changed_by
from tests.towns import a_town

pytestmark = pytest.mark.slow

PATIENT = "Mevrouw Jansen op kamer 12 vragen wat ze zelf wil"
DESPAIR = "De patiënt zei dat ze dood wil, en ik bleef zitten en luisterde"
THREAT = "De zoon van een bewoner heeft mij bedreigd en ik zei dat ik stopte"


@pytest.fixture
async def town(database_url: str, keyring: Keyring) -> AsyncIterator[Town]:
    """Give a town whose training was about patients."""
    async with a_town(database_url, keyring, about="patients") as made:
        yield made


@pytest.fixture
async def at_the_goal(learner: Someone, clock: Turning) -> Someone:
    """Give Sanne, who is asked what to try first."""
    await joins(learner, clock)
    await learner.taps("Start")
    return learner


async def answers_of(town: Town, someone: Someone) -> str:
    """Read all that was answered in the last dialogue."""
    async with town.hands.database.read() as tx:
        return (await dialogues.of_person(tx, someone.id))[-1].answers


async def means_it(someone: Someone, text: str) -> None:
    """Send the same form once more, after its notice."""
    asked = someone.last
    assert asked.dialogue is not None
    key = asked.fields[0].key
    await someone.does(Pressed(asked.dialogue, {key: text}, {key: 0}, sure=True))


async def test_every_text_field_says_what_to_leave_out(at_the_goal: Someone) -> None:
    assert (
        "Schrijf niets waaraan een patiënt te herkennen is." in at_the_goal.last.fields[0].seen_by
    )


async def test_what_may_identify_a_patient_is_not_kept(town: Town, at_the_goal: Someone) -> None:
    heard = await at_the_goal.writes(PATIENT)

    assert heard.notice is not None
    assert [each.does for each in heard.notice.options] == ["back", "sure"]
    assert "Jansen" not in await answers_of(town, at_the_goal)
    await means_it(at_the_goal, PATIENT)
    at_the_goal.reads("goal_setting.outcome")


async def test_a_typed_one_is_asked_for_again(town: Town, at_the_goal: Someone) -> None:
    heard = await at_the_goal.types(PATIENT)

    assert heard.may_stand is False
    at_the_goal.reads("care.patient_data")
    assert "Jansen" not in await answers_of(town, at_the_goal)
    await at_the_goal.taps("Het is er geen")
    at_the_goal.reads("control.send_again")
    await at_the_goal.types(PATIENT)
    at_the_goal.reads("goal_setting.outcome")


async def test_a_patients_despair_asks_whom_it_is_about(at_the_goal: Someone) -> None:
    heard = await at_the_goal.writes(DESPAIR)

    assert heard.notice is not None
    assert "113" in heard.notice.paragraphs[0]
    assert [each.does for each in heard.notice.options] == ["sure", "choose"]
    await means_it(at_the_goal, DESPAIR)
    at_the_goal.reads("goal_setting.outcome")


async def test_about_me_is_a_crisis(at_the_goal: Someone, clock: Turning) -> None:
    await at_the_goal.writes(DESPAIR)

    await at_the_goal.chooses("Over mij")

    at_the_goal.reads("care.crisis_nl")
    before = len(at_the_goal.messages)
    await clock.passes(days=30)
    assert len(at_the_goal.messages) == before


async def test_aggression_says_where_to_report_it(at_the_goal: Someone) -> None:
    heard = await at_the_goal.writes(THREAT)

    assert heard.notice is not None
    assert heard.notice.paragraphs[0].startswith("Vervelend.")
    await means_it(at_the_goal, THREAT)
    at_the_goal.reads("goal_setting.outcome")


async def test_one_can_stop_there(at_the_goal: Someone) -> None:
    await at_the_goal.writes(THREAT)

    await at_the_goal.chooses("Stop hier")

    at_the_goal.reads("control.cancelled")


@pytest.mark.parametrize("text", [DESPAIR, THREAT, PATIENT])
async def test_none_of_it_leaves_a_trace(
    town: Town, learner: Someone, clock: Turning, text: str
) -> None:
    await joins(learner, clock)

    ordinary = await changed_by(town, learner, "Wat eten we vanavond met zijn allen")
    found = await changed_by(town, learner, text)

    assert found == ordinary


async def test_what_may_identify_a_patient_is_not_held_either(
    town: Town, at_the_goal: Someone, clock: Turning
) -> None:
    await at_the_goal.writes("Vragen wat iemand zelf wil voor ik begin")
    await clock.passes(days=4)

    heard = await at_the_goal.types(PATIENT)

    assert heard.may_stand is False
    at_the_goal.reads("care.patient_data")
    async with town.hands.database.read() as tx:
        assert (await dialogues.of_person(tx, at_the_goal.id))[-1].held is None
