"""A word in every field of everybody, looked for in everything that anybody else can see.

Birds are rare at work: each stands for one field, and nothing else says its name. What somebody
may read of another is written down here as docs/dialogues.md section p has it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

import pytest
import structlog
from sqlalchemy import select

from bot import my_data
from bot.adapters.local.my_data import page_to_keep
from bot.cli.metrics import exposition
from storage import addresses, counts, enrolments, organisations, people, workspaces
from storage.schema import metadata
from tests.chapters import chapter
from tests.people import Someone, Town
from tests.stories.beginnings import TUESDAY, joined
from tests.stories.pairs import answers_of, moves_in
from tests.stories.steps import accepts

pytestmark = pytest.mark.slow

# What Sanne writes for herself; of it Tom reads the plan, and a witness the goal.
GOAL, IF, THEN = "appelvink", "ijsvogel", "grutto"
HER_OWN: Final = {
    "outcome": "boomklever",
    "obstacle": "wielewaal",
    "obstacle_then": "kluut",
    "did": "tureluur",
    "effect": "zwartkop",
    "differently": "putter",
}
HERS: Final = frozenset({GOAL, IF, THEN, *HER_OWN.values()})
# What Tom writes: a line for both, two sentences for Sanne, and one that he does not send.
LINE, SAW, CHANGE, UNSENT = "roerdomp", "nachtegaal", "waterhoen", "kwartel"
TOMS: Final = frozenset({LINE, SAW, CHANGE, UNSENT})
EMMAS: Final = frozenset({"skylark"})
# What Sanne writes in two fields that are asked only sometimes, and what she puts in its place.
DEED, MEANT, UPDATE, NEXT = "kramsvogel", "pimpelmees", "scholekster", "grauwe gors"
SOMETIMES: Final = frozenset({DEED, MEANT, UPDATE, NEXT})
ALL: Final = HERS | TOMS | EMMAS | SOMETIMES


@chapter(after=joined)
async def everybody(town: Town) -> None:
    """There are a colleague, a witness, a manager on the list, and somebody in another house."""
    for name in ("Tom", "Noor", "Marja"):
        await moves_in(town, name)
    async with town.hands.database.write() as tx:
        [hers] = await enrolments.of_person(tx, town["Sanne"].id)
        await enrolments.change(tx, hers.id, manager_id=town["Marja"].id)
        house = await organisations.add(
            tx, name="Maanlicht", language="nl", zone="Europe/Amsterdam"
        )
        home = await workspaces.add(
            tx, organisation=house.id, platform="local", external_id="maanlicht",
            language="nl", zone="Europe/Amsterdam",
        )  # fmt: skip
        vera = await people.add(
            tx, organisation=house.id, name="Vera", email=None, language="nl",
            zone="Europe/Amsterdam",
        )  # fmt: skip
        await addresses.add(tx, person=vera.id, workspace=home.id, user="vera", preferred=True)
    town.people["Vera"] = Someone(town.hands, town.chat, home.id, "vera", vera.id, "nl")


@chapter(after=everybody)
async def planned_with_birds(town: Town) -> None:
    """Sanne wrote a plan and Tom a line, both said yes; Emma wrote a goal."""
    sanne, tom, emma = town["Sanne"], town["Tom"], town["Emma"]
    await sanne.taps("Start")
    await sanne.writes(f"Een collega zeggen wat de {GOAL} hielp na het overleg")
    await sanne.writes(f"Dat Tom de {HER_OWN['outcome']} merkt en het vaker doet")
    await sanne.writes(f"Ik vind het kinderachtig, net een {HER_OWN['obstacle']}")
    await sanne.writes(f"het overleg over de {IF} op dinsdag klaar is")
    await sanne.picks(TUESDAY)
    await sanne.writes(f"zeg ik Tom één ding over de {THEN} dat hielp")
    await sanne.writes(f"Dan denk ik aan een {HER_OWN['obstacle_then']} en zeg het toch")
    await sanne.taps("Valt wel mee")
    await sanne.taps("Klopt")
    await sanne.rates(9)
    await sanne.taps("Ja")
    await sanne.asks(tom)
    await sanne.taps("Verstuur")
    await town.clock.goes_on_until(emma)
    await accepts(emma)
    await emma.taps("Start")
    await emma.writes("Tell a colleague what the skylark did after the meeting")
    await tom.taps("Ik doe mee")
    await tom.taps("anders …")
    await tom.writes(f"leg ik mijn pen met de {LINE} op tafel")
    await tom.taps("Klopt")
    await town.clock.goes_on_until(sanne)
    await sanne.taps("Klopt")


@chapter(after=planned_with_birds)
async def told_with_birds(town: Town) -> None:
    """Sanne told how it went, and Noor is asked whether she saw it."""
    sanne = town["Sanne"]
    await town.clock.goes_on_until(sanne)
    sanne.reads("check_in.went")
    await sanne.taps("Gedaan, werkte")
    await sanne.fills(
        did=f"Ik zei Tom na het overleg wat de {HER_OWN['did']} deed",
        effect=f"Hij keek op als een {HER_OWN['effect']} en deed het weer",
        differently=f"Eerder beginnen over de {HER_OWN['differently']}",
    )
    await sanne.taps("Duidelijk moment")
    await sanne.taps("Zelfde plan")
    await sanne.asks(town["Noor"])
    town["Noor"].reads("witness.saw")


async def comes_to(town: Town, someone: Someone, words: str) -> None:
    """Let time pass until somebody is told or asked something: in these words, or by this key."""
    for _ in range(40):
        newest = someone.messages[-1:]
        if any(words in f"{[at.key for at in e.fields]} {e.paragraphs}" for e in newest):
            return
        await town.clock.goes_on_until(someone)
    raise AssertionError(f"{someone.user} never reads {words}")


async def tom_sees(town: Town, bird: str, button: str) -> None:
    """Let Tom be visited, write one sentence, and send it or not."""
    await comes_to(town, town["Tom"], "Was je er")
    await town["Tom"].taps("Ja, gedaan")
    await town["Tom"].writes(f"Ze zei Emma wat de {bird} bij haar deed")
    await town["Tom"].taps(button)


@chapter(after=told_with_birds)
async def lived_with_birds(town: Town) -> None:
    """Two months went by: Tom sent a sentence, kept one back, and said what changed."""
    await town["Noor"].taps("Ja")
    await tom_sees(town, SAW, "Stuur")
    await tom_sees(town, UNSENT, "Niet sturen")
    await comes_to(town, town["Tom"], "twee maanden geleden")
    await town["Tom"].writes(f"Ze vraagt nu eerst, en noemt de {CHANGE} bij naam")
    await town["Tom"].taps("Stuur")
    await comes_to(town, town["Sanne"], CHANGE)


def birds_in(*texts: object) -> frozenset[str]:
    """Name the birds that some texts speak of."""
    said = "\n".join(map(str, texts)).casefold()
    return frozenset(bird for bird in ALL if bird in said)


async def kept_of(town: Town, someone: Someone) -> frozenset[str]:
    """Name the birds in all that somebody may take along, which is what an export holds."""
    async with town.hands.database.read() as tx:
        words, now = town.hands.words, town.clock.now
        book = await my_data.book_of(tx, words, someone.id, someone.id, now)
        document = await my_data.document_of(tx, words, someone.id, someone.id, now)
    page = page_to_keep(words, book)
    return birds_in(json.dumps(document, ensure_ascii=False), page, page.decode(), book)


def shown_to(someone: Someone) -> frozenset[str]:
    """Name the birds in all that somebody sees in the chat: cards, fields, edits and notices."""
    return birds_in(someone.messages, someone.heard)


async def lying_open(town: Town) -> frozenset[str]:
    """Name the birds that somebody reads who has the database and no key, or the metrics."""
    async with town.hands.database.read() as tx:
        rows = [row for each in metadata.sorted_tables for row in await tx.rows(select(each))]
        numbers = exposition(await counts.gather(tx), town.clock.now).decode()
    return birds_in(rows, numbers)


async def everything_seen(town: Town, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Name by person the birds that each may come across, in the chat or in what is kept."""
    return {name: shown_to(town[name]) | await kept_of(town, town[name]) for name in names}


