"""What a learner lets their buddy know at a check-in, and asks of them: all by choice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot import buddying
from bot.deeds import AskBuddy
from bot.sides import Side
from storage import dialogues, people, pledges
from tests.chapters import chapter
from tests.people import Someone, Town, Turning
from tests.stories.pairs import (
    agreed,
    agreed_and_asked,
    is_erased,
    leaves,
    the_only_pledge,
    tom_is_there,
)
from tests.stories.steps import plans_in_dutch

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]

DID = "Ik zei Tom na het overleg wat hielp"
EFFECT = "Hij keek op en deed het donderdag weer zo"
NEXT_TIME = "Eerst vragen of het uitkomt"


@chapter(after=agreed_and_asked)
async def asked_to_tell(town: Town) -> None:
    """She said at the first check-in that it worked."""
    learner = town["Sanne"]
    await learner.taps("Gedaan, werkte")
    await learner.fills(did=DID, effect=EFFECT, differently=NEXT_TIME)
    await learner.taps("Duidelijk moment")
    await learner.taps("Zelfde plan")
    await learner.taps("Liever niet")


@chapter(after=agreed_and_asked)
async def asked_to_tell_again(town: Town) -> None:
    """She let the first visit pass, and said at the second that it was hard."""
    learner = town["Sanne"]
    await learner.taps("Iets anders gedaan")
    await learner.skips()
    await learner.skips()
    await learner.taps("Liever niet")
    for _ in range(6):
        if "Hoe is het gegaan?" in learner.last.paragraphs[-1] and learner.last.fields:
            break
        await town.clock.goes_on_until(learner)
    await learner.taps("Gedaan, ging stroef")
    await learner.taps("Durfde niet")
    await learner.writes(NEXT_TIME)
    await learner.taps("Zo laten")
    await learner.taps("Liever niet")


@pytest.mark.begins(asked_to_tell)
async def test_a_buddy_hears_of_the_first_success_if_the_learner_wants(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    learner.reads("tell_buddy.worked")
    await learner.taps("Ja")
    learner.reads("check_in.noted_applied")
    await clock.passes(days=2)

    tom.reads("updates.worked")
    tom.never_saw(NEXT_TIME)
    tom.never_saw(EFFECT)


@pytest.mark.begins(asked_to_tell)
async def test_a_buddy_hears_nothing_if_the_learner_does_not_want(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Nee")
    await clock.passes(days=8)

    tom.never_saw("het is gelukt")


@pytest.mark.begins(asked_to_tell)
async def test_what_a_buddy_was_told_can_be_taken_back(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Ja")
    await clock.passes(days=2)
    assert "het is gelukt" in tom.text()

    await learner.edits("tell_worked", "no")
    await clock.passes(hours=1)

    tom.never_saw("het is gelukt")


async def takes_it_all_back(town: Town) -> None:
    """Let her take back that he holds her to anything."""
    await town["Sanne"].edits("send", "dont")


async def stops(town: Town) -> None:
    """Let him stop."""
    await town["Tom"].types("stop")


@pytest.mark.parametrize("does", [takes_it_all_back, is_erased, leaves, stops])
@pytest.mark.begins(asked_to_tell_again)
async def test_what_a_buddy_was_told_goes_when_what_they_had_together_does(
    does: Callable[[Town], Awaitable[None]], town: Town, learner: Someone, tom: Someone,
    clock: Turning,
) -> None:  # fmt: skip
    await learner.taps("Stuur")
    await clock.passes(days=8)
    assert NEXT_TIME in tom.text()

    await does(town)
    await clock.passes(hours=1)

    tom.never_saw(NEXT_TIME)
    tom.never_saw("zeggen wat hielp")


@pytest.mark.begins(asked_to_tell_again)
async def test_two_lines_go_to_the_buddy_as_they_were_previewed(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    learner.reads("tell_buddy.update")
    await learner.taps("Aanpassen")
    await learner.writes("Na het overleg even blijven zitten")
    learner.reads("tell_buddy.update")
    await learner.taps("Stuur")
    await clock.passes(days=8)

    tom.reads("updates.update")
    assert "Een collega zeggen wat hielp na het overleg" in tom.text()
    assert "Na het overleg even blijven zitten" in tom.text()
    tom.never_saw(NEXT_TIME)


@pytest.mark.begins(agreed_and_asked)
async def test_a_changed_plan_is_offered_to_the_buddy_and_holds_when_both_say_yes(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Vergeten")
    await learner.taps("Ander moment")
    await learner.writes("de dagstart begint")
    await learner.taps("Weet ik nog niet")
    await learner.writes("vraag ik Tom wat hij zag")
    await learner.skips()
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")
    learner.reads("tell_buddy.new_plan")
    await learner.taps("Verstuur")

    pledge = await the_only_pledge(town)
    assert (pledge.state, pledge.version, pledge.own_yes, pledge.their_yes) == (
        "accepted",
        2,
        2,
        1,
    )
    await clock.passes(days=8)
    tom.reads("agree.right")
    assert "vraag ik Tom wat hij zag" in tom.text()
    await tom.taps("Klopt")
    assert (await the_only_pledge(town)).state == "active"


@pytest.mark.begins(agreed_and_asked)
async def test_a_buddy_gives_a_signal_on_the_working_day_before(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Vergeten")
    await learner.taps("Seintje van buddy")
    await learner.picks((clock.now + timedelta(days=7)).date())
    learner.reads("tell_buddy.signal")
    await learner.taps("Verstuur")
    await clock.passes(days=7)

    tom.reads("signal.signal")


@pytest.mark.begins(agreed_and_asked)
async def test_a_signal_is_not_asked_for_any_more_when_the_learner_says_so(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Vergeten")
    await learner.taps("Seintje van buddy")
    await learner.picks((clock.now + timedelta(days=7)).date())
    await learner.taps("Verstuur")

    await learner.edits("ask_signal", "dont")
    await clock.passes(days=8)

    tom.never_saw("seintje. Op")


@pytest.mark.begins(agreed)
async def test_a_buddy_is_asked_to_practise_and_only_a_yes_is_told(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    async with town.hands.database.write() as tx:
        person = await people.lock(tx, learner.id)
        [pledge] = await pledges.of_person(tx, learner.id)
        talk = (await dialogues.of_person(tx, learner.id))[-1]
        side = Side(person, talk.id, clock.now, None, pledge.enrolment_id)
        asked = AskBuddy("rehearse", (clock.now + timedelta(days=10)).date())
        await buddying.apply(tx, side, {"rehearse": asked}, {})
    await clock.passes(days=4)

    tom.reads("rehearse.can")
    await tom.taps("Ja, lukt")
    tom.reads("rehearse.told")
    await clock.passes(days=8)
    learner.reads("rehearse.on")


@pytest.mark.begins(tom_is_there)
async def test_later_is_a_fine_answer_and_is_asked_once_more(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await plans_in_dutch(learner, asks=None, says="Later")
    await clock.passes(days=8)

    learner.reads("share.colleague")
    await learner.asks(tom)
    await learner.taps("Verstuur")
    learner.reads("ask_another.sent")
    await clock.passes(days=1)
    tom.reads("hold_me.joins")


@pytest.mark.begins(asked_to_tell_again)
async def test_an_answer_that_changes_after_it_was_sent_is_sent_once_more_only_if_wanted(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Stuur")
    await learner.edits("change", "Dit is alleen voor mij bedoeld")
    learner.reads("tell_buddy.update")
    shown = [each for each in learner.messages if "Volgende keer:" in str(each)]
    assert [len(each.fields) for each in shown] == [0, 1]
    await clock.passes(days=8)
    assert NEXT_TIME in tom.text()
    tom.never_saw("alleen voor mij")

    await learner.taps("Stuur")
    await clock.passes(days=8)

    assert "alleen voor mij" in tom.text()
    tom.never_saw(NEXT_TIME)


@pytest.mark.begins(agreed_and_asked)
async def test_another_colleague_reads_the_plan_only_when_it_is_sent_to_them(
    town: Town, learner: Someone, clock: Turning
) -> None:
    emma = town["Emma"]

    await learner.edits("colleague", str(emma.id))
    learner.reads("share.send")
    await clock.passes(days=8)
    emma.never_saw("zeggen wat hielp")
    emma.never_saw("klantoverleg")

    await learner.taps("Verstuur")
    await clock.passes(days=3)
    assert "klantoverleg" in emma.text()
