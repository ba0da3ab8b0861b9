"""Programmes about patients: nothing that could identify one is kept, and work is no crisis."""

from __future__ import annotations

import pytest

from bot.port import Pressed, Saved
from storage import dialogues, enrolments, log
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.steps import joins
from tests.stories.test_no_trace import changed_by

PATIENT = "Mevrouw Jansen op kamer 12 vragen wat ze zelf wil"
DESPAIR = "De patiënt zei dat ze dood wil, en ik bleef zitten en luisterde"
THREAT = "De zoon van een bewoner heeft mij bedreigd en ik zei dat ik stopte"


@chapter(about="patients")
async def joined(town: Town) -> None:
    """She joined after a training about patients."""
    await joins(town["Sanne"], town.clock)


@chapter(after=joined)
async def at_the_goal(town: Town) -> None:
    """She is asked what to try first."""
    await town["Sanne"].taps("Start")


pytestmark = [pytest.mark.slow, pytest.mark.every_chat, pytest.mark.begins(at_the_goal)]


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


async def test_every_text_field_says_what_to_leave_out(learner: Someone) -> None:
    assert "Schrijf niets waaraan een patiënt te herkennen is." in learner.last.fields[0].seen_by


async def test_what_may_identify_a_patient_is_not_kept(town: Town, learner: Someone) -> None:
    heard = await learner.writes(PATIENT)

    assert heard.notice is not None
    assert [each.does for each in heard.notice.options] == ["back", "sure"]
    assert "Jansen" not in await answers_of(town, learner)
    await means_it(learner, PATIENT)
    learner.reads("goal_setting.outcome")


async def test_a_typed_one_is_asked_for_again(town: Town, learner: Someone) -> None:
    heard = await learner.types(PATIENT)

    assert heard.may_stand is False
    learner.reads("care.patient_data")
    assert "Jansen" not in await answers_of(town, learner)
    await learner.taps("Het is er geen")
    learner.reads("control.send_again")
    await learner.types(PATIENT)
    learner.reads("goal_setting.outcome")


async def test_a_patients_despair_asks_whom_it_is_about(learner: Someone) -> None:
    heard = await learner.writes(DESPAIR)

    assert heard.notice is not None
    assert "113" in heard.notice.paragraphs[0]
    assert [each.does for each in heard.notice.options] == ["sure", "choose"]
    await means_it(learner, DESPAIR)
    learner.reads("goal_setting.outcome")


async def test_about_me_is_a_crisis(learner: Someone, clock: Turning) -> None:
    await learner.writes(DESPAIR)

    await learner.chooses("Over mij")

    learner.reads("care.crisis_nl")
    before = len(learner.messages)
    await clock.passes(days=30)
    assert len(learner.messages) == before


async def test_aggression_says_where_to_report_it(learner: Someone) -> None:
    heard = await learner.writes(THREAT)

    assert heard.notice is not None
    assert heard.notice.paragraphs[0].startswith("Vervelend.")
    await means_it(learner, THREAT)
    learner.reads("goal_setting.outcome")


async def test_one_can_stop_there(learner: Someone) -> None:
    await learner.writes(THREAT)

    await learner.chooses("Stop hier")

    learner.reads("control.cancelled")


@pytest.mark.own_chat
@pytest.mark.parametrize("text", [DESPAIR, THREAT, PATIENT])
@pytest.mark.begins(joined)
async def test_none_of_it_leaves_a_trace(town: Town, learner: Someone, text: str) -> None:
    ordinary = await changed_by(town, learner, "Wat eten we vanavond met zijn allen")
    found = await changed_by(town, learner, text)

    assert found == ordinary


async def test_what_may_identify_a_patient_is_not_held_either(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.writes("Vragen wat iemand zelf wil voor ik begin")
    await clock.passes(days=4)

    heard = await learner.types(PATIENT)

    assert heard.may_stand is False
    learner.reads("care.patient_data")
    async with town.hands.database.read() as tx:
        assert (await dialogues.of_person(tx, learner.id))[-1].held is None


@pytest.mark.parametrize(
    ("text", "row"), [(PATIENT, "saved.not_kept"), (THREAT, "care.aggression")]
)
async def test_a_message_from_elsewhere_is_no_way_around_it(
    town: Town, learner: Someone, text: str, row: str
) -> None:
    await learner.does(Saved(text))

    learner.reads(row)
    async with town.hands.database.read() as tx:
        [course] = await enrolments.of_person(tx, learner.id)
        assert await log.of_enrolment(tx, course.id) == []