NOBODY_ELSE: Final = {"Marja": frozenset[str](), "Vera": frozenset[str](), "Emma": EMMAS}


@pytest.mark.begins(told_with_birds)
async def test_while_they_are_asked_each_sees_what_was_previewed_and_no_more(town: Town) -> None:
    others = ("Tom", "Noor", "Marja", "Emma", "Vera")

    assert await everything_seen(town, others) == {
        **NOBODY_ELSE, "Tom": {IF, THEN, LINE}, "Noor": {GOAL},
    }  # fmt: skip
    assert await kept_of(town, town["Tom"]) == {LINE}
    assert await kept_of(town, town["Noor"]) == frozenset()
    assert await kept_of(town, town["Sanne"]) == HERS | {LINE}
    assert await lying_open(town) == frozenset()


async def erases_herself(town: Town) -> None:
    """Let Sanne have all of it deleted."""
    await town["Sanne"].types("wis")
    await town["Sanne"].taps("Wis")
    await town.clock.passes(hours=2)


GONE: Final = "Dit is niet meer gedeeld."


@chapter(after=told_with_birds)
async def updated_with_birds(town: Town) -> None:
    """Sanne told again how it went, and let Tom know that she tried."""
    sanne = town["Sanne"]
    await comes_to(town, sanne, "went")
    await sanne.taps("Gedaan, werkte")
    await sanne.fills(effect=f"Hij zong als een {HER_OWN['effect']} na afloop")
    await sanne.taps("Zelfde plan")
    await sanne.taps("Liever niet")
    sanne.reads("tell_buddy.tried")
    await sanne.taps("Stuur")
    await comes_to(town, town["Tom"], GOAL)


