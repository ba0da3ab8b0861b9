"""My data: somebody who made a plan and answered a visit reads all of it back, and it alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bot import my_data
from bot.errors import NotAllowed
from bot.lexicon import TEXTS
from bot.my_data import Book
from bot.words import Words
from scheduler.reasons import REASONS
from storage import erasing, exporting, people
from storage.errors import Missing
from tests.chapters import chapter
from tests.people import Someone, Town
from tests.stories.beginnings import asked_how_it_went

pytestmark = [pytest.mark.slow, pytest.mark.every_chat]

DID = "Ik zei Tom na het overleg dat zijn samenvatting hielp"
EFFECT = "Hij keek op en deed het donderdag weer zo"


@dataclass(frozen=True)
class Reading:
    """What somebody gets to read of their own."""

    book: Book

    def section(self, name: str) -> list[tuple[str, str]]:
        """Give what stands under a heading: labels and texts."""
        found = next(each for each in self.book.sections if each.id == name)
        return [(item.label, item.text) for item in found.items]


async def reads(town: Town, whose: Someone, viewer: Someone, language: str = "") -> Reading:
    """Let somebody read what is kept of a person."""
    async with town.hands.database.read() as tx:
        return Reading(
            await my_data.book_of(
                tx, town.hands.words, whose.id, viewer.id, town.clock.now, language or None
            )
        )


async def gets(town: Town, whose: Someone, viewer: Someone) -> dict[str, Any]:
    """Let somebody get the document of a person, as it is written and read back."""
    async with town.hands.database.read() as tx:
        document = await my_data.document_of(
            tx, town.hands.words, whose.id, viewer.id, town.clock.now
        )
    read: dict[str, Any] = json.loads(my_data.written(document))
    return read


@chapter(after=asked_how_it_went)
async def visited(town: Town) -> None:
    """She told how it went."""
    learner = town["Sanne"]
    await learner.taps("Gedaan, werkte")
    await learner.fills(did=DID, effect=EFFECT, differently="Eerder beginnen")
    await learner.taps("Duidelijk moment", "Ik had geoefend")
    await learner.taps("Zelfde plan")
    await learner.taps("Liever niet")


@pytest.mark.begins(visited)
async def test_she_reads_her_own_words_with_the_questions_they_answer(
    town: Town, learner: Someone
) -> None:
    told = await reads(town, learner, learner)

    assert told.book.yours == "Dit is van jou. Niemand mag ernaar vragen."
    assert ("Mooi. Wat deed of zei je precies?", DID) in told.section("log")
    assert ("Wat was het effect, op de ander of op jou?", EFFECT) in told.section("log")
    assert told.section("plans")[0][0] == "Je plan van nu"


@pytest.mark.begins(visited)
async def test_she_reads_what_she_chose_in_words(town: Town, learner: Someone) -> None:
    told = (await reads(town, learner, learner)).section("scores")

    assert ("Hoe het ging", "Gedaan, werkte") in told
    helped = ("Wat hielp het meest? Kies er één of twee.", "Duidelijk moment en Ik had geoefend")
    assert helped in told
    assert ("Hoe verder?", "Zelfde plan") in told


@pytest.mark.begins(visited)
async def test_she_reads_who_she_is_and_what_is_planned(town: Town, learner: Someone) -> None:
    told = await reads(town, learner, learner)

    assert ("Naam", "Sanne") in told.section("who")
    assert ("E-mailadres", "Sanne@example.org") in told.section("who")
    assert ("Meedoen", "je doet mee") in told.section("course")
    assert ("Vragen hoe het ging", "geweest") in told.section("visits")
    assert ("Vragen hoe het ging", "gepland") in told.section("visits")
    assert "Herinnering" not in dict(told.section("visits"))  # none was needed
    assert ("Vaste tijd", "dinsdag 9:30") in told.section("hours")
    assert told.section("seen")[0][1].startswith("Niemand anders.")


@pytest.mark.begins(visited)
async def test_it_can_be_read_in_another_language(town: Town, learner: Someone) -> None:
    told = await reads(town, learner, learner, "en")

    assert told.book.yours == "This is yours. Nobody may ask you for it."
    assert ("How it went", "Did it, worked") in told.section("scores")
    assert DID in [text for _, text in told.section("log")]


async def test_quiet_and_leave_are_told(town: Town, learner: Someone) -> None:
    async with town.hands.database.write() as tx:
        await people.set_quiet(tx, learner.id, people.Quiet("pause", date(2027, 1, 4)))
        await people.set_leave(tx, learner.id, [(date(2026, 12, 21), date(2026, 12, 31))])

    told = (await reads(town, learner, learner)).section("hours")

    assert ("Stil", "tot en met ma 4 jan") in told
    assert ("Afwezig", "maandag 21 december 2026 – donderdag 31 december 2026") in told


@pytest.mark.parametrize(
    ("quiet", "words"),
    [
        (None, "nee"),
        (people.Quiet("pause"), "tot je 'start' typt"),
        (people.Quiet("self"), "je opent het zelf"),
    ],
)
async def test_every_kind_of_quiet_has_its_words(
    quiet: people.Quiet | None, words: str, town: Town, learner: Someone
) -> None:
    async with town.hands.database.write() as tx:
        await people.set_quiet(tx, learner.id, quiet)

    assert ("Stil", words) in (await reads(town, learner, learner)).section("hours")


@pytest.mark.begins(visited)
async def test_the_document_is_every_row(town: Town, learner: Someone) -> None:
    document = await gets(town, learner, learner)
    async with town.hands.database.read() as tx:
        rows = await exporting.of_person(tx, learner.id)

    assert document["tables"] == rows
    assert document["yours"] == "Dit is van jou. Niemand mag ernaar vragen."
    assert DID in json.dumps(document, ensure_ascii=False)


@pytest.mark.begins(visited)
async def test_nobody_else_gets_it(town: Town, learner: Someone, emma: Someone) -> None:
    with pytest.raises(NotAllowed):
        await reads(town, learner, emma)
    with pytest.raises(NotAllowed):
        await gets(town, learner, emma)


@pytest.mark.begins(visited)
async def test_nothing_of_hers_is_in_anybody_elses(
    town: Town, learner: Someone, emma: Someone
) -> None:
    hers = json.dumps(await gets(town, emma, emma), ensure_ascii=False)

    assert DID not in hers
    assert str(learner.id) not in hers


async def test_who_has_nothing_yet_reads_that(town: Town, emma: Someone) -> None:
    told = await reads(town, emma, emma)

    assert told.section("log") == told.section("scores") == told.section("plans") == []
    assert ("Taking part", "invited") in told.section("course")


@pytest.mark.begins(visited)
async def test_once_erased_there_is_nothing_to_read(town: Town, learner: Someone) -> None:
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, learner.id, town.clock.now)

    with pytest.raises(Missing):
        await gets(town, learner, learner)


@pytest.mark.begins(visited)
async def test_when_she_is_erased_the_others_go_on(
    town: Town, learner: Someone, emma: Someone
) -> None:
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, learner.id, town.clock.now)

    heard = await learner.types("plan")
    await town.clock.passes(days=3)
    await emma.types("plan")

    assert heard.notice is None
    emma.reads("common.no_plan")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_scheduler_has_words(reason: str) -> None:
    assert reason in Words.load(TEXTS).options("my_data.reason")
