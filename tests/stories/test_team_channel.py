"""A plan in the team's channel: posted by choice, answered one to one, gone when taken back."""

from __future__ import annotations

import pytest

from storage import erasing, pledges
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.pairs import beside_a_team
from tests.stories.steps import plans_in_dutch
from tests.stories.test_kept_no_longer import some_time_later

pytestmark = [pytest.mark.slow, pytest.mark.every_chat, pytest.mark.begins(beside_a_team)]

PLAN = "zeg ik Tom één ding dat hielp"
SAW = "Ze zei Tom na het overleg wat hielp"


@pytest.fixture
def team(town: Town) -> Someone:
    """Give what everybody in the channel sees."""
    return town["team"]


@chapter(after=beside_a_team)
async def posted(town: Town) -> None:
    """She posted her plan, and asked nobody in particular."""
    learner = town["Sanne"]
    await plans_in_dutch(learner)
    learner.reads("share.whom")
    await learner.taps("Mijn team")
    learner.reads("share.post")
    await learner.taps("Plaats")
    await town.clock.passes(days=1)


@pytest.mark.begins(posted)
async def test_what_was_seen_goes_to_the_learner_alone(
    learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    team.reads("post.see")
    assert PLAN in team.text()

    await tom.answers_in(team, "Ik zag het")
    tom.reads("post.saw")
    await tom.writes(SAW)
    await tom.taps("Stuur")
    await clock.passes(days=8)

    learner.reads("seen.sighting")
    assert SAW in learner.text()
    team.never_saw(SAW)


@pytest.mark.begins(posted)
async def test_a_tip_goes_to_the_learner_alone(
    learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await tom.answers_in(team, "Ik heb een tip")
    tom.reads("post.tip")
    await tom.writes("Begin met wat je zag")
    await tom.taps("Stuur")
    await clock.passes(days=8)

    learner.reads("seen.tip")
    await learner.taps("Bewaar")
    team.never_saw("Begin met wat je zag")


@pytest.mark.begins(posted)
async def test_who_offers_help_becomes_a_buddy_once_both_said_yes(
    town: Town, learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await tom.answers_in(team, "Ik help mee")
    tom.reads("hold_me.promise")
    await tom.taps("zeg ik wat ik zag")
    await tom.taps("Klopt")
    await clock.passes(days=8)
    learner.reads("agree.right")
    await learner.taps("Klopt")

    async with town.hands.database.read() as tx:
        states = [each.state for each in await pledges.of_person(tx, learner.id)]
    assert states == ["posted", "active"]
    heard = await tom.answers_in(team, "Ik help mee")
    assert heard.refusals == {"": "Je houdt deze collega al aan dit plan."}


@pytest.mark.begins(posted)
async def test_a_post_is_gone_when_it_is_taken_back(
    learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await learner.edits("post", "dont")
    await clock.passes(hours=1)

    team.never_saw(PLAN)
    assert "Dit is niet meer gedeeld." in team.text()
    assert tom.messages == []


@pytest.mark.begins(posted)
async def test_a_post_shows_what_the_plan_says_now(
    learner: Someone, team: Someone, clock: Turning
) -> None:
    await learner.edits("plan.then", "zeg ik Tom wat een camera zag")
    await clock.passes(hours=2)
    assert PLAN in team.text()

    await learner.taps("Plaats")
    await clock.passes(hours=2)

    team.never_saw(PLAN)
    assert "zeg ik Tom wat een camera zag" in team.text()
    assert len(team.messages) == 1


@pytest.mark.parametrize("days", [0, 100, 200])
@pytest.mark.begins(posted)
async def test_a_post_is_gone_when_its_writer_is_erased(
    town: Town, learner: Someone, team: Someone, clock: Turning, days: int
) -> None:
    await some_time_later(town, days)
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, learner.id, clock.now)
    await clock.passes(hours=1)

    team.never_saw(PLAN)


async def test_nothing_is_posted_where_nobody_is_asked(
    learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await plans_in_dutch(learner, asks=tom)
    await learner.taps("Met niemand")
    learner.reads("goal_setting.done")
    await clock.passes(days=3)

    assert (tom.messages, team.messages) == ([], [])


@pytest.mark.begins(posted)
async def test_ones_own_post_is_for_others_to_answer(learner: Someone, team: Someone) -> None:
    heard = await learner.answers_in(team, "Ik zag het")

    assert list(heard.refusals.values()) == ["Dit is je eigen plan: hier antwoorden je collega's."]


@pytest.mark.parametrize("answer", ["Ik zag het", "Ik heb een tip", "Ik help mee"])
@pytest.mark.begins(posted)
async def test_whether_its_writer_stopped_a_post_tells_nobody(
    answer: str, learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await learner.types("stop")
    seen = len(learner.messages)

    heard = await tom.answers_in(team, answer)
    await clock.passes(days=20)

    assert (heard.refusals, len(tom.messages)) == ({}, 1)
    assert len(learner.messages) == seen


@pytest.mark.begins(posted)
async def test_a_second_answer_asks_the_same_question_again(
    tom: Someone, team: Someone, learner: Someone, clock: Turning
) -> None:
    await tom.answers_in(team, "Ik zag het")
    await tom.answers_in(team, "Ik zag het")

    await tom.writes(SAW)
    await tom.taps("Stuur")
    await clock.passes(days=1)
    await learner.taps("Ja")
    await clock.passes(days=8)

    assert learner.text().count(SAW) == 1


@pytest.mark.begins(posted)
async def test_nobody_posts_twice_in_two_weeks(
    learner: Someone, team: Someone, clock: Turning
) -> None:
    await learner.edits("post", "dont")
    await learner.edits("post", "post")

    await clock.passes(days=12)
    team.never_saw(PLAN)
    await clock.passes(days=3)

    assert PLAN in team.text()


@pytest.mark.begins(posted)
async def test_what_readers_offered_ends_with_the_post(
    town: Town, learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await tom.answers_in(team, "Ik help mee")
    await tom.taps("zeg ik wat ik zag")
    await tom.taps("Klopt")
    await clock.passes(days=8)
    await learner.taps("Klopt")
    assert PLAN in tom.text()

    await learner.edits("post", "dont")
    await clock.passes(days=20)

    tom.never_saw(PLAN)
    tom.never_saw("Was je er de afgelopen week bij")
    async with town.hands.database.read() as tx:
        reasons = [each.reason for each in await pledges.of_person(tx, learner.id)]
    assert reasons == ["withdrawn", "withdrawn"]


@pytest.mark.begins(posted)
async def test_who_was_about_to_write_reads_that_it_is_shared_no_more(
    learner: Someone, tom: Someone, team: Someone, clock: Turning
) -> None:
    await tom.answers_in(team, "Ik zag het")
    tom.reads("post.saw")

    await learner.edits("post", "dont")
    await clock.passes(hours=1)
    heard = await tom.writes(SAW)

    assert list(heard.refusals.values()) == ["Dit is niet meer gedeeld."]


@pytest.mark.begins(posted)
async def test_after_the_course_a_post_asks_nobody(
    tom: Someone, team: Someone, clock: Turning
) -> None:
    await clock.passes(days=64)

    heard = await tom.answers_in(team, "Ik help mee")

    assert heard.refusals
    assert tom.messages == []