@chapter(after=told_with_birds)
async def worded_with_birds(town: Town) -> None:
    """Sanne told how it went, and wrote anew what Tom may read of it."""
    sanne = town["Sanne"]
    await comes_to(town, sanne, "went")
    await sanne.taps("Gedaan, ging stroef")
    await sanne.taps("Durfde niet")
    await sanne.writes(f"Eerst vragen of het uitkomt, als een {NEXT}")
    await sanne.taps("Zo laten")
    await sanne.taps("Liever niet")
    sanne.reads("tell_buddy.update")
    await sanne.taps("Aanpassen")
    await sanne.writes(f"Na het overleg blijf ik zitten, als een {UPDATE}")
    assert NEXT not in shown_to(town["Tom"])
    await sanne.taps("Stuur")
    await comes_to(town, town["Tom"], UPDATE)


@chapter(after=everybody)
async def shown_as_a_deed(town: Town) -> None:
    """Sanne wrote who she wants to be, and then what Tom would see her do."""
    sanne = town["Sanne"]
    await sanne.taps("Start")
    await sanne.writes("Een collega zeggen wat hielp na het overleg")
    await sanne.writes("Dat Tom het merkt en het vaker doet")
    await sanne.skips()
    await sanne.writes(f"het overleg over de {IF} op dinsdag klaar is")
    await sanne.picks(TUESDAY)
    await sanne.writes(f"wil ik een aardige collega zijn, als een {MEANT}")
    await sanne.taps("Valt wel mee")
    await sanne.taps("Klopt")
    await sanne.rates(9)
    await sanne.taps("Ja")
    await sanne.asks(town["Tom"])
    sanne.reads("common.concrete")
    await sanne.writes(f"zeg ik Tom één ding over de {DEED} dat hielp")
    sanne.reads("share.send")
    await sanne.taps("Verstuur")
    await comes_to(town, town["Tom"], "joins")


