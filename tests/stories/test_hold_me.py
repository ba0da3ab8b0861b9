"""Hold me to this: a learner asks one colleague, who agrees, and says what was seen."""

from __future__ import annotations

import pytest

from bot import my_data
from bot.colleagues import SHOWN
from bot.corroboration import count_confirmed
from bot.port import EditAsked
from storage import erasing, observations
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import joined
from tests.stories.pairs import (
    agreed,
    asked,
    moves_in,
    promised,
    the_only_pledge,
    the_pledge,
    tom_is_there,
)
from tests.stories.steps import plans_in_dutch, plans_until_the_colleague

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]


@pytest.mark.begins(tom_is_there)
async def test_a_colleague_agrees(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await plans_in_dutch(learner, asks=tom)

    learner.reads("share.send")
    await learner.taps("Verstuur")
    await clock.passes(days=1)

    tom.reads("hold_me.joins")
    await tom.taps("Wat houdt het in?")
    tom.reads("hold_me.joins_after")
    await tom.taps("Ik doe mee")
    await tom.taps("geef ik een seintje")
    tom.reads("agree.right")
    await tom.taps("Klopt")
    await clock.passes(days=1)

    learner.reads("agree.right")
    await learner.taps("Klopt")
    assert (await the_only_pledge(town)).state == "active"


@pytest.mark.own_chat
@pytest.mark.begins(joined)
@pytest.mark.parametrize("picks", [True, False])
async def test_who_is_not_among_those_shown_can_be_picked_or_named(
    *, town: Town, learner: Someone, clock: Turning, picks: bool
) -> None:
    for number in range(SHOWN):
        await moves_in(town, f"Collega {number}")
    wietske = await moves_in(town, "Wietske Aalbers")
    await plans_until_the_colleague(learner)
    learner.never_saw("Wietske")

    await (learner.asks(wietske) if picks else learner.types(" wietske  aalbers"))

    learner.reads("share.send")
    await learner.taps("Verstuur")
    await clock.passes(days=1)
    wietske.reads("hold_me.joins")


@pytest.mark.begins(asked)
async def test_a_no_and_a_silence_look_the_same(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.taps("Nu even niet")
    tom.reads("hold_me.declined")

    await clock.passes(days=1)
    learner.never_saw("er niet van gekomen")
    await clock.passes(days=8)

    learner.reads("ask_another.another")
    assert (await the_only_pledge(town)).reason == "declined"


@pytest.mark.begins(asked)
async def test_silence_of_three_working_days_is_an_answer(
    learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=6)

    learner.reads("ask_another.another")
    await learner.taps("Zonder buddy")
    learner.reads("ask_another.fine")


@pytest.mark.begins(asked)
async def test_what_was_withdrawn_is_shared_no_more(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    assert "het klantoverleg" in tom.text()

    await learner.edits("send", "dont")
    await clock.passes(hours=1)

    tom.never_saw("het klantoverleg")
    assert "Dit is niet meer gedeeld." in tom.text()
    assert (await the_only_pledge(town)).reason == "withdrawn"


@pytest.mark.begins(promised)
async def test_a_reminder_says_what_one_would_say_yes_to(learner: Someone, clock: Turning) -> None:
    learner.reads("agree.right")

    await clock.passes(days=4)

    learner.reads("common.reminder")
    learner.reads("agree.right")


@pytest.mark.parametrize("how", ["put off", "begun again"])
@pytest.mark.begins(asked)
async def test_what_was_asked_once_more_is_taken_back_as_well(
    learner: Someone, tom: Someone, clock: Turning, how: str
) -> None:
    if how == "put off":
        await tom.types("morgen")
        await clock.goes_on_until(tom)
    else:
        await tom.types("start")
    tom.reads("hold_me.joins")
    assert tom.text().count("het klantoverleg") == 2

    await learner.edits("send", "dont")
    await clock.passes(hours=1)

    tom.never_saw("het klantoverleg")


async def above_what_others_wrote(town: Town, learner: Someone, language: str) -> str:
    """Read what stands above the sentences of others in a learner's own data."""
    now, words = town.clock.now, town.hands.words
    async with town.hands.database.read() as tx:
        book = await my_data.book_of(tx, words, learner.id, learner.id, now, language)
    [hint] = [each.hint for each in book.sections if each.id == "observed"]
    return hint


@pytest.mark.begins(agreed)
async def test_a_buddy_says_what_was_seen_and_the_learner_lets_it_count(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await clock.passes(days=12)

    tom.reads("buddy_visit.was_there")
    await tom.taps("Ja, gedaan")
    await tom.writes("Ze zei Emma na het overleg wat hielp")
    tom.reads("buddy_visit.send")
    await tom.taps("Stuur")
    await clock.passes(days=7)

    learner.reads("seen.sighting")
    assert "Ze zei Emma na het overleg" in learner.text()
    assert await above_what_others_wrote(town, learner, "nl") == ""
    await learner.taps("Ja")
    async with town.hands.database.read() as tx:
        there = await observations.between(tx, learner.id)
    assert count_confirmed(learner.id, there) == 1
    assert await above_what_others_wrote(town, learner, "nl") == "Bevestigd door een collega: 1"
    assert await above_what_others_wrote(town, learner, "en") == "Confirmed by a colleague: 1"


@pytest.mark.begins(agreed)
async def test_who_was_erased_is_shown_nowhere_any_more(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, learner.id, clock.now)
    await clock.passes(hours=1)

    tom.never_saw("klantoverleg")
    assert "Dit is niet meer gedeeld." in tom.text()


@pytest.mark.begins(agreed)
async def test_when_a_colleague_leaves_the_learner_may_ask_another(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, tom.id, clock.now)
    await clock.passes(days=8)

    pledge = await the_only_pledge(town)
    assert (pledge.state, pledge.reason, pledge.theirs) == ("ended", "left", None)
    learner.reads("ask_another.gone")
    await learner.taps("Kies iemand")
    learner.reads("share.colleague")


@pytest.mark.begins(agreed)
async def test_what_a_preview_showed_is_not_sent_once_the_plan_says_something_else(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await chooses_emma_anew(town, learner, tom, clock)
    preview = learner.last
    await learner.types("nieuw plan")
    await plans_anew(learner)

    await learner.presses(preview, {"send": "send"})

    learner.reads("common.plan_changed")
    learner.reads("ask_another.send")
    assert "teamoverleg" in "".join(learner.last.paragraphs)
    await learner.presses(preview, {"send": "send"})
    assert (await the_pledge(town)).colleague_id != town["Emma"].id
    await learner.taps("Verstuur")
    await clock.passes(days=2)
    town["Emma"].reads("hold_me.joins")
    assert "teamoverleg" in town["Emma"].text()


@pytest.mark.begins(agreed)
async def test_what_is_not_sent_needs_no_new_preview(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await chooses_emma_anew(town, learner, tom, clock)
    preview = learner.last
    await learner.types("nieuw plan")
    await plans_anew(learner)

    await learner.presses(preview, {"send": "dont"})

    learner.reads("ask_another.fine")


@pytest.mark.begins(asked)
async def test_a_card_that_names_somebody_who_is_erased_is_not_opened_again(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await clock.passes(days=8)
    learner.reads("ask_another.another")
    await learner.taps("Zonder buddy")
    card = learner.card("another")
    assert card.dialogue
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, tom.id, clock.now)

    heard = await learner.does(EditAsked(card.dialogue, "another", 1))

    assert "geldt niet meer" in heard.refusals[""]


async def chooses_emma_anew(town: Town, learner: Someone, tom: Someone, clock: Turning) -> None:
    """Let Tom be erased, and Sanne be shown what she would send to Emma instead."""
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, tom.id, clock.now)
    await clock.passes(days=8)
    learner.reads("ask_another.gone")
    await learner.taps("Kies iemand")
    await learner.asks(town["Emma"])
    learner.reads("ask_another.send")


async def plans_anew(learner: Someone) -> None:
    """Let Sanne write another plan until it holds."""
    await learner.writes("Eerst een vraag stellen in het overleg met het team")
    await learner.writes("Dat iedereen aan het woord komt")
    await learner.writes("Ik vind stilte lastig")
    await learner.writes("het teamoverleg begint")
    await learner.taps("Weet ik nog niet")
    await learner.writes("stel ik eerst een open vraag")
    await learner.writes("Dan tel ik tot vijf")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")


@pytest.mark.begins(promised)
async def test_a_change_while_the_other_answers_is_put_before_them_anew(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.edits("promise", "ask")
    await learner.taps("Klopt")

    pledge = await the_only_pledge(town)
    assert (pledge.state, pledge.version, pledge.their_yes) == ("accepted", 2, 2)

    await clock.passes(days=16)
    learner.reads("agree.right")
    assert "vraag ik hoe het ging" in learner.text()
    await learner.taps("Klopt")
    assert (await the_only_pledge(town)).state == "active"


@pytest.mark.begins(promised)
async def test_words_of_ones_own_are_shown_before_the_other_reads_them(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await tom.edits("promise", "other")
    await tom.writes("kijk ik haar aan en knik ik")
    assert (await the_only_pledge(town)).version == 1
    tom.reads("agree.right")
    assert "kijk ik haar aan" in tom.last.paragraphs[-1]
    await clock.passes(days=2)
    learner.never_saw("kijk ik haar aan")

    await tom.taps("Klopt")
    await clock.passes(days=16)

    assert "kijk ik haar aan" in learner.text()
    await learner.taps("Klopt")
    assert (await the_only_pledge(town)).state == "active"


@pytest.mark.begins(promised)
async def test_a_plan_of_both_that_is_written_anew_is_shown_before_the_other_reads_it(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Aanpassen")
    await learner.writes("het teamoverleg begint")
    await learner.taps("Weet ik nog niet")
    await learner.writes("stel ik eerst een open vraag")
    await learner.taps("Valt wel mee")
    await learner.taps("Klopt")
    learner.reads("agree.changed")

    await learner.edits("plan.then", "geef ik eerst het woord aan Tom")
    await clock.passes(days=8)
    tom.never_saw("het woord aan Tom")

    await learner.taps("Klopt")
    await clock.passes(days=8)
    assert "het woord aan Tom" in tom.text()


@pytest.mark.begins(agreed)
async def test_a_learner_who_pauses_is_not_asked_about_and_nobody_is_told(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.types("pauze")
    await learner.taps("Tot ik 'start' typ")

    await clock.passes(days=30)

    assert "Was je er de afgelopen week bij" not in tom.text()
    tom.never_saw("pauze")


@pytest.mark.begins(agreed)
async def test_the_end_comes_on_its_day_whatever_the_cause(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.types("stop")

    await clock.passes(days=70)

    tom.reads("ending.over")
    assert (await the_only_pledge(town)).reason == "over"


@pytest.mark.begins(agreed)
async def test_a_buddy_who_is_out_is_asked_no_more_and_the_learner_may_choose_anew(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await clock.passes(days=31)
    tom.reads("still_fine.fine")

    await tom.taps("Ik stop")
    tom.reads("still_fine.said_out")
    await clock.passes(days=8)

    learner.reads("ask_another.another")
    assert (await the_only_pledge(town)).reason == "left"


@pytest.mark.begins(agreed)
async def test_what_is_typed_for_a_log_never_lands_in_a_sighting(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await clock.passes(days=12)
    tom.reads("buddy_visit.was_there")
    await tom.taps("Ja, gedaan")

    await learner.types("Dit is alleen van mij")
    await tom.types("Ze zei wat hielp, meteen na het overleg")
    await tom.taps("Stuur")
    await clock.passes(days=8)

    learner.reads("seen.sighting")
    tom.never_saw("alleen van mij")


@pytest.mark.begins(tom_is_there)
async def test_who_stopped_before_a_request_went_out_asks_nobody(
    town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await plans_in_dutch(learner, asks=tom)
    await clock.passes(hours=11)  # after work
    await learner.taps("Verstuur")
    await learner.types("stop")

    await clock.passes(days=9)

    assert tom.messages == []
    assert (await the_only_pledge(town)).reason == "withdrawn"