@pytest.mark.begins(worded_with_birds)
async def test_of_what_a_learner_writes_anew_a_buddy_reads_that_alone(town: Town) -> None:
    seen = await everything_seen(town, ("Tom", "Marja", "Emma", "Vera"))
    assert seen == {**NOBODY_ELSE, "Tom": {IF, THEN, LINE, GOAL, UPDATE}}
    assert await kept_of(town, town["Tom"]) == {LINE}
    assert await kept_of(town, town["Sanne"]) >= {UPDATE, NEXT}
    assert '"update_own"' in await answers_of(town, town["Sanne"], "check_in")
    assert await lying_open(town) == frozenset()

    await erases_herself(town)

    assert shown_to(town["Tom"]) & (HERS | SOMETIMES) == frozenset()
    assert await lying_open(town) == frozenset()


@pytest.mark.begins(shown_as_a_deed)
async def test_of_who_one_wants_to_be_a_colleague_reads_only_the_deed(town: Town) -> None:
    seen = await everything_seen(town, ("Tom", "Noor", "Marja", "Vera"))
    nobody = {name: frozenset[str]() for name in ("Noor", "Marja", "Vera")}
    assert seen == {**nobody, "Tom": {IF, DEED}}
    assert await kept_of(town, town["Sanne"]) == {IF, DEED, MEANT}
    assert '"deed"' in await answers_of(town, town["Sanne"], "goal_setting")
    assert await lying_open(town) == frozenset()

    await erases_herself(town)

    assert shown_to(town["Tom"]) == frozenset()
    assert await lying_open(town) == frozenset()


async def withdraws(town: Town) -> None:
    """Let Sanne take back what she asked Tom."""
    await town["Sanne"].edits("send", "dont")
    await town.clock.passes(hours=1)


@pytest.mark.parametrize("does", [erases_herself, withdraws])
@pytest.mark.begins(updated_with_birds)
async def test_what_a_learner_let_a_buddy_know_goes_with_the_rest(
    does: Callable[[Town], Awaitable[None]], town: Town
) -> None:
    assert GOAL in shown_to(town["Tom"])

    await does(town)

    assert shown_to(town["Tom"]) & HERS == frozenset()


@pytest.mark.begins(lived_with_birds)
async def test_after_two_months_each_sees_what_was_previewed_and_no_more(town: Town) -> None:
    others = ("Tom", "Noor", "Marja", "Emma", "Vera")

    assert await everything_seen(town, others) == {
        **NOBODY_ELSE, "Tom": {IF, THEN, *TOMS}, "Noor": frozenset(),
    }  # fmt: skip
    assert await kept_of(town, town["Tom"]) == TOMS
    assert await kept_of(town, town["Sanne"]) == HERS | TOMS - {UNSENT}
    assert UNSENT not in shown_to(town["Sanne"])
    assert await lying_open(town) == frozenset()


@pytest.mark.begins(told_with_birds)
async def test_who_is_erased_while_others_are_asked_leaves_them_no_word(town: Town) -> None:
    await erases_herself(town)

    found = await everything_seen(town, ("Tom", "Noor", "Marja", "Emma", "Vera"))
    assert found == {**NOBODY_ELSE, "Tom": frozenset(), "Noor": frozenset()}
    assert GONE in town["Tom"].text()
    assert GONE in town["Noor"].text()
    assert await lying_open(town) == frozenset()


@pytest.mark.begins(lived_with_birds)
async def test_who_is_erased_after_two_months_leaves_nobody_a_word(town: Town) -> None:
    await erases_herself(town)

    found = await everything_seen(town, ("Tom", "Noor", "Marja", "Emma", "Vera"))
    assert {name: birds & HERS for name, birds in found.items()} == dict.fromkeys(
        found, frozenset()
    )
    assert GONE in town["Tom"].text()
    assert await lying_open(town) == frozenset()
    await town.clock.passes(days=10)
    assert shown_to(town["Tom"]) & HERS == frozenset()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.begins(planned_with_birds)
async def test_no_line_of_the_log_has_a_word_of_anybody(town: Town) -> None:
    with structlog.testing.capture_logs() as logged:
        await told_with_birds.happens(town)
        await lived_with_birds.happens(town)
        await town["Sanne"].types("wis")
        await town["Sanne"].taps("Wis")
        await town.clock.passes(hours=2)

    assert birds_in(logged) == frozenset()
